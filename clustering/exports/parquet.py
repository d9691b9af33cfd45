"""A run's songs as Parquet."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow.parquet

from clustering.exports.kinds import typed_tables
from clustering.exports.streams import write_tables
from clustering.models import Run


def export_parquet(run: Run) -> Iterator[bytes]:
    """Yield a Parquet file of the same; a column whose every cell is a plain number is one."""
    yield from write_tables(typed_tables(run), pyarrow.parquet.ParquetWriter)
