"""Tables as the bytes of a file that is sent while it is being written."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa


def write_tables(
    tables: Iterable[pa.Table], make_writer: Callable[[io.BytesIO, pa.Schema], Any]
) -> Iterator[bytes]:
    """Yield what a writer of Arrow makes of each table, and its end; nothing where there is no table."""
    buffer = io.BytesIO()
    writer = None
    for table in tables:
        if writer is None:
            writer = make_writer(buffer, table.schema)
        writer.write_table(table)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    if writer is not None:
        writer.close()
        yield buffer.getvalue()
