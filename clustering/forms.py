"""What people type and choose: plain forms that check the shape; actions check the meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from clustering.models import Dataset, Run
from clustering.models.run import LARGEST_K, LARGEST_SEED, SMALLEST_K

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


class RunForm(forms.Form):
    """The settings of a run."""

    features = forms.MultipleChoiceField(
        label="Features",
        error_messages={
            "required": "Choose at least one feature that songs are to be grouped by.",
            "invalid_choice": "%(value)s is no feature of this dataset.",
        },
        widget=forms.CheckboxSelectMultiple,
    )
    k = forms.IntegerField(
        label="Number of groups",
        required=False,
        min_value=SMALLEST_K,
        max_value=LARGEST_K,
        help_text=f"From {SMALLEST_K} to {LARGEST_K}. Empty: try 2 to 10 and take the best separated.",
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "automatic"}),
    )
    scaler = forms.ChoiceField(
        label="Bringing features to one scale",
        choices=Run.Scaler.choices,
        help_text="Loudness runs from −60 to 0, energy from 0 to 1: as they are, loudness decides alone.",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    missing = forms.ChoiceField(
        label="Songs with a gap",
        choices=Run.Missing.choices,
        help_text="What happens to a song that has no value for a chosen feature.",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    seed = forms.IntegerField(
        label="Seed",
        min_value=0,
        max_value=LARGEST_SEED,
        help_text="Grouping begins at random places. The same seed gives the same groups again.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    def __init__(self, features: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """Offer the features (name, label) of a dataset."""
        super().__init__(*args, **kwargs)
        field = self.fields["features"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 – for the type checker
        field.choices = list(features)


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
