"""Text that a spreadsheet must not take for a formula."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clustering.songfiles import arrays

DANGEROUS = r"^[=+\-@\t\r]"
NUMBER = r"^[+\-]?(\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?$"
_dangerous = re.compile(DANGEROUS)
_number = re.compile(NUMBER)
_IS_DANGEROUS = np.isin(np.arange(256), np.frombuffer(b"=+-@\t\r", dtype=np.uint8))


def escape(text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet would run it.

    Examples
    --------
    >>> escape("=1+1")
    "'=1+1"
    >>> escape("-7.2")
    '-7.2'
    """
    return f"'{text}" if _dangerous.match(text) and not _number.match(text) else text


def without_apostrophe(text: str) -> str:
    """Return the text that :func:`escape` was given.

    Examples
    --------
    >>> without_apostrophe("'=1+1"), without_apostrophe("'Til Tuesday")
    ('=1+1', "'Til Tuesday")
    """
    return text[1:] if text.startswith("'") and escape(text[1:]) == text else text


def plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Do the same for a column of text; columns of numbers are returned as they are."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    return pa.chunked_array([_plain_chunk(chunk) for chunk in column.chunks], column.type)


def _plain_chunk(texts: pa.Array) -> pa.Array:
    """Look at first letters, as few columns have a text that is worth a regular expression."""
    _, offsets, letters = texts.buffers()
    if not len(texts) or letters is None or not letters.size:
        return texts
    width = "i8" if pa.types.is_large_string(texts.type) else "i4"
    bounds: npt.NDArray[np.int64] = np.frombuffer(offsets, dtype=width)[
        texts.offset : texts.offset + len(texts) + 1
    ]
    first = np.frombuffer(letters, dtype=np.uint8)[np.minimum(bounds[:-1], letters.size - 1)]
    risky = _IS_DANGEROUS[first] & (bounds[1:] > bounds[:-1])
    if texts.null_count:
        risky &= arrays.booleans(texts.is_valid())
    places = np.flatnonzero(risky)
    if len(places):
        some = texts.take(arrays.numbers(places))
        risky[places] = ~arrays.booleans(pc.match_substring_regex(some, NUMBER))
    if not risky.any():
        return texts
    return pc.if_else(arrays.flags(risky), pc.replace_substring_regex(texts, "^", "'"), texts)
