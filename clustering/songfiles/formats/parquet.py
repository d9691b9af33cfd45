"""Parquet files in batches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clustering.songfiles import SongFileError
from clustering.songfiles.formats.records import MAX_COLUMNS, Batch, Dialect, unique_names
from clustering.songfiles.streams import LimitedStream


@contextmanager
def unpacked(path: Path, dialect: Dialect) -> Iterator[Path]:
    """Give a file that must be read from its end, unpacked beside nothing that stays."""
    if not dialect.compression:
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="songs-") as copy:
        with LimitedStream(path, dialect.compression) as stream:
            while data := stream.read(2**20):
                copy.write(data)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def _opened(path: Path, dialect: Dialect) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file; of damage Arrow speaks as OSError too, without the number that the system's errors have.

    A column's name may be damaged as well, which only shows when it is asked for.
    """
    with unpacked(path, dialect) as plain:
        try:
            with pq.ParquetFile(plain) as file:
                yield file
        except OSError as error:
            if error.errno is not None:
                raise
            raise pa.ArrowInvalid(str(error)) from error
        except UnicodeDecodeError as error:
            raise pa.ArrowInvalid(str(error)) from error


def read_parquet(path: Path, dialect: Dialect, batch_rows: int) -> Iterator[Batch]:
    """Yield the rows of a Parquet file with the types it has."""
    with _opened(path, dialect) as file:
        names = unique_names(file.schema_arrow.names)
        if len(names) > MAX_COLUMNS:
            raise SongFileError(
                f"The file has {len(names):,} columns; the limit is {MAX_COLUMNS:,}. Keep the columns that "
                "describe the songs and upload the file again."
            )
        row = 0
        for part in file.iter_batches(batch_size=batch_rows):
            table = pa.Table.from_batches([part]).rename_columns(names)
            numbers = np.arange(row + 1, row + 1 + table.num_rows)
            row += table.num_rows
            yield Batch(table, numbers.astype(np.int32), numbers.astype(np.int64))


def estimate_parquet_rows(path: Path, dialect: Dialect) -> int:
    """Return how many rows the file says it has."""
    with _opened(path, dialect) as file:
        return int(file.metadata.num_rows)
