"""A run's songs as an Arrow IPC stream: tables that notebooks read without parsing a text."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa

from clustering.exports.parquet import typed_tables
from clustering.models import Run


def export_arrow(run: Run) -> Iterator[bytes]:
    """Yield an Arrow IPC stream of the same as the CSV; a column whose every value is a number is one."""
    buffer = io.BytesIO()
    writer: pa.ipc.RecordBatchStreamWriter | None = None
    for table in typed_tables(run):
        if writer is None:
            writer = pa.ipc.new_stream(buffer, table.schema)
        writer.write_table(table)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    if writer is not None:
        writer.close()
        yield buffer.getvalue()
