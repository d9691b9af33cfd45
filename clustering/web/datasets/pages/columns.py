"""What the column page shows: each column with examples, the proposed field, and how sure the proposal is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from clustering.analysis.features import FEATURES
from clustering.songfiles.aliases import field_of
from clustering.songfiles.columns import FIELDS, ColumnMap, ColumnMatch

if TYPE_CHECKING:
    from django.forms import BoundField

NOT_USED = "Keep, but do not use"
MAX_CHOICES = 120  # a page with thousands of lists cannot be read, and would weigh megabytes
SURE, LIKELY = 0.9, 0.6

UNITS = {
    "percent": "0 to 100 percent",
    "seconds": "seconds",
    "minutes": "minutes",
    "milliseconds": "milliseconds",
    "letter": "note names, such as C♯",
    "word": "words: major or minor",
    "python list": "a list in brackets",
    "semicolons": "several, separated by ;",
    "commas": "several, separated by ,",
}


class Proposal(Protocol):
    """The part of `actions.uploads.Preview` that the page shows."""

    @property
    def column_map(self) -> ColumnMap:
        """Which column is which, as proposed."""

    @property
    def columns(self) -> list[str]:
        """The names of all columns."""

    @property
    def rows(self) -> list[list[str]]:
        """The first rows."""


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column of the file."""

    place: int
    column: str
    proposed: str
    examples: tuple[str, ...]
    unit: str
    confidence: str
    level: str


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """The column page of a file."""

    original_name: str
    dialect_name: str
    rows: tuple[ColumnRow, ...]
    others: tuple[str, ...]
    """Columns beyond those that the page offers to change; they are kept for the export."""
    choices: tuple[tuple[str, Any], ...]
    features: tuple[str, ...]

    @property
    def choosable(self) -> list[tuple[int, str, str]]:
        """Return (place, column, proposed field) of each column that can be changed."""
        return [(row.place, row.column, row.proposed) for row in self.rows]

    def with_fields(self, form: Any) -> Iterator[tuple[ColumnRow, BoundField]]:
        """Yield each column with its choice in a form."""
        for row in self.rows:
            yield row, form[form.key(row.place)]

    @classmethod
    def read(cls, original_name: str, proposal: Proposal) -> ColumnsPage:
        """Return the column page: what is matched first, then the others as they stand in the file."""
        matches = list(enumerate(proposal.column_map.matches))
        matches.sort(key=lambda match: match[1].field is None)
        rows = [_row(place, match, unfit=_unfit(match, proposal.column_map)) for place, match in matches]
        return cls(
            original_name=original_name,
            dialect_name=proposal.column_map.dialect_name,
            rows=tuple(rows[:MAX_CHOICES]),
            others=tuple(row.column for row in rows[MAX_CHOICES:]),
            choices=_choices(),
            features=tuple(FEATURES[name].label for name in proposal.column_map.features if name in FEATURES),
        )


def _unfit(match: ColumnMatch, column_map: ColumnMap) -> str:
    """Return the feature that a column is named like, where its values keep it from being that."""
    name, _ = field_of(match.column) or ("", 0)
    missed = match.field is None and match.examples and name in FEATURES and name not in column_map.by_field
    return FEATURES[name].label if missed else ""


def _row(place: int, match: ColumnMatch, *, unfit: str) -> ColumnRow:
    confidence, level = _confidence(match)
    if unfit:
        confidence, level = f"named like {unfit}, but its values are not: it will not be used", "guess"
    return ColumnRow(
        place=place,
        column=match.column,
        proposed=match.field or "",
        examples=tuple(text[:80] for text in match.examples if text),
        unit=UNITS.get(match.unit, match.unit),
        confidence=confidence,
        level=level,
    )


def _confidence(match: ColumnMatch) -> tuple[str, str]:
    if match.field is None:
        return "not recognised", "none"
    if match.confidence >= SURE:
        return "sure", "sure"
    if match.confidence >= LIKELY:
        return "likely", "likely"
    return "a guess: please check", "guess"


def _choices() -> tuple[tuple[str, Any], ...]:
    about = [(name, field.label) for name, field in FIELDS.items() if name not in FEATURES]
    sound = [(name, field.label) for name, field in FIELDS.items() if name in FEATURES]
    return (("", NOT_USED), ("How the song sounds", sound), ("About the song", about))
