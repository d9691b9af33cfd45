"""The code of an authenticator app, or a recovery code."""

from django import forms


class CodeForm(forms.Form):
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
