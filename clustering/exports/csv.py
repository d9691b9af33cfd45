"""A run's songs as CSV."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from clustering.exports.tables import song_tables, tables
from clustering.models import Dataset, Run
from clustering.songfiles.formula_injection import escape, plain_column


def export_csv(run: Run, *, only: NDArray[np.int64] | None = None) -> Iterator[bytes]:
    """Yield a CSV of all songs, or `only` those ids: every column as it was uploaded, then the run's."""
    yield from _lines(tables(run, only=only))


def export_songs(dataset: Dataset, *, only: NDArray[np.int64] | None = None) -> Iterator[bytes]:
    """Yield a CSV of a dataset's songs, or `only` some ids: every column as uploaded, then what was filled in."""
    yield from _lines(song_tables(dataset, only=only))


def _lines(parts: Iterable[pa.Table]) -> Iterator[bytes]:
    first = True
    for table in parts:
        names = [escape(name) for name in table.column_names]
        safe = pa.Table.from_arrays([plain_column(column) for column in table.columns], names=names)
        buffer = io.BytesIO()
        options = pyarrow.csv.WriteOptions(include_header=first, quoting_style="needed")
        pyarrow.csv.write_csv(safe, buffer, options)
        first = False
        yield buffer.getvalue()
