"""Every text that people read is in plain words: templates, messages in code, scripts and documents."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.words import wrong_words

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CODE = [path for name in ("clustering", "musicclust") for path in sorted((ROOT / name).rglob("*.py"))]
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / ".env.example",
    *sorted((ROOT / "docs").glob("*.md")),
]
RIGHT = {
    # a server serves, and so does a command
    ("musicclust/web/__main__.py", "Serve"),
}
"""Where such a word is right: the file, and the word."""

_MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
_COMMENTS = re.compile(r"^\s*//.*$", re.MULTILINE)


def complaints(path: Path, text: str) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    if name.startswith("clustering/migrations/"):
        return []
    found = wrong_words(" ".join(text.split()))
    return [
        f"{name}: {one}"
        for one in found
        if not any(name == place and f"“{word}”" in one for place, word in RIGHT)
    ]


def words_of_code(path: Path) -> Iterator[str]:
    """Give the texts of a module that are no docstrings, placeholders left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks:
            yield node.value


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates(path):
    text = path.read_text(encoding="utf-8")
    assert complaints(path, _MARKUP.sub(" ", text)) == []


def test_messages_in_code():
    texts = [(path, text) for path in CODE for text in words_of_code(path) if " " in text]
    assert [found for path, text in texts for found in complaints(path, text)] == []
    assert len(texts) > 500


def test_no_text_shows_the_name_of_a_value():
    wrong = [
        (path.name, text)
        for path in CODE
        for text in words_of_code(path)
        if re.search(r"\{[A-Z_]{3,}[}:]", text)
    ]
    assert wrong == []


def test_scripts_of_the_pages():
    assert [
        found
        for path in SCRIPTS
        for found in complaints(path, _COMMENTS.sub("", path.read_text(encoding="utf-8")))
    ] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents(path):
    assert complaints(path, path.read_text(encoding="utf-8")) == []
