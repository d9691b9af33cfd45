"""What is typed on the pages of an account: codes, and what tokens and webhooks are for."""

from typing import Any

from django import forms

from clustering.models.webhook import MAX_URL_LENGTH
from clustering.web.components.forms import NAME_NEEDED, PlainForm


class CodeForm(PlainForm):
    """One code, as a person types it."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )

    def clean_code(self) -> str:
        """Take it however it is spaced: apps show three and three digits."""
        return "".join(self.cleaned_data["code"].split()).lower()


class WebhookForm(PlainForm):
    """Where to tell of jobs that have ended."""

    url = forms.CharField(
        label="Address",
        max_length=MAX_URL_LENGTH,
        help_text="An address of your own server that takes POST, such as https://example.org/hooks/music.",
        error_messages={"required": "Enter the address of your server."},
        widget=forms.URLInput(
            attrs={"class": "form-control", "autocomplete": "off", "placeholder": "https://"}
        ),
    )


class TokenForm(PlainForm):
    """What a new API token is for, what it may do, and for how long."""

    DAYS = (("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Never (until revoked)"))

    name = forms.CharField(
        label="Name",
        max_length=100,
        help_text="What it is for, such as “notebook”. Shown on the activity page.",
        error_messages={"required": NAME_NEEDED},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    may = forms.ChoiceField(
        label="Access",
        choices=[("read", "Read"), ("write", "Read and write")],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    days = forms.ChoiceField(
        label="Expires after",
        choices=DAYS,
        initial="90",
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def values(self) -> dict[str, Any]:
        """Return what a valid form says."""
        data = self.cleaned_data
        days = int(data["days"]) if data["days"] else None
        return {"name": data["name"], "can_write": data["may"] == "write", "days": days}
