"""Workbooks before they are read: what kind they are, how large they become, and which column makes them so.

It runs in a process of its own: see `clustering.songfiles.confined`.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from clustering.songfiles import SongFileError
from clustering.songfiles.formats.records import MAX_COLUMNS
from clustering.songfiles.streams import size_text

MAX_UNPACKED = 1 * 2**30
MAX_EXPANSION = 200
ALWAYS_UNPACKED = 64 * 2**20
MAX_CELLS = 60_000_000
LARGE_COLUMN_BYTES = 64 * 2**20

_MARKS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}
_BINARY_ROW = 200
"""So many bytes of a binary sheet are about a row."""

_CELL = re.compile(rb'<c [^>]*?r="([A-Z]{2,3})(\d+)"')
_SHARED_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"[^>]*?t="s"[^>]*?>\s*<v>(\d+)</v>')
_ROW = re.compile(rb'<row [^>]*?r="(\d+)"')


def check_workbook(path: Path, filename: str) -> str:
    """Return what kind of workbook a file is; refuse what is none, and one made to fill the memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            kind = next((kind for name, kind in _MARKS.items() if name in names), None)
            if kind is None:
                raise SongFileError(
                    f"“{filename}” is a ZIP archive, not an Excel workbook (.xlsx). Unpack it and "
                    f"upload the table."
                )
            limit = min(MAX_UNPACKED, max(ALWAYS_UNPACKED, MAX_EXPANSION * path.stat().st_size))
            left = limit
            for name in names:
                left = _check_part(archive, name, left, limit, filename)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise SongFileError(f"“{filename}” is a damaged Excel workbook ({error}). Save it again.") from error
    return kind


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


def find_large(path: Path) -> None:
    """Refuse a workbook for the column whose texts, shared by its cells, are the most; say nothing if there is none."""
    sizes: Counter[bytes] = Counter()
    with zipfile.ZipFile(path) as archive:
        lengths = _shared_lengths(archive)
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                for cells in _chunks(archive, name, b"</c>"):
                    for letters, place in _SHARED_CELL.findall(cells):
                        sizes[letters] += lengths[min(int(place), len(lengths) - 1)] if lengths else 0
    column, size = max(sizes.items(), key=itemgetter(1), default=(b"", 0))
    if size > LARGE_COLUMN_BYTES:
        raise SongFileError(
            f"The column “{column.decode()}” of the Excel workbook has {size_text(size)} of text, more than can be "
            "read. Leave the column out, or save the songs as CSV, and upload the file again."
        )


def _shared_lengths(archive: zipfile.ZipFile) -> list[int]:
    name = "xl/sharedStrings.xml"
    if name not in archive.namelist():
        return []
    return [
        len(text) - len(b"<si>")
        for chunk in _chunks(archive, name, b"</si>")
        for text in chunk.split(b"</si>")[:-1]
    ]


def _chunks(archive: zipfile.ZipFile, name: str, mark: bytes) -> Iterator[bytes]:
    """Yield a part of the workbook in pieces, each of which ends with the mark."""
    left = b""
    with archive.open(name) as part:
        while data := part.read(2**20):
            left += data
            if len(left) > LARGE_COLUMN_BYTES:
                raise SongFileError(
                    f"The Excel workbook has a text of more than {size_text(LARGE_COLUMN_BYTES)}. Shorten it, or save "
                    "the songs as CSV, and upload the file again."
                )
            end = left.rfind(mark) + len(mark)
            if end >= len(mark):
                yield left[:end]
                left = left[end:]


def count_workbook_rows(path: Path, *, all_sheets: bool) -> int:
    """Return how many rows the largest sheet has, or all have, by their last rows' numbers or a guess by size."""
    counts = [1]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name == "content.xml":
                counts.append(_count(archive, name, b"<table:table-row"))
            elif name.startswith("xl/worksheets/") and name.endswith(".bin"):
                counts.append(archive.getinfo(name).file_size // _BINARY_ROW)
            elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
                last = 0
                with archive.open(name) as part:
                    while data := part.read(2**20):
                        last = max(last, max(map(int, _ROW.findall(data)), default=0))
                counts.append(last)
    return max((sum(counts) if all_sheets else max(counts)) - 1, 1)


def _count(archive: zipfile.ZipFile, name: str, mark: bytes) -> int:
    count = 0
    with archive.open(name) as part:
        while data := part.read(2**20):
            count += data.count(mark)
    return count
