"""Which column of a file is which field: proposed by name and sample, changed by the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pyarrow as pa

from clustering.analysis.features import FEATURES
from clustering.songfiles import SongFileError
from clustering.songfiles.aliases import FIELDS, Field, dialect_name
from clustering.songfiles.column_match import ColumnMatch, fit_of, with_units
from clustering.songfiles.conversion import to_numbers
from clustering.songfiles.decimals import decimal_mark, file_mark
from clustering.songfiles.doubts import ScaleCount, loudness_note, scaled_note, two_scales_note
from clustering.songfiles.matching import Column, find_fields
from clustering.songfiles.refusals import listed, misread, no_features
from clustering.songfiles.samples import cells_of, sample_of
from clustering.songfiles.scales import SCALED, SHARES
from clustering.songfiles.unit_choices import AS_IS, MARKS, UNITS
from clustering.songfiles.units import mode_unit, numbers_of

__all__ = [
    "AS_IS",
    "AUDIO_FEATURES",
    "FIELDS",
    "FILE_ARTIST",
    "ColumnMap",
    "ColumnMatch",
    "Field",
    "propose_columns",
]

# How long a song is says nothing about how it sounds: a file with that alone has no audio features.
AUDIO_FEATURES = tuple(name for name in FEATURES if name != "duration_ms")
MATCHED_ROWS = 2_000
MATCHED_CELLS = 400_000
MANY_NUMBERS = 3
FILE_ARTIST = "file name's artist"


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What each column of a file is.

    `header` is the row that their names are from, 0 where there is none; `two_scales` is how many rows have features
    from 0 to 1 and how many in percent, where there are both.
    """

    dialect_name: str
    matches: tuple[ColumnMatch, ...] = field(default=())
    header: int = 1
    two_scales: tuple[int, int] = (0, 0)

    @property
    def by_field(self) -> dict[str, ColumnMatch]:
        """The matched columns by their field."""
        return {match.field: match for match in self.matches if match.field}

    @property
    def sources(self) -> dict[str, ColumnMatch]:
        """The column that each field is read from.

        One of keys can say the mode too, a file name the artist, and an ISRC is the id where there is no other.
        """
        found = self.by_field
        key, title = found.get("key"), found.get("title")
        if key and "mode" not in found and key.unit.endswith("letter") and (unit := mode_unit(key.sample)):
            found["mode"] = replace(key, field="mode", unit=unit)
        if title and "artist" not in found and title.unit == "file name":
            found["artist"] = replace(title, field="artist", unit=FILE_ARTIST)
        if "isrc" in found and "external_id" not in found:
            found["external_id"] = replace(found["isrc"], field="external_id")
        return found

    @property
    def features(self) -> tuple[str, ...]:
        """The audio features the file has, in the vocabulary's order."""
        matched = self.sources
        return tuple(name for name in FEATURES if name in matched)

    @property
    def is_list(self) -> bool:
        """Whether the file only names songs: no audio feature has a value among its first rows."""
        heard = any(match.sample for name, match in self.sources.items() if name in AUDIO_FEATURES)
        return not heard and not {"title", "external_id"}.isdisjoint(self.sources)

    @property
    def scaled(self) -> frozenset[str]:
        """The features whose numbers were scaled before, and so have no unit and no range any more."""
        return frozenset(match.field for match in self.matches if match.field and match.unit == SCALED)

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

    @property
    def notes(self) -> list[str]:
        """What a person should know of the matches before importing, in sentences."""
        said = []
        if (row := first_row_as_header(self)) is not None:
            said.append(row)
        sounds = [FEATURES[name].inside for name in AUDIO_FEATURES if name in self.by_field]
        others = self.numeric_extras
        if self.is_list:
            wrong = misread(self.matches)
            said.append(
                f"This file has no audio features{f' that are numbers ({listed(wrong)})' if wrong else ''}, so it is "
                "imported as a list of songs. You can fill in features from another table afterwards."
                + (f" Or choose which of these columns is one: {listed(others, 8)}." if others else "")
            )
        elif not sounds:
            said.append(
                "None of the columns was recognized as an audio feature. Match at least one yourself."
            )
        elif len(others) >= MANY_NUMBERS and len(sounds) * 2 < len(others):
            said.append(
                f"Only {len(sounds)} of {len(sounds) + len(others)} columns of numbers "
                f"{'was' if len(sounds) == 1 else 'were'} recognized as audio features ({', '.join(sounds)}), and "
                f"songs would be grouped by {'that alone' if len(sounds) == 1 else 'those alone'}. Not recognized: "
                f"{listed(others, 8)}."
            )
        if self.scaled:
            said.append(scaled_note(self.scaled))
        loudness = self.by_field.get("loudness")
        if loudness and loudness.unit != SCALED:
            said += filter(None, [loudness_note(numbers_of(loudness.sample, loudness.decimal))])
        if any(self.two_scales):
            said.append(two_scales_note(*self.two_scales))
        said += [match.doubt for match in self.matches if match.doubt]
        return said

    def to_dict(self) -> dict[str, Any]:
        """Return the map as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ColumnMap:
        """Return the map that `to_dict` wrote."""
        matches = tuple(map(ColumnMatch.from_dict, values["matches"]))
        fractions, percents = values.get("two_scales", (0, 0))
        return cls(values["dialect_name"], matches, values.get("header", 1), (fractions, percents))

    def with_changes(self, changes: Mapping[str, str]) -> ColumnMap:
        """Return the map after a person's changes, with which a file can be imported; see `changed`."""
        changed = self.changed(changes)
        if not changed.is_list and not any(name in AUDIO_FEATURES for name in changed.features):
            raise no_features(changed.matches, first_row_as_header(changed))
        return changed

    def require_features(self) -> None:
        """Refuse a file that only names songs, where they are to be grouped at once."""
        if self.is_list:
            raise no_features(self.matches, first_row_as_header(self))

    def changed(self, changes: Mapping[str, str]) -> ColumnMap:
        """Return the map after a person's changes; units that nobody chose are found again.

        Parameters
        ----------
        changes
            The new field of each changed column, or FIELD:UNIT, or FIELD:UNIT:MARK with the mark before fractions;
            empty where the column is to be no field.
        """
        choices = {column: [*change.split(":"), "", ""][:3] for column, change in changes.items()}
        self._check_changes(choices)
        matches = [
            _changed(match, choices[match.column]) if match.column in choices else match
            for match in self.matches
        ]
        taken: dict[str, str] = {}
        for match in matches:
            if match.field in taken:
                raise SongFileError(
                    f"{FIELDS[match.field].label} is chosen for two columns, “{taken[match.field]}” and "
                    f"“{match.column}”. Choose it for one of them."
                )
            if match.field:
                taken[match.field] = match.column
        matches = with_units(matches)
        for match in matches:
            if match.column in changes and match.field and fit_of(match) < 0.5:
                raise SongFileError(
                    f"The column “{match.column}” cannot be {FIELDS[match.field].label}: it holds "
                    f"{listed([f'“{example}”' for example in match.examples])}. Choose another column"
                    f"{' or unit' if match.settled else ''}."
                )
        return replace(self, matches=tuple(matches))

    def _check_changes(self, choices: Mapping[str, list[str]]) -> None:
        columns = {match.column for match in self.matches}
        for column, (name, unit, mark) in choices.items():
            chosen = f"(chosen for the column “{column}”)"
            if column not in columns:
                raise SongFileError(
                    f"The file has no column “{column}”. Its columns are: {listed(sorted(columns))}."
                )
            if name and name not in FIELDS:
                raise SongFileError(
                    f"“{name}” {chosen} is not a field. Choose one of: {listed(list(FIELDS))}."
                )
            units = [AS_IS, *(known for known, _ in UNITS.get(name, ()) if known != AS_IS)]
            if unit and unit not in units:
                raise SongFileError(f"“{unit}” {chosen} is not a unit. Choose one of: {listed(units)}.")
            if mark and mark not in dict(MARKS):
                raise SongFileError(f"“{mark}” {chosen} is not a decimal mark. Choose “.” or “,”.")


