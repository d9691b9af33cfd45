"""The settings of a new run, and for how long a link opens one."""

from __future__ import annotations

from django import forms

from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.run_settings import MAX_K, MIN_K
from clustering.models.run import MAX_NAME_LENGTH, MAX_NOTE_LENGTH
from clustering.web.components.forms import PlainForm
from clustering.web.components.settings_form import SettingsForm

DAYS = ((1, "One day"), (7, "A week"), (30, "30 days"), (90, "90 days"))


class RunForm(SettingsForm):
    """The settings of a run."""

    algorithm = forms.ChoiceField(
        label="Algorithm",
        choices=[(one.name, one) for one in ALGORITHMS.values()],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    k = forms.IntegerField(
        label="Number of groups (k)",
        required=False,
        min_value=MIN_K,
        max_value=MAX_K,
        help_text=f"{MIN_K} to {MAX_K}. Leave empty to choose automatically.",
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "automatic"}),
    )
    min_cluster_size = forms.IntegerField(
        label="Minimum group size",
        required=False,
        min_value=MIN_K,
        help_text="Groups with fewer songs count as noise. Leave empty for 1 % of all songs.",
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "automatic"}),
    )


class RunNameForm(PlainForm):
    """A run's own name and note; without a name the generated one comes back."""

    name = forms.CharField(required=False, max_length=MAX_NAME_LENGTH)
    note = forms.CharField(required=False, max_length=MAX_NOTE_LENGTH)


class GroupNumberForm(PlainForm):
    """Another number of groups for the songs of a run."""

    k = forms.IntegerField(min_value=MIN_K, max_value=MAX_K)


class ShareLinkForm(PlainForm):
    """How long a link lasts."""

    days = forms.ChoiceField(
        label="Valid for",
        choices=DAYS,
        initial=7,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
