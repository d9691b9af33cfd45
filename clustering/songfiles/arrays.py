"""NumPy arrays to Arrow's and back, for the web process and for imports.

Arrow's own `pa.array` and `to_numpy` load pandas: fifty megabytes, and half a second that a person waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

PYTHON_BYTES = 2**20
NO_PYTHON_VALUE = (ArithmeticError, LookupError, ValueError, NotImplementedError, pa.ArrowException)


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


def floats(values: npt.NDArray[Any]) -> pa.Array:
    """Return numbers, null where they are NaN.

    Examples
    --------
    >>> floats(np.array([1.5, np.nan])).to_pylist()
    [1.5, None]
    """
    gaps = np.isnan(values)
    return numbers(values, absent=gaps if gaps.any() else None)


def values_of(array: pa.Array, gap: float) -> npt.NDArray[Any]:
    """Return an array of numbers as NumPy's, with another number where it is null.

    Examples
    --------
    >>> values_of(floats(np.array([1.5, np.nan])), -1).tolist()
    [1.5, -1.0]
    """
    if array.null_count:
        array = pc.fill_null(array, numbers(np.array([gap], dtype=array.type.to_pandas_dtype()))[0])
    buffer = array.buffers()[1] or b""
    return np.frombuffer(buffer, array.type.to_pandas_dtype())[array.offset : array.offset + len(array)]


def flags(values: npt.NDArray[np.bool_], *, absent: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Return yes and no, null where absent.

    Examples
    --------
    >>> flags(np.array([True, False])).to_pylist()
    [True, False]
    """
    valid = None if absent is None else _bits(~absent)
    return pa.Array.from_buffers(pa.bool_(), len(values), [valid, _bits(values)])


def texts(values: Sequence[str | None]) -> pa.Array:
    """Return texts, null where there is none.

    Examples
    --------
    >>> texts(["a", "", None, "é"]).to_pylist()
    ['a', '', None, 'é']
    """
    encoded = [(value or "").encode(errors="replace") for value in values]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    there = np.array([value is not None for value in values], dtype=np.bool_)
    buffers = [None if there.all() else _bits(there), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def lists(values: Sequence[list[str] | None]) -> pa.Array:
    """Return lists of texts, null where there is none.

    Examples
    --------
    >>> lists([["a", "b"], None, []]).to_pylist()
    [['a', 'b'], None, []]
    """
    offsets = np.cumsum([0, *(len(value or ()) for value in values)], dtype=np.int32)
    there = np.array([value is not None for value in values], dtype=np.bool_)
    items = texts([item for value in values for item in value or ()])
    buffers = [None if there.all() else _bits(there), pa.py_buffer(offsets)]
    return pa.Array.from_buffers(pa.list_(pa.string()), len(values), buffers, children=[items])


def typed(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return Python's values as an array of texts, lists of texts, numbers, or yes and no; null where None.

    Examples
    --------
    >>> typed([1970, None], pa.int16()).to_pylist(), typed([None, False], pa.bool_()).to_pylist()
    ([1970, None], [None, False])
    """
    if pa.types.is_string(kind):
        return texts(values)
    if pa.types.is_list(kind):
        return lists(values)
    absent = np.array([value is None for value in values], dtype=np.bool_)
    plain = np.array([value or 0 for value in values], dtype=kind.to_pandas_dtype())
    make = flags if pa.types.is_boolean(kind) else numbers
    return make(plain, absent=absent if absent.any() else None)


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text, whatever a file holds in it; null stays null.

    Examples
    --------
    >>> as_text(pa.chunked_array([numbers(np.array([1, 2]))])).to_pylist()
    ['1', '2']
    >>> as_text(pa.chunked_array([pa.ListArray.from_arrays([0, 1, 1], texts(["a"]))])).to_pylist()
    ["['a']", '[]']
    """
    if pa.types.is_string(column.type):
        return column
    try:
        return pc.cast(column, pa.string())
    except pa.ArrowException:  # lists and the like, and bytes that are no text
        return as_written(column)


def as_written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return each cell as Python writes it; null stays null."""
    parts = [texts([cell_text(cell) for cell in part]) for part in _few_cells(column)]
    return pa.chunked_array(parts, pa.string())


def cell_text(value: object) -> str | None:
    """Return a cell as Python writes it; bytes as the text they most likely are."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return None if value is None else str(value)


def cell_texts(column: pa.ChunkedArray) -> list[str | None]:
    """Return each cell of a few as a person sees it; a time beyond Python's years too.

    Examples
    --------
    >>> cell_texts(pa.chunked_array([numbers(np.array([0.5, 120.0]))]))
    ['0.5', '120.0']
    """
    if pa.types.is_temporal(column.type):
        column = as_text(column)
    return [cell_text(value) for value in column.to_pylist()]


def _few_cells(column: pa.ChunkedArray) -> Iterator[list[object]]:
    """Yield the cells as Python's objects, which take many times the bytes: a few at a time."""
    rows = max(1, min(len(column), len(column) * PYTHON_BYTES // max(column.nbytes, 1)))
    for start in range(0, len(column), rows):
        part = column.slice(start, rows)
        try:
            yield part.to_pylist()
        except NO_PYTHON_VALUE:
            yield [_any_cell(part.slice(row, 1)) for row in range(len(part))]


def _any_cell(cell: pa.ChunkedArray) -> object:
    """Return one cell; as Arrow shows it where Python has nothing for it, such as a year after 9999."""
    try:
        return cell.to_pylist()[0]
    except NO_PYTHON_VALUE:
        return " ".join(cell.chunk(0).to_string().split())


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


NO_TEXT = texts([None])[0]
"""What Arrow's functions take for a text that is not there, and for yes, no and 0: `pa.scalar` loads pandas, too."""
YES, NO = flags(np.array([True, False]))
NOTHING = numbers(np.array([0], dtype=np.int32))[0]
