"""What the column page shows: each column with examples, the proposed field, and how sure the proposal is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from clustering.analysis.features import FEATURES
from clustering.songfiles.columns import AS_IS, FIELDS, ColumnMap, ColumnMatch
from clustering.songfiles.decimals import sign_of
from clustering.songfiles.examples import stored_examples
from clustering.songfiles.refusals import named_like
from clustering.songfiles.unit_choices import MARKS, UNITS
from clustering.songfiles.values import number

if TYPE_CHECKING:
    from django.forms import BoundField

NOT_USED = "Keep, don’t use"
MAX_CHOICES = 120  # a page with thousands of lists cannot be read, and would weigh megabytes
SURE, LIKELY = 0.9, 0.6


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
class Example:
    """A cell, and what is stored of it; empty where that is the same."""

    cell: str
    stored: str


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column of the file."""

    place: int
    column: str
    proposed: str
    """The field that was proposed."""
    field: str
    """The field that is chosen for now."""
    examples: tuple[Example, ...]
    unit: str
    """The unit, as a form has it; empty where there is none to choose."""
    mark: str
    """The mark before fractions; empty where none of the cells has one that can be read otherwise."""
    units: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, str], ...]
    confidence: str
    level: str
    note: str


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
    notes: tuple[str, ...]

    @property
    def recognized(self) -> int:
        """How many columns are matched to a field."""
        return sum(bool(row.field) for row in self.rows)

    @property
    def columns_count(self) -> int:
        """How many columns the file has."""
        return len(self.rows) + len(self.others)

    def with_fields(self, form: Any) -> Iterator[tuple[ColumnRow, BoundField, list[BoundField]]]:
        """Yield each column with its choices in a form: what it is, and how it is written."""
        for row in self.rows:
            ways = [
                form[key]
                for key in (form.unit_key(row.place), form.mark_key(row.place))
                if key in form.fields
            ]
            yield row, form[form.key(row.place)], ways

    @classmethod
    def read(cls, original_name: str, proposal: Proposal, chosen: ColumnMap | None = None) -> ColumnsPage:
        """Return the column page: what is matched first, then the others as they stand in the file.

        `chosen` is what a person has chosen so far; the order stays that of the proposal.
        """
        shown = chosen or proposal.column_map
        order = sorted(
            range(len(shown.matches)), key=lambda place: proposal.column_map.matches[place].field is None
        )
        rows = [_row(place, proposal.column_map.matches[place].field or "", shown) for place in order]
        return cls(
            original_name=original_name,
            dialect_name=proposal.column_map.dialect_name,
            rows=tuple(rows[:MAX_CHOICES]),
            others=tuple(row.column for row in rows[MAX_CHOICES:]),
            choices=_choices(),
            features=tuple(FEATURES[name].label for name in shown.features if name in FEATURES),
            notes=tuple(shown.notes),
        )


def _unfit(match: ColumnMatch, column_map: ColumnMap) -> str:
    """Return the feature that a column is named like, where its values keep it from being that."""
    name = named_like(match.column)
    missed = name and match.field is None and match.examples and name not in column_map.by_field
    return FEATURES[name].label if missed else ""


def _row(place: int, proposed: str, column_map: ColumnMap) -> ColumnRow:
    match = column_map.matches[place]
    confidence, level = _confidence(match)
    if unfit := _unfit(match, column_map):
        confidence, level = f"named like {unfit}, but its values are not: it will not be used", "guess"
    units = UNITS.get(match.field or "", ()) if _has_units(match) else ()
    marks = MARKS if _is_marked(match) else ()
    return ColumnRow(
        place=place,
        column=match.column,
        proposed=proposed,
        field=match.field or "",
        examples=_examples(match),
        unit=(match.unit or AS_IS) if units else "",
        mark=(match.decimal or ".") if marks else "",
        units=units,
        marks=marks,
        confidence=confidence,
        level=level,
        note=_note(match, column_map),
    )


def _examples(match: ColumnMatch) -> tuple[Example, ...]:
    stored = stored_examples(match) or match.examples
    return tuple(
        Example(cell[:80], "" if kept == cell or number(cell) == number(kept) else kept[:80])
        for cell, kept in zip(match.examples, stored, strict=True)
        if cell
    )


def _is_marked(match: ColumnMatch) -> bool:
    """Tell whether a column holds numbers that could be read in two ways."""
    if not match.numeric or match.field not in {None, "popularity", *FEATURES}:
        return False
    signs = {sign_of(cell) for cell in match.sample}
    large = match.field in {None, "popularity", "duration_ms"}
    return "?," in signs or (large and "?." in signs and not signs & {",", "."})


def _has_units(match: ColumnMatch) -> bool:
    """Tell whether there is a choice: a title is one, and an artist's name, unless the cells look otherwise."""
    if match.unit or match.settled or match.field not in {"title", "artist"}:
        return True
    return match.field == "artist" and any(mark in cell for cell in match.sample for mark in ",;[")


def _note(match: ColumnMatch, column_map: ColumnMap) -> str:
    derived = {
        source.column: f"{FIELDS[name].label} is read from it, too."
        for name, source in column_map.sources.items()
        if name not in column_map.by_field
    }
    return derived.get(match.column, "")


def _confidence(match: ColumnMatch) -> tuple[str, str]:
    if match.field is None:
        return "not recognized", "none"
    if match.confidence >= SURE:
        return "high", "sure"
    if match.confidence >= LIKELY:
        return "medium: please check", "likely"
    return "low: please check", "guess"


def _choices() -> tuple[tuple[str, Any], ...]:
    about = [(name, field.label) for name, field in FIELDS.items() if name not in FEATURES]
    sound = [(name, field.label) for name, field in FIELDS.items() if name in FEATURES]
    return (("", NOT_USED), ("How the song sounds", sound), ("About the song", about))
