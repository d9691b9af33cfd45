"""The settings of a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from clustering.analysis.algorithms import ALGORITHMS
from clustering.models import Run
from clustering.models.run import LARGEST_K, LARGEST_SEED, SMALLEST_K


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
    algorithm = forms.ChoiceField(
        label="Way of grouping",
        choices=[(one.name, one) for one in ALGORITHMS.values()],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"invalid_choice": "%(value)s is no way to group songs."},
    )
    k = forms.IntegerField(
        label="Number of groups",
        required=False,
        min_value=SMALLEST_K,
        max_value=LARGEST_K,
        help_text=f"From {SMALLEST_K} to {LARGEST_K}. Empty: try 2 to 10 and take the best separated.",
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "automatic"}),
    )
    min_cluster_size = forms.IntegerField(
        label="Songs that make a group",
        required=False,
        min_value=SMALLEST_K,
        help_text="HDBSCAN finds as many groups as there are of at least so many songs. Empty: a hundredth of all.",
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
