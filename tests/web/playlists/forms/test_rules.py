"""Rules as they are typed."""

import pytest

from clustering.storage.playlist_rules import Rule, RuleField, Rules
from clustering.web.playlists.forms.rules import MAX_RULES, changed_rows, rule_formset, typed_rows

FIELDS = (
    RuleField("tempo", "Tempo", "number"),
    RuleField("genre", "Genre", "genre"),
    RuleField("explicit", "Explicit lyrics", "flag"),
)


def sent(*rows):
    data = {"rule-TOTAL_FORMS": str(len(rows)), "rule-INITIAL_FORMS": "0"}
    for i, row in enumerate(rows):
        data |= {f"rule-{i}-{name}": value for name, value in ({"group": "1"} | row).items()}
    return data


class TestRuleFormset:
    def test_says_what_was_typed(self):
        rows = (
            {"field": "tempo", "low": "100"},
            {"group": "7", "field": "genre", "words": " rock,  hip  hop,rock,"},
            {"group": "7", "field": "explicit", "flag": "no"},
        )
        formset = rule_formset(FIELDS, (), sent(*rows))
        assert formset.is_valid(), formset.errors
        assert formset.rules("any") == Rules(
            "any",
            (
                (Rule("tempo", low=100.0),),
                (Rule("genre", words=("rock", "hip hop")), Rule("explicit", flag=False)),
            ),
        )

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (sent({"field": "genre", "words": " , "}), "Enter one or more genres"),
            (sent(*[{"field": "tempo", "low": "1"}] * (MAX_RULES + 1)), "at most 20 rules"),
            ({"x": "y"}, "arrived incomplete"),
        ],
    )
    def test_says_what_is_wrong(self, data, sentence):
        formset = rule_formset(FIELDS, (), data)
        assert not formset.is_valid()
        complaints = [*formset.non_form_errors(), *(c for form in formset.forms for c in form.complaints)]
        assert any(sentence in str(complaint) for complaint in complaints)


class TestChangedRows:
    def test_adds_and_removes(self):
        rows = typed_rows(sent({"field": "tempo"}, {"field": "genre"}))
        assert [row.get("field") for row in changed_rows(rows, "add:2")] == ["tempo", "genre", None]
        assert [row["field"] for row in changed_rows(rows, "remove:0")] == ["genre"]

    @pytest.mark.parametrize("what", ["", "refresh", "remove:9", "remove:x", "add:", "add:99999", "jump:1"])
    def test_leaves_the_rest_alone(self, what):
        rows = typed_rows(sent({"field": "tempo"}))
        assert changed_rows(rows, what) == rows

    def test_has_no_more_rows_than_there_can_be(self):
        rows = typed_rows(sent(*[{"field": "tempo"}] * 50))
        assert len(rows) == MAX_RULES
        assert len(changed_rows(rows, "add:1")) == MAX_RULES
