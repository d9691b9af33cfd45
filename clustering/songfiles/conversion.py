"""Columns of cells to columns of values, whole columns at a time.

What nearly all cells are goes through Arrow; only the odd ones, each distinct text once, through Python.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clustering.songfiles import arrays
from clustering.songfiles.arrays import as_text, booleans, numbers, texts, typed, values_of
from clustering.songfiles.times import year_in
from clustering.songfiles.units import CELL_READERS, FACTORS
from clustering.songfiles.values import LISTS, NO_TEXT, flag, is_blank, number, without_formula

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MAX_TEXT = 1_000

_PLAIN_NUMBER = r"^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_SECURE_ADDRESS = r"^https://[A-Za-z0-9][A-Za-z0-9.-]*[.][A-Za-z0-9-]+(:[0-9]+)?(/[!-~]*)?$"
_ENTITY = r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
_NO_TEXT = texts(sorted(NO_TEXT))
_LONGEST_NOTHING = numbers(np.array([max(map(len, NO_TEXT))], dtype=np.int32))[0]
ISRC = r"^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$"
"""A recording's code by ISO 3901: country, registrant, year and number."""
_PATH = r"^.*[/\\]"
_ENDING = r"\.[A-Za-z0-9]{2,5}$"
_PLACE_IN_ALBUM = r"^(\d{1,3}[.)]?[ _-]+)+"
_DASH = r"^(.*?)\s+[-\x{2013}\x{2014}]\s+(.*)$"
# How the numbers of a column with this mark before fractions look, where others would be read otherwise.
_MARKED = {
    ",": r"^[+-]?(\d{1,3}(\.\d{3})+(,\d+)?|\d*,\d+|\d{1,3}([ \x{a0}\x{202f}\x{2009}]\d{3})+(,\d+)?)$",
    ".": r"^[+-]?(\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?|\d{1,3}([ \x{a0}\x{202f}\x{2009}]\d{3})+(\.\d+)?)$",
}
_NOT_DECIMAL = {",": r"[. \x{a0}\x{202f}\x{2009}]", ".": r"[, \x{a0}\x{202f}\x{2009}]"}


