"""Arrow's many types to the few that the rest of the project knows.

What is left are texts, numbers, yes and no, dates and times, and lists of texts or numbers. Dictionaries, views and
run lengths are only other ways to write these; whatever is nested deeper becomes the text that Python writes for it.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as is_type

from clustering.songfiles import arrays


def plain_table(table: pa.Table) -> pa.Table:
    """Return the table with plain columns, null where it was null.

    Examples
    --------
    >>> table = pa.table({"genre": arrays.texts(["pop", "pop"]).dictionary_encode()})
    >>> plain_table(table).schema.field("genre").type
    DataType(string)
    """
    columns = [plain_column(column) for column in table.columns]
    return pa.Table.from_arrays(columns, names=table.column_names)


def plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in one of the plain types."""
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _of_extension(column)
    if is_type.is_dictionary(kind):
        return plain_column(_decoded(column))
    if is_type.is_run_end_encoded(kind):
        return plain_column(pc.run_end_decode(column))
    if is_type.is_list(kind) or is_type.is_large_list(kind):
        return _list_column(column)
    if is_type.is_duration(kind):
        return pc.cast(pc.cast(column, pa.duration("ms"), safe=False), pa.int64())
    if is_type.is_float16(kind):
        return pc.cast(column, pa.float32())
    if is_type.is_timestamp(kind) and kind.tz:
        return _zoned(column)
    if is_type.is_null(kind):
        return pc.cast(column, pa.string())
    if _is_plain(kind):
        return column
    return arrays.as_text(column)


def _is_plain(kind: pa.DataType) -> bool:
    return bool(
        is_type.is_string(kind)
        or is_type.is_boolean(kind)
        or is_type.is_integer(kind)
        or is_type.is_floating(kind)
        or is_type.is_decimal(kind)
        or is_type.is_date(kind)
        or is_type.is_time(kind)
        or is_type.is_timestamp(kind)
    )


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return what a dictionary stands for."""
    chunks = [chunk.dictionary.take(chunk.indices) for chunk in column.chunks]
    return pa.chunked_array(chunks, column.type.value_type)


def _of_extension(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return what an extension type is stored as; of identifiers, their text."""
    if isinstance(column.type, pa.UuidType):
        return arrays.as_written(column)
    storage = [chunk.storage for chunk in column.chunks]
    return plain_column(pa.chunked_array(storage, column.type.storage_type))


def _list_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Keep lists of texts and of numbers of four bytes or more; a smaller one is much more as text than it was."""
    item = column.type.value_type
    if is_type.is_string(item) or is_type.is_large_string(item) or is_type.is_string_view(item):
        return pc.cast(column, pa.list_(pa.string()))
    if (is_type.is_integer(item) or is_type.is_floating(item)) and item.bit_width >= 32:
        return pc.cast(column, pa.list_(item))
    if is_type.is_dictionary(item) and is_type.is_string(item.value_type):
        chunks = [_decoded_lists(chunk) for chunk in column.chunks]
        decoded = pa.chunked_array(chunks, chunks[0].type if chunks else pa.list_(pa.string()))
        return pc.cast(decoded, pa.list_(pa.string()))
    return arrays.as_text(column)


def _decoded_lists(lists: Any) -> Any:
    """Return lists of dictionary entries as lists of what these stand for."""
    words = lists.values.dictionary.take(lists.values.indices)
    kind = pa.large_list if is_type.is_large_list(lists.type) else pa.list_
    return pa.Array.from_buffers(
        kind(words.type), len(lists), lists.buffers()[:2], offset=lists.offset, children=[words]
    )


def _zoned(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return moments with their zone, or in UTC where nobody knows the zone."""
    try:
        pc.cast(column.slice(0, 1), pa.string())
    except pa.ArrowException:
        return pc.cast(pc.cast(column, pa.int64()), pa.timestamp(column.type.unit))
    return column
