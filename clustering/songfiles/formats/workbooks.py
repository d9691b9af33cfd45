"""Workbooks (.xlsx, .xlsb, .ods) as text: some of their sheets, one below the other.

It runs in a process of its own: see `clustering.songfiles.confined`.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine

from clustering.songfiles import SongFileError, arrays
from clustering.songfiles.formats.csv import DelimitedReader
from clustering.songfiles.formats.lines import too_many_columns
from clustering.songfiles.formats.records import MAX_COLUMNS, Batch, Part

MAX_SHEETS = 100
MAX_SHOWN = 200
"""Characters of a cell, where only the first rows are looked at."""


def first_rows(path: Path, rows: int) -> dict[str, list[list[str]]]:
    """Return the first rows that have anything in them, of each sheet that has any."""
    found = {}
    with _opened(path) as workbook:
        for name in workbook.sheet_names[:MAX_SHEETS]:
            top: list[list[str]] = []
            for cells in _rows(workbook.get_sheet_by_name(name)):
                if any(cells):
                    top.append([cell[:MAX_SHOWN] for cell in cells])
                if len(top) == rows:
                    break
            if top:
                found[name] = top
    if not found:
        raise SongFileError("The workbook is empty. Choose one with a header and a row for each song.")
    widest = max(len(top[0]) for top in found.values())
    if widest > MAX_COLUMNS:
        raise too_many_columns(widest)
    return found


def read_workbook(path: Path, chunk_bytes: int, parts: Sequence[Part]) -> Iterator[Batch]:
    """Yield the rows of some sheets; without any, of the first one that has any."""
    with _opened(path) as workbook:
        if not parts:
            sheets = (workbook.get_sheet_by_name(name) for name in workbook.sheet_names)
            first = next(sheet for sheet in sheets if sheet.height)
            yield from DelimitedReader(_as_csv(first, chunk_bytes), ",").batches()
            return
        columns = list(dict.fromkeys(name for part in parts for name in part.names))
        before = 0
        for part in parts:
            # The text goes through the parser of delimited files, which has the one idea of what a record is.
            text = _as_csv(workbook.get_sheet_by_name(part.sheet), chunk_bytes)
            last = 0
            for batch in DelimitedReader(text, ",", part).batches():
                last = max([last, *batch.row_numbers[-1:].tolist(), *(bad.row for bad in batch.bad_rows)])
                yield batch if len(parts) == 1 else _moved(batch, columns, before)
            before += last


def _moved(batch: Batch, columns: Sequence[str], before: int) -> Batch:
    """Return the batch of a sheet with the columns of all, and its rows counted behind those of other sheets."""
    table = batch.table
    empty = arrays.texts([""]).take(arrays.numbers(np.zeros(len(table), dtype=np.int32)))
    own = set(table.column_names)
    cells = [table[name] if name in own else pa.chunked_array([empty]) for name in columns]
    return replace(
        batch,
        table=pa.Table.from_arrays(cells, names=list(columns)),
        row_numbers=batch.row_numbers + np.int32(before),
        bad_rows=tuple(replace(bad, row=bad.row + before) for bad in batch.bad_rows),
    )


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with path.open("rb") as file:
            yield python_calamine.CalamineWorkbook.from_filelike(file)
    except SongFileError:
        raise
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise SongFileError(
            f"The workbook cannot be read ({str(error)[:200]}). Save it again, as .xlsx or CSV, and upload that."
        ) from error


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[str]]:
    """Yield the rows as text; a cell that was merged over several rows is in each of them."""
    merged = defaultdict(list)
    first, left = sheet.start or (0, 0)
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top:
            merged[top - first].append((column - left, bottom - first))
    spread: dict[int, tuple[int, str]] = {}
    for number, row in enumerate(sheet.iter_rows()):
        cells = [cell_text(cell) for cell in row]
        for column, (bottom, text) in list(spread.items()):
            if number > bottom:
                del spread[column]
            elif not cells[column]:
                cells[column] = text
        for column, bottom in merged.get(number, ()):
            if 0 <= column < len(cells):
                spread[column] = bottom, cells[column]
        yield cells


def _as_csv(sheet: python_calamine.CalamineSheet, chunk_bytes: int) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in _rows(sheet):
        writer.writerow(row)
        if out.tell() >= chunk_bytes:
            yield out.getvalue().encode("utf-8", errors="replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8", errors="replace")


def cell_text(cell: Any) -> str:
    """Return a cell as a person sees it in a spreadsheet, with all digits."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
