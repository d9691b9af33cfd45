"""The form of a file that features are to come from."""

from __future__ import annotations

from django import forms

from clustering.web.components.forms import PlainForm

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.parquet,.gz"


class SourceFileForm(PlainForm):
    """A file of songs with audio features."""

    file = forms.FileField(
        label="Song file",
        allow_empty_file=True,  # the reader says better what is wrong with it
        error_messages={
            "required": "Choose a file first: a CSV, TSV, Excel or Parquet file with audio features."
        },
        widget=forms.FileInput(attrs={"accept": ACCEPTED, "class": "form-control"}),
    )
