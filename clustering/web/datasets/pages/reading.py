"""How a file was read, as the column page shows it: its encoding, sheets and header, and its first rows."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.songfiles.encodings import ENCODINGS
from clustering.songfiles.formats.records import Dialect
from clustering.songfiles.headers import MAX_HEADER_ROWS
from clustering.songfiles.parts import ALL_SHEETS

SHOWN_CELLS = 5
AS_FOUND = ""
"""Stands for the sheets that were found to go together, where these are neither one nor all."""

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TopRow:
    """One of the first rows."""

    number: int
    is_header: bool
    is_above: bool
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """How a file was read, and what can be chosen instead; no choices where there is nothing to choose."""

    words: str
    encoding: str
    encodings: Choices
    sheet: str
    sheets: Choices
    header: str
    headers: Choices
    header_rows: str
    rows: tuple[TopRow, ...]

    @classmethod
    def read(cls, dialect: Dialect) -> ReadingPage:
        """Return what is shown of a dialect."""
        part = dialect.parts[0] if dialect.parts else None
        width = max(map(len, dialect.top), default=0)
        return cls(
            words=str(dialect),
            encoding=dialect.encoding if dialect.format == "csv" else "",
            encodings=tuple(ENCODINGS.items()) if dialect.format == "csv" else (),
            sheet=_sheet(dialect),
            sheets=_sheets(dialect) if len(dialect.sheets) > 1 else (),
            header=str(part.header) if part else "",
            headers=_headers(dialect) if part else (),
            header_rows=str(max(part.header_rows, 1)) if part else "",
            rows=tuple(
                TopRow(
                    number,
                    bool(part and part.header <= number <= part.above),
                    bool(part and number < part.header),
                    row + ("",) * (width - len(row)),
                )
                for number, row in enumerate(dialect.top, start=1)
            ),
        )


def _sheet(dialect: Dialect) -> str:
    if len(dialect.parts) == 1:
        return dialect.parts[0].sheet
    return ALL_SHEETS if len(dialect.parts) == len(dialect.sheets) else AS_FOUND


def _sheets(dialect: Dialect) -> Choices:
    choices = [(ALL_SHEETS, f"All {len(dialect.sheets)} sheets, one below the other")]
    if _sheet(dialect) == AS_FOUND:
        names = ", ".join(part.sheet for part in dialect.parts)
        choices.insert(0, (AS_FOUND, f"The sheets with the same columns: {names}"))
    return (*choices, *((name, name) for name in dialect.sheets))


def _headers(dialect: Dialect) -> Choices:
    rows = [
        (str(number), f"Row {number}: {', '.join(filter(None, row[:SHOWN_CELLS]))}")
        for number, row in enumerate(dialect.top, start=1)
    ]
    return ("0", "The file has no header"), *rows


HEADER_ROWS: Choices = tuple((str(count), str(count)) for count in range(1, MAX_HEADER_ROWS + 1))
