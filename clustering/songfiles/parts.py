"""Which tables of a file are read, and which of their rows is the header: as found, or as a person says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clustering.songfiles import SongFileError, confined
from clustering.songfiles.aliases import meanings
from clustering.songfiles.encodings import ENCODINGS
from clustering.songfiles.formats.lines import Lines, too_many_columns
from clustering.songfiles.formats.quoting_styles import as_csv
from clustering.songfiles.formats.records import MAX_COLUMNS, Dialect, Part
from clustering.songfiles.headers import LOOKED_AT, MAX_HEADER_ROW, MAX_HEADER_ROWS, find_header, part_of
from clustering.songfiles.limits import MAX_CELL_BYTES
from clustering.songfiles.refusals import listed
from clustering.songfiles.streams import utf8_chunks

ALL_SHEETS = "*"
"""Stands for all sheets, where one would be chosen; no sheet can be called that."""

HEAD_BYTES = 2**18
TOP_ROWS, TOP_COLUMNS, TOP_CHARACTERS = 8, 12, 40


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person said of how a file is to be read; what is empty or None is found.

    Attributes
    ----------
    encoding
        One of `ENCODINGS`.
    sheet
        The name of a sheet, or `ALL_SHEETS`.
    header
        The row of the header, counted from 1 without empty rows; 0 where there is none.
    header_rows
        How many rows it is.
    """

    encoding: str = ""
    sheet: str = ""
    header: int | None = None
    header_rows: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be, with a sentence."""
        if self.encoding and self.encoding not in ENCODINGS:
            raise SongFileError(
                f"“{self.encoding}” is no encoding. Choose one of: {listed(list(ENCODINGS))}."
            )
        if self.header is not None and not 0 <= self.header <= MAX_HEADER_ROW:
            raise SongFileError(
                f"The header cannot be row {self.header:,}. Choose a row up to {MAX_HEADER_ROW}."
            )
        if not 1 <= self.header_rows <= MAX_HEADER_ROWS:
            raise SongFileError(
                f"The header cannot have {self.header_rows:,} rows. Choose 1 to {MAX_HEADER_ROWS} rows."
            )


def with_parts(path: Path, dialect: Dialect, filename: str, reading: Reading) -> Dialect:
    """Return how a file is written, with the tables in it that are read."""
    sheets = {"": _first_records(path, dialect)}
    if dialect.is_workbook:
        workbook = confined.look_into_workbook(path, dialect, filename, LOOKED_AT)
        dialect, sheets = (
            replace(dialect, format=workbook.format, sheets=tuple(workbook.sheets)),
            workbook.sheets,
        )
    found = {name: _part(name, rows, reading) for name, rows in sheets.items()}
    chosen = _chosen(found, reading.sheet)
    columns = len({name for part in chosen for name in part.names})
    if columns > MAX_COLUMNS:
        raise too_many_columns(columns)
    seen = max(TOP_ROWS, chosen[0].above + 3)
    top = [
        tuple(cell[:TOP_CHARACTERS] for cell in row[:TOP_COLUMNS]) for row in sheets[chosen[0].sheet][:seen]
    ]
    return replace(dialect, parts=tuple(chosen), top=tuple(top))


def _first_records(path: Path, dialect: Dialect) -> list[list[str]]:
    if dialect.is_workbook:
        return []
    text = as_csv(utf8_chunks(path, dialect, HEAD_BYTES), dialect.style, dialect.delimiter)
    lines, size = Lines(text, dialect.delimiter), 0
    rows: list[list[str]] = []
    while len(rows) < LOOKED_AT and size < MAX_CELL_BYTES:
        try:
            record = lines.read_record()
        except SongFileError:  # one that never ends: no header stands below it
            if not rows:
                raise
            break
        if record is None:
            break
        if not rows and record.count(dialect.delimiter.encode()) >= MAX_COLUMNS:
            raise too_many_columns(record.count(dialect.delimiter.encode()) + 1)
        rows.append(lines.cells(record)[: MAX_COLUMNS + 1])
        size += len(record)
    if not rows:
        raise SongFileError("The file is empty. Choose a table with a header line and a row for each song.")
    return rows


def _part(sheet: str, rows: Sequence[Sequence[str]], reading: Reading) -> Part:
    header, count = find_header(rows)
    if reading.header is not None:
        header, count = reading.header, reading.header_rows if reading.header else 0
    if header + count - 1 > len(rows):
        raise SongFileError(
            f"The header cannot be row {header + count - 1:,} of {len(rows):,}. Choose a row with songs below it."
        )
    return part_of(sheet, rows, header, count)


def _chosen(found: Mapping[str, Part], sheet: str) -> list[Part]:
    """Return the tables that are read: the one with most known columns, and all that are laid out like it."""
    parts = list(found.values())
    if sheet == ALL_SHEETS:
        return parts
    if sheet:
        if sheet not in found:
            raise SongFileError(
                f"The workbook has no sheet “{sheet}” with songs. It has: {listed(list(found))}."
            )
        return [found[sheet]]
    best = max(parts, key=_known)
    return [
        part for part in parts if part is best or (set(part.names) == set(best.names) and _known(best) > 1)
    ]


def _known(part: Part) -> int:
    return len({found[0].field for name in part.names if (found := meanings(name))})
