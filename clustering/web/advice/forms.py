"""The settings of advice on the number of groups."""

from __future__ import annotations

from django import forms

from clustering.models.run import SMALLEST_K
from clustering.models.sweep import LARGEST_TRIED_K, USUAL_LARGEST_K
from clustering.web.components.settings_form import SettingsForm

OUTSIDE = f"Only {SMALLEST_K} to {LARGEST_TRIED_K} groups can be tried."


class SweepForm(SettingsForm):
    """The settings of advice: as of a run, with a range of numbers of groups."""

    k_low = forms.IntegerField(
        label="From",
        min_value=SMALLEST_K,
        max_value=LARGEST_TRIED_K,
        initial=SMALLEST_K,
        error_messages={
            "required": "Say with how many groups to begin.",
            "min_value": OUTSIDE,
            "max_value": OUTSIDE,
        },
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    k_high = forms.IntegerField(
        label="To",
        min_value=SMALLEST_K,
        max_value=LARGEST_TRIED_K,
        initial=USUAL_LARGEST_K,
        error_messages={
            "required": "Say with how many groups to end.",
            "min_value": OUTSIDE,
            "max_value": OUTSIDE,
        },
        help_text=f"Each number of groups of the range is tried, at most {LARGEST_TRIED_K}.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )


class SweepRunForm(forms.Form):
    """The number of groups of a sweep to make a run with."""

    k = forms.IntegerField(min_value=SMALLEST_K, max_value=LARGEST_TRIED_K)
