"""The forms of datasets: a file, which of its columns is which, and a dataset's name and visibility."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from clustering.models import Dataset

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.parquet,.gz"


class UploadForm(forms.Form):
    """A file of songs, and what to call it."""

    file = forms.FileField(
        label="Song file",
        allow_empty_file=True,  # the reader says better what is wrong with it
        error_messages={"required": "Choose a file first: a CSV, TSV, Excel or Parquet file with songs."},
        widget=forms.FileInput(attrs={"accept": ACCEPTED, "class": "form-control"}),
    )
    name = forms.CharField(
        label="Name of the dataset",
        required=False,
        max_length=200,
        help_text="Optional: without it, the file's name is used.",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class ColumnsForm(forms.Form):
    """Which column of a file is which field: one choice per column, by place, as names can be anything."""

    name = forms.CharField(
        label="Name of the dataset",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(
        self,
        columns: Sequence[tuple[int, str, str]],
        choices: Sequence[tuple[str, Any]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Offer the fields `choices` for each column (place, name, proposed field)."""
        super().__init__(*args, **kwargs)
        self.columns = columns
        for place, column, proposed in columns:
            self.fields[self.key(place)] = forms.ChoiceField(
                choices=choices,
                required=False,
                initial=proposed,
                label=f"What the column {column} is",
                error_messages={"invalid_choice": "No column can be this. Choose one of the list."},
                widget=forms.Select(
                    attrs={"class": "form-select", "aria-label": f"What the column {column} is"}
                ),
            )

    @staticmethod
    def key(place: int) -> str:
        """Return the name of the choice for the column at a place."""
        return f"column-{place}"

    def changes(self) -> dict[str, str]:
        """Return what differs from the proposal: column → field, or nothing."""
        return {
            column: self.cleaned_data[self.key(place)]
            for place, column, proposed in self.columns
            if self.cleaned_data[self.key(place)] != proposed
        }


class DatasetNameForm(forms.Form):
    """A dataset's name."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        error_messages={"required": "A dataset needs a name."},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class VisibilityForm(forms.Form):
    """Who may look at a dataset."""

    visibility = forms.ChoiceField(
        label="Who can look at it",
        choices=Dataset.Visibility.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
