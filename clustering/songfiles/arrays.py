"""NumPy arrays to Arrow's and back, for the web process.

Arrow's own `pa.array` and `to_numpy` load pandas: fifty megabytes, and half a second that a person waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def numbers(values: npt.NDArray[Any], *, absent: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Return numbers, null where absent.

    Examples
    --------
    >>> numbers(np.array([1, 2], dtype=np.int16), absent=np.array([False, True])).to_pylist()
    [1, None]
    """
    valid = None if absent is None else _bits(~absent)
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(np.ascontiguousarray(values))])


def flags(values: npt.NDArray[np.bool_]) -> pa.Array:
    """Return yes and no.

    Examples
    --------
    >>> flags(np.array([True, False])).to_pylist()
    [True, False]
    """
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(values)])


def texts(values: Sequence[str]) -> pa.Array:
    """Return texts.

    Examples
    --------
    >>> texts(["a", "", "é"]).to_pylist()
    ['a', '', 'é']
    """
    encoded = [value.encode() for value in values]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text, whatever a file holds in it.

    Examples
    --------
    >>> as_text(pa.chunked_array([numbers(np.array([1, 2]))])).to_pylist()
    ['1', '2']
    """
    if pa.types.is_string(column.type):
        return column
    try:
        return pc.cast(column, pa.string())
    except pa.ArrowException:  # lists and the like
        return pa.chunked_array([texts([str(value) for value in column.to_pylist()])])


def booleans(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Return an array of yes and no, without nulls, as NumPy's.

    Examples
    --------
    >>> booleans(flags(np.array([True, False, True]))[1:]).tolist()
    [False, True]
    """
    bits = np.frombuffer(array.buffers()[1] or b"", dtype=np.uint8)
    end = array.offset + len(array)
    return np.unpackbits(bits, count=end, bitorder="little")[array.offset :].astype(np.bool_)


def _bits(values: npt.NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))
