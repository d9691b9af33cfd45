"""The settings of a dataset."""

from __future__ import annotations

from django import forms

from clustering.models import Dataset


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
