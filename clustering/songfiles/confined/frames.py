"""What the process that unpacks a file writes to the one that asked: a kind, a length and so many bytes."""

from __future__ import annotations

import json
import struct
from enum import IntEnum
from typing import IO

import numpy as np
import pyarrow as pa

from clustering.songfiles import arrays
from clustering.songfiles.formats.records import Batch, RejectedRow, Rejection

_HEAD = struct.Struct(">BQ")
_BAD_ROWS = b"bad rows"


class Kind(IntEnum):
    """What a frame is."""

    BATCH = 1
    COLUMN = 2
    COUNT = 3
    REFUSED = 4
    DAMAGED = 5
    MEMORY = 6
    DONE = 7
    SHEETS = 8


def write(out: IO[bytes], kind: Kind, content: bytes | pa.Buffer = b"") -> None:
    """Write a frame."""
    out.write(_HEAD.pack(kind, len(content)))
    out.write(content)
    out.flush()


def read(source: IO[bytes]) -> tuple[Kind, bytes] | None:
    """Read the next frame; None where the other side ended without one."""
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    content = source.read(length)
    return (Kind(kind), content) if len(content) == length else None


def content_of(batch: Batch) -> pa.Buffer:
    """Return a batch as Arrow streams it: the places of its rows are columns at its end."""
    bad = [[row.row, row.line, row.code, row.reason, row.text] for row in batch.bad_rows]
    columns = [*batch.table.columns, _column(batch.row_numbers), _column(batch.lines)]
    names = [*batch.table.column_names, "row", "line"]
    table = pa.Table.from_arrays(columns, names=names).replace_schema_metadata({_BAD_ROWS: json.dumps(bad)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def batch_of(content: bytes) -> Batch:
    """Return the batch that was sent."""
    table = pa.ipc.open_stream(pa.py_buffer(content)).read_all()
    bad = json.loads((table.schema.metadata or {})[_BAD_ROWS])
    width = table.num_columns - 2
    return Batch(
        table.select(range(width)).replace_schema_metadata(None),
        _numbers(table.column(width), np.dtype(np.int32)),
        _numbers(table.column(width + 1), np.dtype(np.int64)),
        tuple(RejectedRow(row, line, Rejection(code), reason, text) for row, line, code, reason, text in bad),
    )


def _column(values: np.ndarray) -> pa.ChunkedArray:
    return pa.chunked_array([arrays.numbers(values)])


def _numbers(column: pa.ChunkedArray, kind: np.dtype) -> np.ndarray:
    parts = [
        np.frombuffer(chunk.buffers()[1], dtype=kind)[chunk.offset : chunk.offset + len(chunk)]
        for chunk in column.chunks
        if len(chunk)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
