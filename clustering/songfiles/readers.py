"""Song files to batches of rows: one door for delimited text, workbooks and Parquet, gzipped or not.

The preview and the load go through the same parser, so that what a person saw is what is imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa

from clustering.songfiles import SongFileError, confined
from clustering.songfiles.formats.csv import DelimitedReader
from clustering.songfiles.formats.quoting_styles import as_csv
from clustering.songfiles.formats.records import MAX_COLUMNS, Batch, Dialect, RejectedRow
from clustering.songfiles.limits import MAX_ROW_BYTES, limited, pieces
from clustering.songfiles.parts import Reading, with_parts
from clustering.songfiles.sniffing import sniff_bytes
from clustering.songfiles.streams import utf8_chunks

__all__ = [
    "MAX_COLUMNS",
    "Batch",
    "Dialect",
    "Reading",
    "RejectedRow",
    "estimate_rows",
    "read_batches",
    "read_preview",
    "sniff",
]

CHUNK_BYTES = 2**20  # more would cost memory and save nothing: a block is to stay in the cache
PREVIEW_BYTES = 2**18
PREVIEW_BAD_ROWS = 50_000
"""After so many that are none, a preview looks for no more: somebody waits for the page."""


def sniff(path: str | Path, filename: str = "", reading: Reading | None = None) -> Dialect:
    """Find out how a file is written, and that it has a header and at least one row.

    Parameters
    ----------
    path
        The file on disk.
    filename
        What the person calls it, for the messages.
    reading
        What the person said of how it is to be read.

    Returns
    -------
    Dialect
        What the other functions of this module need to read it.
    """
    path = Path(path)
    filename = filename or path.name
    dialect = sniff_bytes(path, filename, reading.encoding if reading else "")
    if dialect.format != "parquet":
        dialect = with_parts(path, dialect, filename, reading or Reading())
    try:
        batches = _batches(path, dialect, 100, PREVIEW_BYTES)
        first = next((batch for batch in batches if batch.table.num_rows or batch.bad_rows), None)
    except pa.ArrowException as error:
        raise _unreadable(filename, error) from error
    if first is None:
        raise SongFileError(
            f"“{filename}” has a header and no songs below it. Choose a table with a row for each song."
        )
    return dialect


def read_preview(path: str | Path, dialect: Dialect, rows: int = 200) -> pa.Table:
    """Return the first well-formed rows of a file; of a long text file no more than its beginning is read."""
    tables: list[pa.Table] = []
    found = size = bad = 0
    try:
        for read, batch in enumerate(_batches(Path(path), dialect, max(rows, 1), PREVIEW_BYTES)):
            tables.append(batch.table)
            found += batch.table.num_rows
            size += batch.table.nbytes
            bad += len(batch.bad_rows)
            if found >= rows or read > 200 or size > MAX_ROW_BYTES or bad > PREVIEW_BAD_ROWS:
                break
    except pa.ArrowException as error:
        raise _unreadable(Path(path).name, error) from error
    if not tables:
        raise SongFileError("The file has no rows. Choose a table with a row for each song.")
    table = pa.concat_tables(tables).slice(0, rows)
    return next(pieces(table, MAX_ROW_BYTES)).combine_chunks()


def read_batches(path: str | Path, dialect: Dialect, *, batch_rows: int = 65_536) -> Iterator[Batch]:
    """Yield all rows of a file in its order; memory holds one block of the file.

    Parameters
    ----------
    path
        The file on disk.
    dialect
        What `sniff` said of it.
    batch_rows
        The most rows in one batch.
    """
    try:
        yield from _batches(Path(path), dialect, batch_rows, CHUNK_BYTES)
    except pa.ArrowException as error:
        raise _unreadable(Path(path).name, error) from error


def estimate_rows(path: str | Path, dialect: Dialect) -> int:
    """Return about how many rows a file has, for a progress bar; exact for Parquet and most workbooks."""
    path = Path(path)
    if dialect.format == "parquet":
        return confined.count_parquet_rows(path, dialect)
    if dialect.is_workbook:
        return confined.count_workbook_rows(path, dialect)
    chunk = next(utf8_chunks(path, dialect, 2**20), b"")
    lines = max(chunk.count(b"\n"), 1)
    size = path.stat().st_size * (4 if dialect.compression else 1)
    if dialect.encoding.startswith(("utf-16", "utf-32")):
        size //= 2 if dialect.encoding.startswith("utf-16") else 4
    return lines if len(chunk) < 2**19 else max(lines, round(size / (len(chunk) / lines)))


def _batches(path: Path, dialect: Dialect, batch_rows: int, chunk_bytes: int) -> Iterator[Batch]:
    if dialect.format == "parquet":
        blocks = confined.read_parquet(path, dialect, batch_rows)
    elif dialect.is_workbook:
        blocks = confined.read_workbook(path, dialect, chunk_bytes)
    else:
        part = dialect.parts[0] if dialect.parts else None
        text = as_csv(utf8_chunks(path, dialect, chunk_bytes), dialect.style, dialect.delimiter)
        blocks = DelimitedReader(text, dialect.delimiter, part).batches()
    return chain.from_iterable(limited(block, batch_rows) for block in blocks)


def _unreadable(filename: str, error: Exception) -> SongFileError:
    return SongFileError(
        f"“{filename}” cannot be read: {str(error).splitlines()[0][:200]}. It is damaged or was cut off: "
        "save or download it again."
    )
