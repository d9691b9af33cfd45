"""The settings of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms

from clustering.analysis.run_settings import MAX_SEED, MAX_WEIGHT, RunSettings
from clustering.analysis.sampling import MIN_SAMPLE
from clustering.models.settings_columns import missing_choices, scaler_choices
from clustering.web.components.forms import PlainForm

WEIGHT_STEP = 0.1
FIELDS = {name: name for name in RunSettings.__slots__} | {"n_clusters": "k", "sample_size": "fit_on"}
"""The field of the form for each of the settings."""


class SettingsForm(PlainForm):
    """What decides by which numbers songs are alike: the same for a run and for advice on one."""

    features = forms.MultipleChoiceField(
        label="Features",
        error_messages={
            "required": "Choose at least one feature to group songs by.",
            "invalid_choice": "This dataset has no feature called “%(value)s”.",
        },
        widget=forms.CheckboxSelectMultiple,
    )
    scaler = forms.ChoiceField(
        label="Scaling",
        choices=scaler_choices,
        help_text="Without scaling, features with large units such as loudness dominate.",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    missing = forms.ChoiceField(
        label="Missing values",
        choices=missing_choices,
        help_text="What to do with songs that have no value for a chosen feature.",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    seed = forms.IntegerField(
        label="Random seed",
        min_value=0,
        max_value=MAX_SEED,
        help_text="Clustering starts from random places. The same seed gives the same groups again.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    fit_on = forms.IntegerField(
        label="Sample size",
        required=False,
        min_value=MIN_SAMPLE,
        help_text="Leave empty to use all songs. Otherwise groups are found on a random sample and every other song "
        "joins the nearest one. For K-Means and mini-batch K-Means.",
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "all songs"}),
    )

    def __init__(
        self,
        features: Iterable[tuple[str, str]],
        data: Any = None,
        *,
        begin_with: RunSettings,
        with_sample: bool = False,
    ) -> None:
        """Offer the features (name, label) of a dataset, each with its weight, and a sample where it is large."""
        super().__init__(data, initial={field: getattr(begin_with, name) for name, field in FIELDS.items()})
        self.begin_with = begin_with
        if not with_sample:
            del self.fields["fit_on"]
        field = self.fields["features"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 – for the type checker
        self.offered = list(features)
        field.choices = self.offered
        for name, label in self.offered:
            self.fields[weight_field(name)] = forms.FloatField(
                label=f"Weight of {label}",
                required=False,
                min_value=0,
                max_value=MAX_WEIGHT,
                initial=begin_with.weights.get(name, 1),
                widget=forms.NumberInput(attrs={"type": "range", "step": WEIGHT_STEP, "class": "form-range"}),
            )

    def weight_of(self, feature: str) -> forms.BoundField:
        """Return the slider of a feature."""
        return self[weight_field(feature)]

    def clean(self) -> dict[str, Any]:
        """Gather the weights of the chosen features."""
        cleaned = self.cleaned_data
        given = {name: cleaned.pop(weight_field(name), None) for name, _ in self.offered}
        cleaned["weights"] = {
            name: given[name] for name in cleaned.get("features", ()) if given[name] is not None
        }
        return cleaned

    def settings(self) -> RunSettings:
        """Return what was entered, and what the form began with where that cannot be used."""
        if not self.is_bound:
            return self.begin_with
        self.is_valid()
        cleaned = self.cleaned_data
        settings = replace(
            self.begin_with, **{name: cleaned[field] for name, field in FIELDS.items() if field in cleaned}
        )
        return replace(settings, features=tuple(settings.features))


def weight_field(feature: str) -> str:
    """Return the name of the field with a feature's weight."""
    return f"weight:{feature}"
