"""What pages ask for while somebody changes a form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
TAG = re.compile(r"<\w+[^>]*hx-trigger=\"[^\"]*\b(?:change|input)\b[^>]*>")


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(path, id=str(path.relative_to(TEMPLATES)))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if TAG.search(path.read_text())
    ],
)
def test_an_answer_to_an_earlier_change_never_undoes_a_later_one(template):
    for tag in TAG.findall(template.read_text()):
        assert re.search(r'hx-sync="(?:this|closest form):replace"', tag), tag
