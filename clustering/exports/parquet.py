"""A run's songs as Parquet."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from clustering.exports.columns import result_columns
from clustering.exports.streams import write_tables
from clustering.exports.tables import tables
from clustering.models import Run


def export_parquet(run: Run) -> Iterator[bytes]:
    """Yield a Parquet file of the same; a column whose every value is a number is one."""
    kinds = _column_kinds(run)
    typed = (
        pa.table(
            {
                name: _as_kind(table[name], kinds[name]) if name in kinds else table[name]
                for name in table.column_names
            }
        )
        for table in tables(run)
    )
    yield from write_tables(typed, pyarrow.parquet.ParquetWriter)


def _column_kinds(run: Run) -> dict[str, pa.DataType]:
    """Find the narrowest type that holds every value of each text column of the file."""
    kinds: dict[str, pa.DataType] = {}
    for table in tables(run):
        own = len(result_columns(run))
        for name in table.column_names[:-own]:
            column = table[name]
            if not pa.types.is_string(column.type):
                continue
            kind = kinds.get(name, pa.int64())
            while kind != pa.string() and not _fits(column, kind):
                kind = pa.float64() if kind == pa.int64() else pa.string()
            kinds[name] = kind
    return kinds


def _fits(column: pa.ChunkedArray, kind: pa.DataType) -> bool:
    try:
        _as_kind(column, kind)
    except pa.ArrowInvalid:
        return False
    return True


def _as_kind(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if kind == pa.string():
        return column
    empty = pc.equal(column, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), column).cast(kind)
