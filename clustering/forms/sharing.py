"""For how long a link opens a run."""

from django import forms

DAYS = ((1, "One day"), (7, "A week"), (30, "30 days"), (90, "90 days"))


class ShareLinkForm(forms.Form):
    """How long a link lasts."""

    days = forms.ChoiceField(
        label="It works for",
        choices=DAYS,
        initial=7,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
