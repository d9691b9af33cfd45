"""The settings of advice on the number of groups."""

from __future__ import annotations

from django import forms

from clustering.analysis.choosing.candidates import MAX_TRIED_K
from clustering.analysis.run_settings import MIN_K
from clustering.models.sweep import USUAL_MAX_K
from clustering.web.components.forms import PlainForm
from clustering.web.components.settings_form import SettingsForm

OUTSIDE = f"Only {MIN_K} to {MAX_TRIED_K} groups can be tested."


class SweepForm(SettingsForm):
    """The settings of advice: as of a run, with a range of numbers of groups."""

    k_low = forms.IntegerField(
        label="Smallest number of groups",
        min_value=MIN_K,
        max_value=MAX_TRIED_K,
        initial=MIN_K,
        error_messages={
            "required": "Enter the smallest number of groups.",
            "min_value": OUTSIDE,
            "max_value": OUTSIDE,
        },
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    k_high = forms.IntegerField(
        label="Largest number of groups",
        min_value=MIN_K,
        max_value=MAX_TRIED_K,
        initial=USUAL_MAX_K,
        error_messages={
            "required": "Enter the largest number of groups.",
            "min_value": OUTSIDE,
            "max_value": OUTSIDE,
        },
        help_text=f"Every number in the range is tested, up to {MAX_TRIED_K}.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    @property
    def ks(self) -> range:
        """The numbers of groups to try."""
        return range(self.cleaned_data["k_low"], self.cleaned_data["k_high"] + 1)


class SweepRunForm(PlainForm):
    """The number of groups of a sweep to make a run with."""

    k = forms.IntegerField(min_value=MIN_K, max_value=MAX_TRIED_K)
