"""The user guide: what pages link to is there, and every chart and verdict is explained."""

import ast
import re
from pathlib import Path

import pytest
from django.urls import reverse

from clustering.exports import separation
from clustering.models import Sweep
from clustering.web.components import fit
from clustering.web.components.guide import CHARTS, FIELDS, anchor_of, entry_of_chart, guide

ROOT = Path(__file__).resolve().parents[4]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
WEB = sorted((ROOT / "clustering/web").rglob("*.py"))


def keys_of_charts() -> set[str]:
    """Return the keys that code gives to charts, up to where they name a feature."""
    keys = set()
    for path in WEB:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "key":
                text = node.value.values[0] if isinstance(node.value, ast.JoinedStr) else node.value
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                    keys.add(text.value.rstrip("-"))
    return keys


class TestPage:
    @pytest.mark.django_db
    def test_is_for_everybody(self, client):
        page = client.get(reverse("help"))
        assert page.status_code == 200
        assert "What the same songs score with their features shuffled independently" in page.content.decode()

    def test_has_an_anchor_at_each_heading_and_none_twice(self):
        anchors = re.findall(r'<h\d id="([^"]+)">', guide().html)
        assert len(anchors) == len(set(anchors)) == len(guide().entries) > 80

    def test_links_within_itself_lead_somewhere(self):
        assert set(re.findall(r'href="#([^"]+)"', guide().html)) <= set(guide().entries)


class TestEntries:
    def test_are_there_for_all_that_pages_link_to(self):
        linked = {
            anchor
            for path in TEMPLATES
            for anchor in re.findall(
                r"\{% term \"([^\"]+)\" %\}|'help' %\}#([\w-]+)", path.read_text(encoding="utf-8")
            )
            for anchor in anchor
            if anchor
        }
        assert linked - set(guide().entries) == set()
        assert {"silhouette", "daviesbouldin"} <= linked

    def test_say_how_to_read_every_chart(self):
        keys = keys_of_charts()
        assert keys - set(CHARTS) == set()
        assert len(keys) > 15
        assert set(CHARTS.values()) | set(FIELDS.values()) <= set(guide().entries)

    def test_of_charts_that_are_called_after_a_feature(self):
        assert entry_of_chart("over-time-energy").title == "Changes over time"
        assert entry_of_chart("energy-0").title == "Features of added songs"

    @pytest.mark.parametrize(
        "verdict",
        [
            *Sweep.Verdict.labels,
            *(
                words.headline
                for words in vars(separation).values()
                if isinstance(words, separation.Separation)
            ),
            *(words[0] for words in fit.VERDICTS.values()),
            "Nearly all in one group",
            "Most songs are in no group",
            "Recommended",
            "Also good",
            "Unstable",
        ],
    )
    def test_explain_every_verdict(self, verdict):
        assert guide().entries[anchor_of(verdict)].summary

    def test_begin_with_a_sentence_that_stands_alone(self):
        for entry in guide().entries.values():
            assert entry.level < 3 or entry.summary.endswith((".", "?")), entry.title