def _changed(match: ColumnMatch, choice: list[str]) -> ColumnMatch:
    name, unit, decimal = choice[0] or None, choice[1], choice[2]
    if name != match.field:
        match = replace(match, field=name, unit="", confidence=1.0, settled=False, doubt="")
    if unit or decimal:
        unit = "" if unit == AS_IS else unit
        match = replace(
            match, unit=unit, decimal=decimal or match.decimal, confidence=1.0, settled=True, doubt=""
        )
    return match


def propose_columns(table: pa.Table, *, header: int = 1) -> ColumnMap:
    """Match the columns of a file by their names and a sample of their cells.

    Parameters
    ----------
    table
        The first rows of the file.
    header
        The row that the columns' names are from; 0 where there is none.

    Returns
    -------
    ColumnMap
        The proposal. A SongFileError where no column can be an audio feature.
    """
    table = table.slice(0, max(200, min(MATCHED_ROWS, MATCHED_CELLS // max(table.num_columns, 1))))
    cells = [cells_of(column) for column in table.columns]
    samples = [sample_of(column) for column in cells]
    others = file_mark(samples)
    columns = [
        Column(name, column, sample, decimal_mark(sample, others, whole_is_likely=True)[0])
        for name, column, sample in zip(table.column_names, cells, samples, strict=True)
    ]
    matches = [
        ColumnMatch(column.name, None, "", 0.0, column.sample[:3], column.sample, column.decimal)
        for column in columns
    ]
    for name, (place, sure) in find_fields(columns).items():
        matches[place] = replace(matches[place], field=name, confidence=sure)
    matches = [
        replace(match, confidence=round(match.confidence * fit_of(match), 2)) if match.field else match
        for match in with_units(matches)
    ]
    count = ScaleCount()
    count.add(
        [
            to_numbers(column, decimal=match.decimal)[0]
            for column, match in zip(table.columns, matches, strict=True)
            if match.field in SHARES
        ]
    )
    proposal = ColumnMap(dialect_name(table.column_names), tuple(matches), header, count.found)
    features = any(name in AUDIO_FEATURES for name in proposal.features)
    if not features and not proposal.is_list and not proposal.numeric_extras:
        raise no_features(proposal.matches, first_row_as_header(proposal))
    return proposal


def first_row_as_header(column_map: ColumnMap) -> str | None:
    """Say which row was taken for the header, where none of its names is known."""
    if column_map.by_field:
        return None
    if not column_map.header:
        return "The file was read without a header, so its columns are numbered."
    names = [match.column for match in column_map.matches]
    # a repeated cell has a number behind it, by `unique_names`
    cells = [re.sub(r" \(\d+\)$", "", name) for name in names]
    said = listed([f"“{cell}”" for cell in cells if cell], 5)
    return (
        f"Row {column_map.header} was taken as the header: {said}. None of these names is known. If the columns’ "
        "names are in another row, or nowhere, say so; or put a row with them above the songs."
    )
