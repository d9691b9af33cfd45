r"""Text that a spreadsheet must not take for a formula, also where it cuts the file at another separator than ours.

A spreadsheet that separates by semicolons, as many of Europe do, sees a new cell in ``rock;=1+1``. So each part
between separators and line ends is looked at like a cell.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clustering.songfiles import arrays

SEPARATORS = r"[,;\t|\r\n]"
FORMULA = r"[\s\x00-\x20\"\u200b\ufeff]*[=+\-@＝＋－＠]"
NUMBER = r"[+\-]?(\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?"
FEW = 100
_begins = re.compile(
    rf"^(?=[\t\r\n])|(^|{SEPARATORS})(?={FORMULA})(?!\s*{NUMBER}\s*[\])}}]*\s*({SEPARATORS}|$))",
)
_escaped = re.compile(rf"(^|{SEPARATORS})'(?=[\t\r\n]|'?{FORMULA}|[\s\"']*'{FORMULA})")

# One of these bytes is in whatever `_begins` finds: of the full-width signs it is the second.
# A table for `bytes.translate`, five times as quick as an index of NumPy's.
_SUSPECT = bytes(code in b"=+-@\t\r\n\xbc" for code in range(256))
# Before a sign that begins a part stands one of these, or nothing; before most others a letter or a digit.
_BEFORE = np.isin(np.arange(256), [*range(33), *b'",;|', *range(128, 256)])


def escape(text: str) -> str:
    """Return the text with an apostrophe before whatever a spreadsheet would run.

    Examples
    --------
    >>> escape("=1+1"), escape("rock;=1+1"), escape("\uff1d1+1")
    ("'=1+1", "rock;'=1+1", "'\uff1d1+1")
    >>> escape("-7.2"), escape("1;-7,5"), escape("A - B")
    ('-7.2', '1;-7,5', 'A - B')
    """
    return _begins.sub(r"\1'", text)


def without_apostrophe(text: str) -> str:
    """Return the text that :func:`escape` was given.

    Examples
    --------
    >>> without_apostrophe("'=1+1"), without_apostrophe("'Til Tuesday"), without_apostrophe("rock;'=1+1")
    ('=1+1', "'Til Tuesday", 'rock;=1+1')
    """
    bare = _escaped.sub(r"\1", text)
    return bare if escape(bare) == text else text


def plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as a CSV may have it: numbers, yes and no as they are, and all else as escaped text."""
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column
    if pa.types.is_floating(kind) and not pc.any(pc.is_inf(column)).as_py():
        return column
    texts = arrays.as_text(column)
    return pa.chunked_array([_plain_chunk(chunk) for chunk in texts.chunks], pa.string())


def _plain_chunk(texts: pa.Array) -> pa.Array:
    places = _suspects(texts)
    if not len(places):
        return texts
    some = texts.take(arrays.numbers(places))
    if len(some) > FEW:  # mostly a column of negative numbers, which run nothing
        plain = arrays.booleans(pc.fill_null(pc.match_substring_regex(some, f"^{NUMBER}$"), arrays.YES))
        places, some = places[~plain], some.filter(arrays.flags(~plain))
    cells = some.to_pylist()
    escaped = [None if cell is None else escape(cell) for cell in cells]
    if escaped == cells:
        return texts
    mask = np.zeros(len(texts), dtype=np.bool_)
    mask[places] = True
    return pc.replace_with_mask(texts, arrays.flags(mask), arrays.texts(escaped))


def _suspects(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Find the cells that are worth a regular expression: few are, so bytes are looked at and not texts."""
    _, offsets, letters = texts.buffers()
    if not len(texts) or letters is None or not letters.size:
        return np.zeros(0, dtype=np.int64)
    bounds: npt.NDArray[np.int32] = np.frombuffer(offsets, dtype=np.int32)[
        texts.offset : texts.offset + len(texts) + 1
    ]
    text = letters.slice(bounds[0], bounds[-1] - bounds[0]).to_pybytes()
    codes = np.frombuffer(text, dtype=np.uint8)
    signs = np.flatnonzero(np.frombuffer(text.translate(_SUSPECT), dtype=np.bool_))
    if not len(signs):
        return np.zeros(0, dtype=np.int64)
    cells = np.searchsorted(bounds - bounds[0], signs, side="right") - 1
    first = (bounds[cells] - bounds[0]) == signs
    after = _BEFORE[codes[signs - 1]]  # of the very first it looks at the last, which costs nothing
    found = cells[first | after].astype(np.int64)
    distinct: npt.NDArray[np.int64] = found[np.diff(found, prepend=-1) > 0]  # a cell may have several
    return distinct
