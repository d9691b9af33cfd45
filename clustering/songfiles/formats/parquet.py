"""Parquet files in batches. It runs in a process of its own: see `clustering.songfiles.confined`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clustering.songfiles import SongFileError
from clustering.songfiles.formats.records import MAX_COLUMNS, Batch, unique_names
from clustering.songfiles.limits import MAX_BATCH_BYTES, MAX_ROW_BYTES, check_rows, check_sizes, long_row
from clustering.songfiles.plain_types import plain_table

BUFFER_BYTES = 2**16
"""Of each column so much is read at a time, not the whole of it."""


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file; of damage Arrow speaks as OSError too, without the number that the system's errors have.

    A column's name may be damaged as well, which only shows when it is asked for.
    """
    try:
        with pq.ParquetFile(path, buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
            yield file
    except OSError as error:
        if error.errno is not None:
            raise
        raise pa.ArrowInvalid(str(error)) from error
    except UnicodeDecodeError as error:
        raise pa.ArrowInvalid(str(error)) from error


def read_parquet(path: Path, batch_rows: int, *, step: int, after: int = 0) -> Iterator[Batch]:
    """Yield the rows of a Parquet file in plain types.

    Parameters
    ----------
    path
        The file.
    batch_rows
        The most rows in a batch.
    step
        So many rows are unpacked at a time: how many bytes they are shows only then.
    after
        Rows up to this number are passed over.
    """
    with _opened(path) as file:
        names = _names(file)
        waiting: list[pa.Table] = []
        size = rows = 0
        last = after
        try:
            for part in _parts(file, min(step, batch_rows), after):
                table = _plain(part.rename_columns(names), last + rows + 1)
                if rows + len(table) > batch_rows or size + table.nbytes > MAX_BATCH_BYTES:
                    yield from _batch(waiting, last)
                    last, waiting, size, rows = last + rows, [], 0, 0
                waiting.append(table)
                size, rows = size + table.nbytes, rows + len(table)
        except MemoryError:
            yield from _batch(waiting, last)  # whoever asks again, goes on behind these
            raise
        yield from _batch(waiting, last)


def find_large(path: Path, after: int, rows: int, announce: Callable[[str], None]) -> None:
    """Refuse the first column with a cell that is too large: each is unpacked alone, row by row.

    The name is announced before, as unpacking it may end the process.
    """
    with _opened(path) as file:
        sizes: Counter[int] = Counter()
        longest: dict[int, tuple[int, str]] = {}
        for name in dict.fromkeys(file.schema_arrow.names):
            announce(name)
            row = after
            for part in _parts(file, 1, after, columns=[name]):
                row += 1
                size = _plain(part, row).nbytes
                sizes[row] += size
                longest[row] = max(longest.get(row, (0, "")), (size, name))
                if sizes[row] > MAX_ROW_BYTES:
                    raise long_row(row, longest[row][1])
                if row >= after + rows:
                    break


def count_parquet_rows(path: Path) -> int:
    """Return how many rows the file says it has."""
    with _opened(path) as file:
        return int(file.metadata.num_rows)


def _plain(part: pa.RecordBatch, first_row: int) -> pa.Table:
    """Return some rows in plain types; what is too large as it is, is not made text first."""
    table = pa.Table.from_batches([part])
    nested = [
        field.name
        for field in part.schema
        if pa.types.is_nested(field.type) and "dict" not in str(field.type)
    ]
    if nested and len(set(part.schema.names)) == part.num_columns:
        check_sizes(table.select(nested), first_row)
    table = plain_table(table)
    check_sizes(table, first_row)
    return table


def _names(file: pq.ParquetFile) -> list[str]:
    names = unique_names(file.schema_arrow.names)
    if len(names) > MAX_COLUMNS:
        raise SongFileError(
            f"The file has {len(names):,} columns; the limit is {MAX_COLUMNS:,}. Keep the columns that "
            "describe the songs and upload the file again."
        )
    return names


def _parts(
    file: pq.ParquetFile, step: int, after: int, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    for part in file.iter_batches(batch_size=step, columns=columns, use_threads=False):
        if after >= len(part):
            after -= len(part)
            continue
        yield part.slice(after)
        after = 0


def _batch(tables: list[pa.Table], last: int) -> Iterator[Batch]:
    if not tables:
        return
    table = pa.concat_tables(tables).combine_chunks()
    check_rows(last + len(table))
    numbers = np.arange(last + 1, last + 1 + len(table))
    yield Batch(table, numbers.astype(np.int32), numbers.astype(np.int64))
