"""Excel workbooks (.xlsx): the first sheet with something in it, as text."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine

from clustering.songfiles import SongFileError
from clustering.songfiles.formats.csv import DelimitedReader
from clustering.songfiles.formats.parquet import unpacked
from clustering.songfiles.formats.records import MAX_COLUMNS, Batch, Dialect
from clustering.songfiles.streams import size_text

MAX_UNPACKED = 1 * 2**30
MAX_EXPANSION = 200
ALWAYS_UNPACKED = 64 * 2**20
MAX_CELLS = 60_000_000

_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{2,3})(\d+)"')
_ROW = re.compile(rb'<row [^>]*?r="(\d+)"')


def check_workbook(path: Path, dialect: Dialect, filename: str) -> None:
    """Refuse what is no workbook, and one made to fill the memory."""
    try:
        with unpacked(path, dialect) as plain, zipfile.ZipFile(plain) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                raise SongFileError(
                    f"“{filename}” is a ZIP archive, not an Excel workbook (.xlsx). Unpack it and "
                    f"upload the table."
                )
            limit = min(MAX_UNPACKED, max(ALWAYS_UNPACKED, MAX_EXPANSION * plain.stat().st_size))
            left = limit
            for name in names:
                left = _check_part(archive, name, left, limit, filename)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise SongFileError(f"“{filename}” is a damaged Excel workbook ({error}). Save it again.") from error


def _check_part(archive: zipfile.ZipFile, name: str, left: int, limit: int, filename: str) -> int:
    """Unpack a part to nowhere: its sizes are counted, not believed."""
    sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
    width, last_row, cells = 0, 0, 0
    with archive.open(name) as part:
        while data := part.read(2**20):
            left -= len(data)
            if left < 0:
                raise SongFileError(
                    f"“{filename}” unpacks to more than {size_text(limit)}, over the limit of "
                    f"{MAX_EXPANSION} times "
                    f"its own size and {size_text(MAX_UNPACKED)} in all. Save the songs as CSV and "
                    f"upload that."
                )
            if sheet:
                text = data
                cells += text.count(b"<c ")
                for letters in {match[0] for match in _CELL.findall(text)}:
                    width = max(width, _column_number(letters))
                last_row = max(last_row, max(map(int, _ROW.findall(text)), default=0))
    if width > MAX_COLUMNS:
        raise SongFileError(
            f"“{filename}” has {width:,} columns; the limit is {MAX_COLUMNS:,}. Keep the columns that "
            f"describe the "
            "songs and upload the file again."
        )
    if last_row * max(width, 26) > MAX_CELLS and last_row * max(width, 26) > 20 * cells:
        raise SongFileError(
            f"“{filename}” spreads {cells:,} cells over {last_row:,} rows and {max(width, 26):,} "
            f"columns; the limit "
            f"is {MAX_CELLS:,} cells. Delete the empty rows and columns, or save the songs as CSV."
        )
    return left


def _column_number(letters: bytes) -> int:
    number = 0
    for code in letters:
        number = number * 26 + code - 64
    return number


def read_workbook(path: Path, dialect: Dialect, chunk_bytes: int) -> Iterator[Batch]:
    """Yield the rows of the first sheet that has any."""
    with unpacked(path, dialect) as plain, plain.open("rb") as file:
        try:
            workbook = python_calamine.CalamineWorkbook.from_filelike(file)
            sheets = (workbook.get_sheet_by_index(index) for index in range(len(workbook.sheet_names)))
            sheet = next((sheet for sheet in sheets if sheet.height), None)
        except (python_calamine.CalamineError, OSError, ValueError) as error:
            raise SongFileError(f"The Excel workbook cannot be read ({error}). Save it again.") from error
        if sheet is None:
            raise SongFileError(
                "The Excel workbook is empty. Choose one with a header and a row for each song."
            )
        # The text goes through the parser of delimited files, which has the one idea of what a record is.
        yield from DelimitedReader(_as_csv(sheet, chunk_bytes), ",").batches()


def estimate_workbook_rows(path: Path, dialect: Dialect) -> int:
    """Return how many rows the largest sheet has, by its last row's number."""
    last = 1
    with unpacked(path, dialect) as plain, zipfile.ZipFile(plain) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    while data := part.read(2**20):
                        last = max(last, max(map(int, _ROW.findall(data)), default=0))
    return max(last - 1, 1)


def _as_csv(sheet: python_calamine.CalamineSheet, chunk_bytes: int) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in sheet.iter_rows():
        writer.writerow([cell_text(cell) for cell in row])
        if out.tell() >= chunk_bytes:
            yield out.getvalue().encode("utf-8", errors="replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8", errors="replace")


def cell_text(cell: Any) -> str:
    """Return a cell as a person sees it in Excel, with all digits."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
