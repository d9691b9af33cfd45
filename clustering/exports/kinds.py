"""Which columns of text a file of types has as numbers: those whose every cell says the same as a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clustering.exports.tables import song_tables, tables
from clustering.models import Run
from clustering.songfiles import arrays
from clustering.songfiles.aliases import FIELDS
from clustering.songfiles.columns import ColumnMap
from clustering.songfiles.conversion import with_point

_WORDS = frozenset(field.name for field in FIELDS.values() if field.kind in {"text", "list"})
"""What names or describes a song is text also where all of it looks like numbers: ids, titles such as 1999."""

# No zero in front, as codes have them, and no more digits than a float keeps.
_WHOLE = r"(0|[1-9]\d{0,14})"
_SPACED = r"[1-9]\d{0,2}([ \x{a0}\x{202f}\x{2009}]\d{3}){1,4}"
# 12E5 may be a code; programs write the sign.
_POWER = r"([eE][+-]\d{1,2})?"
_NUMBERS = {
    "": rf"^-?({_WHOLE}(\.\d*)?|\.\d+){_POWER}$",
    ".": rf"^-?(({_WHOLE}|[1-9]\d{{0,2}}(,\d{{3}}){{1,4}}|{_SPACED})(\.\d*)?|\.\d+){_POWER}$",
    ",": rf"^-?(({_WHOLE}|[1-9]\d{{0,2}}(\.\d{{3}}){{1,4}}|{_SPACED})(,\d*)?|,\d+){_POWER}$",
    "none": rf"^-?{_WHOLE}$",
}
"""How numbers look in a column with this mark before fractions, or where its files have different ones."""

_BARE = np.zeros(256, dtype=np.bool_)
_BARE[list(b"0123456789.-")] = True
MAX_BARE = 15


def typed_tables(run: Run) -> Iterator[pa.Table]:
    """Yield a run's songs with numbers in the columns of text that are nothing else, and all others as in the file.

    The files are read twice, as no part of a column says what the rest of it is.
    """
    marks = _marks(run)
    kinds = _column_kinds(run, marks)
    for table in tables(run):
        columns = {name: table[name] for name in table.column_names}
        for name, kind in kinds.items():
            if kind not in {pa.string(), pa.null()}:
                columns[name] = _cast(columns[name], marks.get(name, ""), kind)
        yield pa.table(columns)


def _marks(run: Run) -> dict[str, str]:
    """Return the mark before fractions of each column that can be numbers, as its files have it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    words = set()
    for upload in run.dataset.imported_uploads:
        if not upload.column_map:
            continue
        for match in ColumnMap.from_dict(upload.column_map).matches:
            found[match.column].add(match.decimal)
            if match.field in _WORDS:
                words.add(match.column)
    return {name: "words" if name in words else _common(marks) for name, marks in found.items()}


def _common(marks: set[str]) -> str:
    if len(marks) == 1:
        return next(iter(marks))
    return "none" if "," in marks else ""


def _column_kinds(run: Run, marks: dict[str, str]) -> dict[str, pa.DataType]:
    """Return the narrowest type that holds every cell of each column of text; of no type where all are empty."""
    kinds: dict[str, pa.DataType] = {}
    for table in song_tables(run.dataset):
        for name in table.column_names:
            mark = marks.get(name, "")
            if not pa.types.is_string(table[name].type) or mark == "words":
                kinds[name] = pa.string()
            elif kinds.get(name) != pa.string():
                kinds[name] = wider(kinds.get(name, pa.null()), kind_of(table[name], mark))
    return kinds


def wider(first: pa.DataType, second: pa.DataType) -> pa.DataType:
    """Return the type that holds what either does."""
    return max(first, second, key=[pa.null(), pa.int64(), pa.float64(), pa.string()].index)


def kind_of(column: pa.ChunkedArray, mark: str) -> pa.DataType:
    """Return the type that keeps what the cells of a column say, with this mark before fractions.

    Examples
    --------
    >>> cells = {"": ["7", ""], ",": ["0,5", "1.036"], ".": ["1,036", "-2"]}
    >>> [str(kind_of(pa.chunked_array([texts]), mark)) for mark, texts in cells.items()]
    ['int64', 'double', 'int64']
    >>> [str(kind_of(pa.chunked_array([[cell]]), ".")) for cell in ("007", "80%", "-6.5 dB", "NA", "1234567890123456")]
    ['string', 'string', 'string', 'string', 'string']
    """
    cells = _filled(column)
    if cells.null_count == len(cells):
        return pa.null()
    bare = _bare_kind(cells) if mark in {"", "."} else None
    if bare is not None:
        return bare
    if not pc.all(pc.match_substring_regex(cells, _NUMBERS[mark])).as_py():
        return pa.string()
    fractions = pc.match_substring_regex(cells, "[,eE]" if mark == "," else "[.eE]")
    return pa.float64() if pc.any(fractions).as_py() else pa.int64()


def _bare_kind(cells: pa.ChunkedArray) -> pa.DataType | None:
    """Return the type of short cells of digits, points and minus signs; None where any cell has something else in it.

    It is what the pattern of numbers says of them, in a tenth of the time.
    """
    has_points = False
    for chunk in cells.chunks:
        text = chunk.drop_null()
        if not len(text):
            continue
        bounds = np.frombuffer(text.buffers()[1], dtype=np.int32)[text.offset : text.offset + len(text) + 1]
        data = np.frombuffer(text.buffers()[2], dtype=np.uint8)
        within = data[bounds[0] : bounds[-1]]
        if not _BARE[within].all() or np.diff(bounds).max() > MAX_BARE:
            return None
        first = bounds[:-1] + (data[bounds[:-1]] == ord("-"))
        led = first[first + 1 < bounds[1:]]
        if np.any((data[led] == ord("0")) & (data[led + 1] != ord("."))):
            return pa.string()
        has_points |= bool(np.any(within == ord(".")))
    try:
        cells.cast(pa.float64())
    except pa.ArrowInvalid:
        return pa.string()
    return pa.float64() if has_points else pa.int64()


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return cells without blanks around them, null where nothing is left."""
    cells = pc.ascii_trim_whitespace(column)
    empty = pc.equal(pc.binary_length(cells), arrays.NOTHING)
    return pc.if_else(empty, arrays.NO_TEXT, cells) if pc.any(empty).as_py() else cells


def _cast(column: pa.ChunkedArray, mark: str, kind: pa.DataType) -> pa.ChunkedArray:
    """Return the numbers of a column whose cells are all numbers or empty, null where they are empty."""
    cells = _filled(column)
    if mark == ",":
        return with_point(cells, mark).cast(kind)
    try:
        return cells.cast(kind)
    except pa.ArrowInvalid:
        return with_point(cells, ".").cast(kind)  # few files have marks between thousands
