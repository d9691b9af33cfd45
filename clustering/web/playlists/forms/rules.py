"""Rules of a playlist as a person types them: rows of "what" and "how much", in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet

from clustering.storage.playlist_rules import ClusterChoice, Rule, RuleField, Rules
from clustering.web.components.forms import PlainForm

MAX_RULES = 20
MAX_WORDS = 20
PREFIX = "rule"
NUMBER = {"class": "form-control", "step": "any", "inputmode": "decimal"}


class RuleForm(PlainForm):
    """One rule: which inputs count depends on the field that is chosen."""

    group = forms.IntegerField(min_value=1, max_value=MAX_RULES, widget=forms.HiddenInput)
    field = forms.ChoiceField(label="What", widget=forms.Select(attrs={"class": "form-select"}))
    low = forms.FloatField(label="at least", required=False, widget=forms.NumberInput(attrs=NUMBER))
    high = forms.FloatField(label="at most", required=False, widget=forms.NumberInput(attrs=NUMBER))
    words = forms.CharField(
        label="is one of",
        required=False,
        max_length=1_000,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "placeholder": "rock, jazz",
                "list": "genres",
                "autocomplete": "off",
            }
        ),
    )
    cluster = forms.ChoiceField(
        label="is", required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    flag = forms.ChoiceField(
        label="is",
        required=False,
        choices=[("yes", "yes"), ("no", "no")],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(
        self, *args: Any, choices: Sequence[RuleField], clusters: Sequence[ClusterChoice], **kwargs: Any
    ) -> None:
        """Offer a dataset's fields, and the groups of its runs."""
        super().__init__(*args, **kwargs)
        self.choices = {choice.name: choice for choice in choices}
        self.fields["field"] = forms.ChoiceField(
            label="What",
            choices=[(choice.name, choice.label) for choice in choices],
            widget=self.fields["field"].widget,
        )
        self.fields["cluster"] = forms.ChoiceField(
            label="is",
            required=False,
            choices=_by_run(clusters),
            error_messages={"invalid_choice": "This group is no longer there. Choose another one."},
            widget=self.fields["cluster"].widget,
        )

    @property
    def chosen(self) -> RuleField | None:
        """The field that the rule is about; the first where nothing is chosen yet."""
        return self.choices.get(str(self["field"].value())) or next(iter(self.choices.values()), None)

    @property
    def place(self) -> int:
        """Which row it is, from 0."""
        return int(str(self.prefix).rpartition("-")[2])

    @property
    def complaints(self) -> list[str]:
        """The error messages of the rule."""
        return [str(error) for errors in self.errors.values() for error in errors] if self.is_bound else []

    def clean(self) -> dict[str, Any]:
        """Check what belongs to the field."""
        values = super().clean() or {}
        choice = self.choices.get(values.get("field", ""))
        kind = choice.kind if choice else ""
        number = kind == "number" and "low" in values and "high" in values
        if choice and (number or kind == "genre"):
            rule = Rule(choice.name, values.get("low"), values.get("high"), _words(values.get("words", "")))
            if complaint := rule.complaint(choice.kind):
                raise ValidationError(complaint)
        if kind == "cluster" and not values.get("cluster"):
            self.add_error("cluster", "Choose a group.") if "cluster" in values else None
        return values

    def rule(self) -> Rule:
        """Return what a valid form says."""
        values, field = self.cleaned_data, self.cleaned_data["field"]
        match self.choices[field].kind:
            case "genre":
                return Rule(field, words=_words(values["words"]))
            case "cluster":
                run, _, index = values["cluster"].partition(":")
                return Rule(field, run=int(run), cluster=int(index))
            case "flag":
                return Rule(field, flag=values["flag"] != "no")
            case _:
                return Rule(field, low=values["low"], high=values["high"])


class BaseRules(BaseFormSet[RuleForm]):
    """All rules of a playlist."""

    default_error_messages = {
        "missing_management_form": "The rules arrived incomplete. Reload the page.",
        "too_many_forms": "A playlist can have at most %(num)d rules. Remove some.",
    }

    @property
    def groups(self) -> list[tuple[int, list[RuleForm]]]:
        """The rules by group, numbered from 1 without gaps."""
        by_number = groupby(sorted(self.forms, key=_group), key=_group)
        return [(place, list(group)) for place, (_, group) in enumerate(by_number, start=1)]

    def rules(self, join: str) -> Rules:
        """Return what a valid formset says."""
        groups = tuple(tuple(form.rule() for form in group) for _, group in self.groups)
        return Rules("any" if join == "any" else "all", groups)


RuleFormSet = forms.formset_factory(
    RuleForm, formset=BaseRules, extra=0, max_num=MAX_RULES, validate_max=True, absolute_max=MAX_RULES + 5
)


def rule_formset(
    choices: Sequence[RuleField],
    clusters: Sequence[ClusterChoice],
    data: Mapping[str, Any] | None = None,
    rows: Sequence[Mapping[str, Any]] | None = None,
) -> BaseRules:
    """Return the rules that were sent, or rows to begin with."""
    formset = RuleFormSet(
        data, prefix=PREFIX, initial=rows, form_kwargs={"choices": choices, "clusters": clusters}
    )
    assert isinstance(formset, BaseRules)  # noqa: S101 – for the type checker
    return formset


def typed_rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what stands in the rows, right or wrong."""
    total = str(data.get(f"{PREFIX}-TOTAL_FORMS", ""))
    count = min(int(total), MAX_RULES) if total.isascii() and total.isdigit() and len(total) < 4 else 0
    names = ("group", "field", "low", "high", "words", "cluster", "flag")
    return [{name: data.get(f"{PREFIX}-{i}-{name}", "") for name in names} for i in range(count)]


def changed_rows(rows: Sequence[Mapping[str, Any]], what: str) -> list[dict[str, Any]]:
    """Return the rows after "add:GROUP", "remove:ROW" or anything else, which changes nothing."""
    changed = [dict(row) for row in rows]
    act, _, number = what.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        return changed
    if act == "add" and len(changed) < MAX_RULES:
        changed.append({"group": int(number)})
    if act == "remove" and int(number) < len(changed):
        del changed[int(number)]
    return changed


def _group(form: RuleForm) -> int:
    value = str(form["group"].value())
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 1


def _words(text: str) -> tuple[str, ...]:
    names = (" ".join(name.split()) for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_WORDS]


def _by_run(clusters: Sequence[ClusterChoice]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the groups under the heading of their run."""
    return [
        (str(run), [(choice.value, choice.cluster.name) for choice in group])
        for run, group in groupby(clusters, key=lambda choice: choice.run)
    ]
