"""How much one cell, one row and one batch may hold, whatever a file is and however small it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from clustering.songfiles import SongFileError
from clustering.songfiles.formats.records import Batch
from clustering.songfiles.streams import MAX_EXPANDED, MAX_EXPANSION, most_unpacked, size_text

MAX_CELL_BYTES = 1 * 2**20
MAX_ROW_BYTES = 4 * 2**20
MAX_BATCH_BYTES = 16 * 2**20
MAX_ROWS = 20_000_000

MEGABYTE = 2**20
WHAT_TO_DO = "Remove the column or shorten what is in it, and upload the file again."


def long_cell(column: str, row: int) -> SongFileError:
    """Return what is said of a cell that is too long."""
    return SongFileError(
        f"The column “{column}” has texts or lists of more than {MAX_CELL_BYTES // MEGABYTE} MB (row {row:,}), "
        f"which is the limit. {WHAT_TO_DO}"
    )


def long_row(row: int, column: str) -> SongFileError:
    """Return what is said of a row that is too long; the column is the longest of its cells."""
    return SongFileError(
        f"Row {row:,} has more than {MAX_ROW_BYTES // MEGABYTE} MB, which is the limit; the most is in the column "
        f"“{column}”. {WHAT_TO_DO}"
    )


def check_sizes(table: pa.Table, first_row: int) -> None:
    """Refuse a table with a cell or a row that is too long; its own first row has the number `first_row`."""
    if table.nbytes <= MAX_CELL_BYTES:
        return
    for name, column in zip(table.column_names, table.columns, strict=True):
        place = _first_over(column, MAX_CELL_BYTES)
        if place is not None:
            raise long_cell(name, first_row + place)
    place = _first_over(table, MAX_ROW_BYTES)
    if place is not None:
        row = table.slice(place, 1)
        longest = max(zip(row.columns, row.column_names, strict=True), key=lambda pair: pair[0].nbytes)[1]
        raise long_row(first_row + place, longest)


def check_rows(last_row: int) -> None:
    """Refuse a file with more rows than anybody has songs."""
    if last_row > MAX_ROWS:
        raise SongFileError(
            f"The file has more than {MAX_ROWS:,} rows, which is the limit. Split it, or keep the songs you want "
            "to look at, and upload the file again."
        )


class Expansion:
    """Counts what a file has unpacked to, and refuses more than `most_unpacked`."""

    def __init__(self, file_bytes: int) -> None:
        self._limit = most_unpacked(file_bytes)
        self._columns: Counter[str] = Counter()

    def add(self, table: pa.Table) -> None:
        """Count a further table of the file."""
        for name, column in zip(table.column_names, table.columns, strict=True):
            self._columns[name] += column.nbytes
        if self._columns.total() > self._limit:
            column, size = self._columns.most_common(1)[0]
            raise SongFileError(
                f"The file unpacks to more than {size_text(self._limit)}, over the limit of {MAX_EXPANSION} times its "
                f"own size and {size_text(MAX_EXPANDED)} in all; the column “{column}” has {size_text(size)} of it. "
                "Leave the column out, and upload the file again."
            )


def pieces(table: pa.Table, most_bytes: int) -> Iterator[pa.Table]:
    """Cut a table into parts of no more than so many bytes, or of one row."""
    if len(table) <= 1 or table.nbytes <= most_bytes:
        yield table
        return
    half = len(table) // 2
    yield from pieces(table.slice(0, half), most_bytes)
    yield from pieces(table.slice(half), most_bytes)


def limited(batch: Batch, batch_rows: int) -> Iterator[Batch]:
    """Cut a batch where it has more rows or bytes than one may have."""
    check_rows(int(batch.row_numbers[-1]) if len(batch.row_numbers) else 0)
    start, bad_rows = 0, batch.bad_rows
    for first in range(0, max(len(batch.table), 1), batch_rows):
        for table in pieces(batch.table.slice(first, batch_rows), MAX_BATCH_BYTES):
            part = slice(start, start + len(table))
            yield replace(
                batch,
                table=table,
                row_numbers=batch.row_numbers[part],
                lines=batch.lines[part],
                bad_rows=bad_rows,
            )
            start, bad_rows = part.stop, ()


def _first_over(rows: pa.Table | pa.ChunkedArray, most: int) -> int | None:
    """Find the first row with more bytes: in halves, as hardly any file has one."""
    if rows.nbytes <= most:
        return None
    if len(rows) == 1:
        return 0
    half = len(rows) // 2
    place = _first_over(rows.slice(0, half), most)
    if place is not None:
        return place
    place = _first_over(rows.slice(half), most)
    return None if place is None else half + place
