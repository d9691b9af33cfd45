"""PostgreSQL's binary COPY format for rows of fixed width, straight to and from NumPy.

Each row is a field count (int16) and, per field, its length (int32) and its bytes, all
big-endian. Where no field can be NULL every row has the same width, so a structured
array *is* the file. Source: PostgreSQL documentation, COPY, "Binary Format"; that of a
list is what its `array_send` writes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from django.db import connection
from django.db.backends.postgresql.psycopg_any import mogrify
from numpy.typing import DTypeLike, NDArray
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
WRITE_BYTES = 1 << 20
READ_BYTES = 4 << 20
INTEGER_OID = 23


def row_type(fields: Mapping[str, DTypeLike]) -> np.dtype[np.void]:
    """Return the structured type of one row; fields are big-endian NumPy types by name."""
    parts: list[tuple[str, DTypeLike]] = [("field_count", ">i2")]
    for name, kind in fields.items():
        parts += [(f"length of {name}", ">i4"), (name, kind)]
    return np.dtype(parts)


def empty_rows(fields: Mapping[str, DTypeLike], size: int) -> NDArray[np.void]:
    """Return rows whose counts and lengths are filled in."""
    rows = np.zeros(size, dtype=row_type(fields))
    rows["field_count"] = len(fields)
    for name, kind in fields.items():
        rows[f"length of {name}"] = np.dtype(kind).itemsize
    return rows


def integer_list(values: NDArray[Any]) -> NDArray[np.void]:
    """Return an ``integer[]``: its dimensions, and each value after its length."""
    item = np.dtype([("length", ">i4"), ("value", ">i4")])
    head = [(name, ">i4") for name in ("dimensions", "has_nulls", "kind", "size", "first")]
    found = np.empty((), np.dtype([*head, ("items", item, (len(values),))]))
    found["dimensions"], found["has_nulls"], found["kind"] = 1, 0, INTEGER_OID
    found["size"], found["first"] = len(values), 1
    found["items"]["length"], found["items"]["value"] = 4, values
    return found


def copy_in(statement: str, batches: Iterator[NDArray[np.void]]) -> None:
    """Write batches of rows by ``COPY … FROM STDIN (FORMAT binary)``."""
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(SIGNATURE)
        for rows in batches:
            data = memoryview(rows.tobytes())
            for start in range(0, len(data), WRITE_BYTES):
                copy.write(data[start : start + WRITE_BYTES])
        copy.write(TRAILER)


def copy_out(
    statement: str, fields: Mapping[str, str], params: tuple[object, ...] = ()
) -> Iterator[NDArray[np.void]]:
    """Yield batches of rows of ``COPY (…) TO STDOUT (FORMAT binary)``; no field may be NULL."""
    kind = row_type(fields)
    pending = bytearray()
    skip = len(SIGNATURE)
    # with the values in it, as Django's cursor that records statements (DEBUG, tests) takes no others
    with (
        connection.cursor() as cursor,
        cursor.copy(mogrify(statement, params, connection.connection)) as copy,
    ):
        for piece in copy:
            pending += piece
            goes_on = _take_arrived(copy.connection.pgconn, pending)
            if len(pending) >= READ_BYTES:
                whole = skip + (len(pending) - skip) // kind.itemsize * kind.itemsize
                yield np.frombuffer(bytes(pending[skip:whole]), dtype=kind)
                del pending[:whole]
                skip = 0
            if not goes_on:
                break
    last = bytes(pending[skip : len(pending) - len(TRAILER)])
    if last:
        yield np.frombuffer(last, dtype=kind)


def _take_arrived(link: PGconn, pending: bytearray) -> bool:
    """Add what has arrived already, and return whether more is to come.

    It is asked of libpq itself: each row is a message, which psycopg passes through three functions and a generator,
    longer than all else that happens to it.
    """
    arrived, piece = link.get_copy_data(1)
    while arrived > 0:
        pending += piece
        arrived, piece = link.get_copy_data(1)
    if arrived == 0:
        return True
    ended = cast("PGresult", link.get_result())
    while link.get_result():  # the connection is free for the next statement when there is none
        pass
    if ended.status != ExecStatus.COMMAND_OK:
        raise error_from_result(ended)
    return False
