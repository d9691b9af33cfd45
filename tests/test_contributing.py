"""The recipes of CONTRIBUTING.md: what they name, from the root of the project, is there, and they count right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "CONTRIBUTING.md"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

TEXT = """# Contributing

Run `tests/nowhere.py`, which is named by no recipe.

### Add a clustering algorithm

Touches two files. `clustering/analysis/features.py` says what a feature is, and `make test` runs everything.

1. `clustering/analysis/partition/<name>.py`: its fit and its `Spec`.
2. `tests/analysis/partition/test_<name>.py`: its test, as in `tests/analysis/partition/test_kmeans.py`.

#### Why so few

Nothing else knows the algorithms.

### How to run one test

`make test ARGS=tests/nothing.py`
"""


@dataclass(frozen=True)
class Recipe:
    """What a section says about adding something."""

    title: str
    text: str

    @property
    def paths(self) -> list[str]:
        """Return every file and folder in backticks."""
        return paths_in(self.text)

    @property
    def files(self) -> set[str]:
        """Return the files to touch: the first one of each item of a list."""
        items = re.findall(r"^(?:\d+\.|[-*]) (.*(?:\n {2,}.*)*)", self.text, re.MULTILINE)
        return {paths[0] for paths in map(paths_in, items) if paths}

    @property
    def count(self) -> int | None:
        """Return how many files it says it touches."""
        said = re.search(rf"\b(\d+|{'|'.join(NUMBERS)}) files?\b", self.text, re.IGNORECASE)
        if said is None:
            return None
        word = said[1].lower()
        return NUMBERS.index(word) if word in NUMBERS else int(word)


def paths_in(text: str) -> list[str]:
    """Return what stands in backticks and ends as a file or a folder does."""
    return re.findall(r"`([\w./<>-]+(?:\.[a-z]{2,5}|/))`", text)


def recipes(text: str) -> list[Recipe]:
    """Return the sections `### Add …`, each up to the next heading of its level or above."""
    sections = re.split(r"^(?=#{1,3} )", text, flags=re.MULTILINE)
    parts = [section.partition("\n") for section in sections if section.startswith("### Add ")]
    return [Recipe(title.removeprefix("### "), body) for title, _, body in parts]


def exists(path: str) -> bool:
    """Tell whether a path is there; of one with a `<name>` in it, the folder."""
    parts = Path(path).parts
    known = next((place for place, part in enumerate(parts) if "<" in part), len(parts))
    return ROOT.joinpath(*parts[:known]).exists()


def faults(recipe: Recipe) -> list[str]:
    """Return what is not true of a recipe."""
    found = [f"{recipe.title}: there is no {path}" for path in recipe.paths if not exists(path)]
    if recipe.count != len(recipe.files):
        found.append(f"{recipe.title}: says {recipe.count} files, lists {sorted(recipe.files)}")
    return found


class TestFaults:
    def test_are_none_of_a_recipe_that_is_true(self) -> None:
        (recipe,) = recipes(TEXT)
        assert recipe.title == "Add a clustering algorithm"
        assert recipe.paths == [
            "clustering/analysis/features.py",
            "clustering/analysis/partition/<name>.py",
            "tests/analysis/partition/test_<name>.py",
            "tests/analysis/partition/test_kmeans.py",
        ]
        assert (recipe.count, len(recipe.files)) == (2, 2)
        assert faults(recipe) == []

    @pytest.mark.parametrize(
        ("old", "new", "fault"),
        [
            ("analysis/features.py", "analysis/gone.py", "there is no clustering/analysis/gone.py"),
            ("partition/<name>.py", "gone/<name>.py", "there is no clustering/analysis/gone/<name>.py"),
            ("`make test` runs", "`clustering/gone/` runs", "there is no clustering/gone/"),
            ("two files", "3 files", "says 3 files"),
            ("two files", "some files", "says None files"),
            ("2. `tests", "`tests", "says 2 files"),
        ],
    )
    def test_are_what_is_not_there_and_what_does_not_count(self, old: str, new: str, fault: str) -> None:
        assert old in TEXT
        (recipe,) = recipes(TEXT.replace(old, new))
        (found,) = faults(recipe)
        assert found.startswith(f"Add a clustering algorithm: {fault}")


def test_every_recipe_is_true() -> None:
    found = recipes(DOCUMENT.read_text(encoding="utf-8"))
    assert len(found) == DOCUMENT.read_text(encoding="utf-8").count("\n### Add ") > 0
    assert [fault for recipe in found for fault in faults(recipe)] == []