def as_strings(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array of text, without the signs that keep Excel from taking it for a number."""
    array = joined(as_text(column))
    kept = pc.fill_null(pc.starts_with(array, '="'), arrays.NO)
    if not pc.any(kept).as_py():
        return array
    plain = texts([without_formula(text) for text in array.filter(kept).to_pylist()])
    return pc.replace_with_mask(array, kept, plain)


def joined(column: pa.ChunkedArray) -> pa.Array:
    """Return a chunked column as one array."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)


def to_text(column: pa.ChunkedArray) -> pa.Array:
    """Return trimmed text without NUL, cut at a thousand characters; null where nothing is left."""
    array = as_strings(column)
    data = array.buffers()[2]
    if data is not None and np.any(np.frombuffer(data, dtype=np.uint8) == 0):
        array = pc.replace_substring(array, "\0", "")
    array = _unescaped(pc.utf8_trim_whitespace(array))
    lengths = pc.binary_length(array)
    short = array.filter(pc.less_equal(lengths, _LONGEST_NOTHING))
    if len(short) and pc.any(pc.is_in(short, _NO_TEXT)).as_py():
        array = pc.if_else(pc.is_in(array, _NO_TEXT), arrays.NO_TEXT, array)
        lengths = pc.binary_length(array)
    if (pc.max(lengths).as_py() or 0) > MAX_TEXT:
        array = pc.utf8_slice_codeunits(array, 0, MAX_TEXT)
    return _null_if_empty(array, lengths)


def _unescaped(array: pa.Array) -> pa.Array:
    """Return text with &amp; and the like as the signs they stand for."""
    escaped = pc.fill_null(pc.match_substring(array, "&"), arrays.NO)
    if not pc.any(escaped).as_py():
        return array
    some = pc.fill_null(pc.match_substring_regex(array.filter(escaped), _ENTITY), arrays.NO)
    if not pc.any(some).as_py():
        return array
    plain = texts([html.unescape(text) for text in array.filter(escaped).to_pylist()])
    return pc.replace_with_mask(array, escaped, plain)


def to_title(column: pa.ChunkedArray, unit: str) -> pa.Array:
    """Return titles, also out of file names such as 03 - Artist - Title.mp3."""
    array = to_text(column)
    return (
        array
        if unit != "file name"
        else _null_if_blank(pc.replace_substring_regex(_file_stem(array), _DASH, r"\2"))
    )


def to_file_artist(column: pa.ChunkedArray) -> pa.Array:
    """Return the artists in file names such as Artist - Title.mp3; null where there is none."""
    stems = _file_stem(to_text(column))
    named = pc.match_substring_regex(stems, _DASH)
    return pc.if_else(named, pc.replace_substring_regex(stems, _DASH, r"\1"), arrays.NO_TEXT)


def _file_stem(array: pa.Array) -> pa.Array:
    for pattern in (_PATH, _ENDING, _PLACE_IN_ALBUM):
        array = pc.replace_substring_regex(array, pattern, "")
    return pc.utf8_trim_whitespace(array)


def _null_if_blank(array: pa.Array) -> pa.Array:
    return _null_if_empty(array, pc.binary_length(array))


def _null_if_empty(array: pa.Array, lengths: pa.Array) -> pa.Array:
    if pc.min(lengths).as_py() == 0:
        return pc.if_else(pc.equal(lengths, arrays.NOTHING), arrays.NO_TEXT, array)
    return array


def distinct(array: pa.Array, convert: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Return a column of text converted, each distinct text once."""
    coded = pc.dictionary_encode(array)
    words = typed([convert(word) for word in coded.dictionary.to_pylist()], kind)
    return words.take(coded.indices)


def to_numbers(column: pa.ChunkedArray, unit: str = "", decimal: str = "") -> tuple[Floats, Mask]:
    """Return a column's numbers in the vocabulary's unit, NaN for none, and where a cell is no number.

    Parameters
    ----------
    column
        The cells.
    unit
        In what they are written.
    decimal
        Their mark before fractions, where it is known.
    """
    if unit in CELL_READERS:
        reader, factor = CELL_READERS[unit]
        return _by_reader(as_strings(column), reader, factor)
    values, wrong = _plain_numbers(column, decimal)
    if unit == "minutes.seconds":
        whole = np.floor(values)
        values = whole * 60 + np.round((values - whole) * 100, 6)
    return values * FACTORS.get(unit, 1.0), wrong


def _plain_numbers(column: pa.ChunkedArray, decimal: str) -> tuple[Floats, Mask]:
    kind = column.type
    wrong = np.zeros(len(column), dtype=bool)
    if (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_null(kind)
    ):
        return _floats(pc.cast(joined(column), pa.float64(), safe=False)), wrong
    array = as_strings(column)
    cells = array = _null_if_empty(array, pc.binary_length(array))
    if decimal == ",":
        array = _with_points(pc.utf8_trim_whitespace(array), decimal)
    try:
        return _floats(pc.cast(array, pa.float64())), wrong
    except pa.ArrowInvalid:
        pass
    array = pc.utf8_trim_whitespace(array)
    if decimal == ".":
        array = _with_points(array, decimal)
    plain = pc.fill_null(pc.match_substring_regex(array, _PLAIN_NUMBER), arrays.NO)
    values = _floats(pc.cast(pc.if_else(plain, array, arrays.NO_TEXT), pa.float64()))
    odd = ~booleans(plain) & booleans(pc.is_valid(array))
    positions = np.flatnonzero(odd)
    odd_cells = cells.take(numbers(positions))  # as they were: a mark that was changed would be changed again
    values[positions], wrong[positions] = _by_reader(odd_cells, lambda text: number(text, decimal), 1.0)
    return values, wrong


def _with_points(array: pa.Array, decimal: str) -> pa.Array:
    """Return numbers without marks between thousands, and with a point before fractions."""
    marked = pc.match_substring_regex(array, _MARKED[decimal])
    return pc.if_else(marked, with_point(array, decimal), array) if pc.any(marked).as_py() else array


def with_point(cells: pa.Array | pa.ChunkedArray, decimal: str) -> pa.Array | pa.ChunkedArray:
    """Return numbers of a column with this mark before fractions as Arrow reads them: a point, and no thousands."""
    bare = pc.replace_substring_regex(cells, _NOT_DECIMAL[decimal], "")
    return pc.replace_substring(bare, ",", ".") if decimal == "," else bare


def _floats(array: pa.Array) -> Floats:
    return np.array(values_of(array, np.nan), dtype=np.float64)


def _by_reader(array: pa.Array, reader: Callable[[str], float], factor: float) -> tuple[Floats, Mask]:
    def convert(text: str | None) -> float | None:
        return None if text is None or is_blank(text) else reader(text)

    converted = distinct(array, convert, pa.float64())
    values = _floats(converted) * factor
    # Blank cells are null; what the reader cannot read is NaN, and infinite is no number either.
    wrong = booleans(pc.is_valid(converted)) & ~np.isfinite(values)
    values[wrong] = np.nan
    return values, wrong


def to_names(column: pa.ChunkedArray, unit: str) -> pa.Array:
    """Return the artists of a column as one text each, whatever list they are written as."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return to_text(pa.chunked_array([texts([", ".join(map(str, v or [])) for v in column.to_pylist()])]))
    if not unit:
        return to_text(column)
    split = LISTS[unit]
    return distinct(
        to_text(column), lambda text: text and (", ".join(split(text))[:MAX_TEXT] or None), pa.string()
    )


def to_lists(column: pa.ChunkedArray, unit: str) -> pa.Array:
    """Return the genres of a column as lists; null where there are none."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        cells = [
            None if value is None else str([str(item) for item in value]) for value in column.to_pylist()
        ]
        return to_lists(pa.chunked_array([texts(cells)]), "python list")
    split = LISTS[unit]
    return distinct(
        to_text(column), lambda text: (split(text) or None) if text else None, pa.list_(pa.string())
    )


def to_years(column: pa.ChunkedArray, unit: str = "") -> pa.Array:
    """Return the years of dates."""
    return distinct(as_strings(column), lambda text: year_in(text, unit) if text else None, pa.int16())


def to_addresses(column: pa.ChunkedArray) -> pa.Array:
    """Return secure web addresses; a page that led anywhere else, or ran something, would be a trap."""
    array = to_text(column)
    plain = pc.fill_null(pc.match_substring_regex(array, _SECURE_ADDRESS), arrays.NO)
    return pc.if_else(plain, array, arrays.NO_TEXT)


def to_flags(column: pa.ChunkedArray) -> pa.Array:
    """Return yes and no."""
    return distinct(as_strings(column), lambda text: flag(text) if text else None, pa.bool_())


def to_isrcs(column: pa.ChunkedArray) -> pa.Array:
    """Return recording codes in capitals without hyphens; null where a cell holds none.

    Examples
    --------
    >>> to_isrcs(pa.chunked_array([["gb-ayd-94-00043", "USRC17607839", "?", None]])).to_pylist()
    ['GBAYD9400043', 'USRC17607839', None, None]
    """
    codes = pc.replace_substring_regex(pc.utf8_upper(as_strings(column)), r"[\s-]|^ISRC:?", "")
    return pc.if_else(pc.match_substring_regex(codes, ISRC), codes, arrays.NO_TEXT)


def rows_as_text(table: pa.Table, most: int) -> list[str]:
    """Return each row as a line of CSV, for a person to recognize it by."""
    columns = []
    for column in table.columns:
        cells = pc.fill_null(as_strings(column), "")
        special = pc.match_substring_regex(cells, '[",\r\n]')
        if pc.any(special).as_py():
            quoted = pc.binary_join_element_wise('"', pc.replace_substring(cells, '"', '""'), '"', "")
            cells = pc.if_else(special, quoted, cells)
        columns.append(pc.utf8_slice_codeunits(cells, 0, most))
    lines = pc.replace_substring(pc.binary_join_element_wise(*columns, ","), "\0", "")
    return [line[:most] for line in lines.to_pylist()]
