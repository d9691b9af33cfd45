"""What the forms of all pages have in common: the same fault is said in the same words."""

from __future__ import annotations

from django import forms

FIELDS = {
    "required": "Fill this in.",
    "invalid_choice": "“%(value)s” is not one of the choices. Choose from the list.",
}
VALIDATORS = {
    "max_length": "At most %(limit_value)d characters, and this has %(show_value)d.",
    "min_value": "This must be at least %(limit_value)s.",
    "max_value": "This must be at most %(limit_value)s.",
}
"""What fields and their validators say in place of Django's words, by the code of the fault."""
NAME_NEEDED = "Enter a name."


class PlainForm(forms.Form):
    """A form that says faults as all others do."""

    def full_clean(self) -> None:
        """Give the fields their words first: all of them are there now, also those that were added later."""
        for field in self.fields.values():
            for code, words in FIELDS.items():
                if code in field.error_messages and field.error_messages[code] == _usual(field, code):
                    field.error_messages[code] = words
            for code, words in VALIDATORS.items():
                field.error_messages.setdefault(code, words)
        super().full_clean()


def _usual(field: forms.Field, code: str) -> object:
    """Return what fields of its class say unless they were given words of their own."""
    for kind in type(field).__mro__:
        if code in (said := getattr(kind, "default_error_messages", {})):
            return said[code]
    return None
