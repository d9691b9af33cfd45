"""Which column of a file is which field: proposed by name and sample, changed by the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pyarrow as pa

from clustering.analysis.features import FEATURES
from clustering.songfiles import SongFileError
from clustering.songfiles.aliases import FIELDS, INDEX_NAMES, Field, dialect_name, field_of, normal_name
from clustering.songfiles.arrays import cell_texts
from clustering.songfiles.units import SHARES, find_unit, fits, numeric_share
from clustering.songfiles.values import is_blank

__all__ = ["AUDIO_FEATURES", "FIELDS", "ColumnMap", "ColumnMatch", "Field", "propose_columns"]

# How long a song is says nothing about how it sounds: a file with that alone has no audio features.
AUDIO_FEATURES = tuple(name for name in FEATURES if name != "duration_ms")
SAMPLE_CELLS = 60
SAMPLE_CHARACTERS = 120

SERVICE_CLOSED = (
    "Spotify closed its audio-features service to new applications in November 2024, which is why "
    "exports made since "
    "then arrive without these columns or with them empty. Use a file that was made before, or one "
    "from another source."
)


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column of a file: the field it is taken for, its unit, how sure that is, and some of its cells."""

    column: str
    field: str | None
    unit: str = ""
    confidence: float = 0.0
    examples: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether the cells are numbers, so that the column can serve as a feature of its own."""
        return (
            bool(self.sample)
            and normal_name(self.column) not in INDEX_NAMES
            and numeric_share(self.sample) >= 0.9
        )


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What each column of a file is."""

    dialect_name: str
    matches: tuple[ColumnMatch, ...] = field(default=())

    @property
    def by_field(self) -> dict[str, ColumnMatch]:
        """The matched columns by their field."""
        return {match.field: match for match in self.matches if match.field}

    @property
    def features(self) -> tuple[str, ...]:
        """The audio features the file has, in the vocabulary's order."""
        matched = self.by_field
        return tuple(name for name in FEATURES if name in matched)

    @property
    def numeric_extras(self) -> tuple[str, ...]:
        """The columns of numbers that are no field, in the file's order."""
        return tuple(match.column for match in self.matches if match.field is None and match.numeric)

    @property
    def extra_names(self) -> tuple[str, ...]:
        """What the columns of numbers are called as features: never as a field is, which is another number."""
        taken = {match.column for match in self.matches}
        names = []
        for column in self.numeric_extras:
            name = column
            while name in FIELDS or (name != column and name in taken):
                name += " (column)"
            names.append(name)
        return tuple(names)

    def to_dict(self) -> dict[str, Any]:
        """Return the map as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ColumnMap:
        """Return the map that `to_dict` wrote."""
        return cls(
            values["dialect_name"],
            tuple(
                ColumnMatch(
                    column=match["column"],
                    field=match["field"],
                    unit=match["unit"],
                    confidence=match["confidence"],
                    examples=tuple(match["examples"]),
                    sample=tuple(match["sample"]),
                )
                for match in values["matches"]
            ),
        )

    def with_changes(self, changes: Mapping[str, str]) -> ColumnMap:
        """Return the map after a person's changes; the units are found again.

        Parameters
        ----------
        changes
            The new field of each changed column; empty where the column is to be no field.
        """
        self._check_changes(changes)
        matches = []
        for match in self.matches:
            if match.column in changes and (changes[match.column] or None) != match.field:
                match = replace(match, field=changes[match.column] or None, unit="", confidence=1.0)
            matches.append(match)
        taken: dict[str, str] = {}
        for match in matches:
            if match.field in taken:
                raise SongFileError(
                    f"{FIELDS[match.field].label} is chosen for two columns, “{taken[match.field]}” and "
                    f"“{match.column}”. Choose it for one of them."
                )
            if match.field:
                taken[match.field] = match.column
        matches = _with_units(matches)
        for match in matches:
            if match.column in changes and match.field and _fit(match) < 0.5:
                raise SongFileError(
                    f"The column “{match.column}” cannot be {FIELDS[match.field].label}: it holds "
                    f"{_listed([f'“{example}”' for example in match.examples])}. Choose another column."
                )
        changed = replace(self, matches=tuple(matches))
        _require_features(changed)
        return changed

    def _check_changes(self, changes: Mapping[str, str]) -> None:
        columns = {match.column for match in self.matches}
        for column, name in changes.items():
            if column not in columns:
                raise SongFileError(
                    f"The file has no column “{column}”. Its columns are: {_listed(sorted(columns))}."
                )
            if name and name not in FIELDS:
                raise SongFileError(
                    f"“{name}” (chosen for the column “{column}”) is no field. Choose one of: "
                    f"{_listed(list(FIELDS))}."
                )


def propose_columns(table: pa.Table) -> ColumnMap:
    """Match the columns of a file by their names and a sample of their cells.

    Parameters
    ----------
    table
        The first rows of the file.

    Returns
    -------
    ColumnMap
        The proposal. A SongFileError where the file has no audio feature at all.
    """
    samples = [_sample(table.column(index)) for index in range(table.num_columns)]
    matches = [
        ColumnMatch(column, None, "", 0.0, sample[:3], sample)
        for column, sample in zip(table.column_names, samples, strict=True)
    ]
    wanted: dict[str, tuple[int, int]] = {}
    for index, match in enumerate(matches):
        found = field_of(match.column)
        if found is None:
            continue
        name, rank = found
        unit = find_unit(name, FIELDS[name].kind, match.column, match.sample, percents=False)
        if fits(name, FIELDS[name].kind, unit, match.sample) < 0.5:
            continue
        rank += 100 * (not match.sample)
        if name not in wanted or rank < wanted[name][0]:
            wanted[name] = (rank, index)
    for name, (rank, index) in wanted.items():
        match = matches[index]
        sure = 1.0 if normal_name(match.column) == name else 0.95 if rank < 3 else 0.85
        matches[index] = replace(match, field=name, confidence=sure if match.sample else 0.5)
    matches = [
        replace(match, confidence=round(match.confidence * _fit(match), 2)) if match.field else match
        for match in _with_units(matches)
    ]
    proposal = ColumnMap(dialect_name(table.column_names), tuple(matches))
    _require_features(proposal)
    return proposal


def _sample(column: pa.ChunkedArray) -> tuple[str, ...]:
    """Return distinct cells that say something, as text that JSON and PostgreSQL can hold."""
    cells: dict[str, None] = {}
    for value in cell_texts(column.slice(0, 2_000)):
        text = (value or "").replace("\0", "").strip()[:SAMPLE_CHARACTERS]
        if not is_blank(text):
            cells.setdefault(text)
            if len(cells) >= SAMPLE_CELLS:
                break
    return tuple(cells)


def _with_units(matches: list[ColumnMatch]) -> list[ColumnMatch]:
    shares = [match for match in matches if match.field in SHARES and match.sample]
    percent = [
        match
        for match in shares
        if find_unit(match.field or "", "number", match.column, match.sample, percents=False) == "percent"
    ]
    percents = len(percent) * 2 > len(shares) and len(percent) > 1
    return [
        replace(
            match,
            unit=find_unit(
                match.field, FIELDS[match.field].kind, match.column, match.sample, percents=percents
            ),
        )
        if match.field
        else match
        for match in matches
    ]


def _fit(match: ColumnMatch) -> float:
    return fits(match.field or "", FIELDS[match.field or ""].kind, match.unit, match.sample)


def _require_features(column_map: ColumnMap) -> None:
    if any(name in AUDIO_FEATURES for name in column_map.features):
        return
    columns = [match.column for match in column_map.matches if match.column]
    wrong = [
        f"“{match.column}” holds “{match.examples[0]}”"
        for match in column_map.matches
        if (found := field_of(match.column))
        and found[0] in AUDIO_FEATURES
        and match.examples
        and not match.field
    ]
    raise SongFileError(
        "The file has no audio features such as danceability, energy or tempo"
        + (f" that are numbers ({_listed(wrong)})" if wrong else "")
        + f". Its columns are: {_listed(columns)}. {SERVICE_CLOSED}"
    )


def _listed(words: list[str], most: int = 40) -> str:
    shown = ", ".join(word[:80] for word in words[:most])
    return shown + (f" and {len(words) - most:,} more" if len(words) > most else "")
