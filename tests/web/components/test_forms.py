"""The words of faults in forms."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
from django import forms

from clustering import web
from clustering.web.components.forms import NAME_NEEDED, PlainForm


class Example(PlainForm):
    text = forms.CharField(max_length=3)
    number = forms.IntegerField(min_value=2, max_value=9)
    kind = forms.ChoiceField(choices=[("a", "A")])
    own = forms.CharField(max_length=3, error_messages={"required": "Say it.", "max_length": "Too long."})
    file = forms.FileField(max_length=3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["late"] = forms.FloatField(max_value=1.5)


def faults(**data):
    return {name: str(errors[0]) for name, errors in Example(data).errors.items()}


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        ({}, "text", "Fill this in."),
        ({}, "late", "Fill this in."),
        ({}, "own", "Say it."),
        ({"text": "four"}, "text", "At most 3 characters, and this has 4."),
        ({"own": "four"}, "own", "Too long."),
        ({"number": "1"}, "number", "This must be at least 2."),
        ({"late": "2"}, "late", "This must be at most 1.5."),
        ({"kind": "b"}, "kind", "“b” is not one of the choices. Choose from the list."),
        ({"number": "x"}, "number", "Enter a whole number."),
    ],
)
def test_the_same_fault_is_said_in_the_same_words(data, name, said):
    assert faults(**data)[name] == said


def test_a_files_own_placeholders_stay():
    from django.core.files.uploadedfile import SimpleUploadedFile

    form = Example({}, {"file": SimpleUploadedFile("long.csv", b"x")})
    assert "at most 3 characters" in form.errors["file"][0]


def every_form():
    for module in pkgutil.walk_packages(web.__path__, "clustering.web."):
        import_module(module.name)
    waiting = [forms.Form]
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        waiting += subclasses
        yield from (one for one in subclasses if one.__module__.startswith("clustering.web."))


def test_every_form_of_the_pages_is_one():
    found = set(every_form())
    assert len(found) > 15
    assert [one for one in found if not issubclass(one, PlainForm)] == []
    names = [one.base_fields["name"] for one in found if "name" in one.base_fields]
    assert {str(name.error_messages["required"]) for name in names if name.required} == {NAME_NEEDED}
