"""Columns of every type that Arrow has: plain in a batch, and the right text in a CSV."""

import csv
import io

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.songfiles import arrays
from clustering.songfiles.columns import propose_columns
from clustering.songfiles.formula_injection import plain_column as column_for_csv
from clustering.songfiles.plain_types import plain_column
from clustering.songfiles.readers import read_batches, read_preview, sniff
from tests.songfiles.arrow_types import COLUMNS, ONLY_IN_MEMORY, ROWS, SAID

ALL = COLUMNS | ONLY_IN_MEMORY
LEAVES = sorted(ALL)


def cells(column: pa.ChunkedArray) -> list[str]:
    """Write a column as an export does, and read it back."""
    out = io.BytesIO()
    table = pa.table({"x": column_for_csv(column), "y": arrays.texts(["."] * len(column))})
    pyarrow.csv.write_csv(table, out)
    return [row[0] for row in csv.reader(io.StringIO(out.getvalue().decode(), newline=""))][1:]


def is_plain(kind: pa.DataType) -> bool:
    types = pa.types
    if types.is_list(kind):
        return types.is_string(kind.value_type) or types.is_primitive(kind.value_type)
    return types.is_string(kind) or types.is_primitive(kind) or types.is_decimal(kind)


@pytest.mark.parametrize("name", ALL)
def test_every_type_becomes_plain_text(name):
    column = plain_column(pa.chunked_array([ALL[name]]))
    assert len(column) == ROWS
    assert is_plain(column.type), column.type
    written = cells(column)
    assert len(written) == ROWS
    if name in SAID:
        assert written[: len(SAID[name])] == SAID[name]
    assert arrays.cell_texts(column)


@given(
    st.sampled_from(LEAVES),
    st.lists(st.sampled_from(["list", "struct", "map", "large list"]), min_size=1, max_size=3),
    st.integers(0, ROWS - 1),
    st.integers(0, ROWS),
)
@settings(max_examples=150, deadline=None)
def test_every_type_in_every_other_is_text(name, around, start, length):
    array = ALL[name]
    starts = list(range(ROWS + 1))
    for kind in around:
        if kind == "list":
            array = pa.ListArray.from_arrays(pa.array(starts, pa.int32()), array)
        elif kind == "large list":
            array = pa.LargeListArray.from_arrays(pa.array(starts, pa.int64()), array)
        elif kind == "map":
            array = pa.MapArray.from_arrays(pa.array(starts, pa.int32()), pa.array(["k"] * ROWS), array)
        else:
            array = pa.StructArray.from_arrays([array], ["=field"])
    part = pa.chunked_array([array.slice(start, length), array.slice(0, 0), array.slice(0, 1)])
    column = plain_column(part)
    assert len(column) == len(part)
    assert is_plain(column.type), column.type
    assert len(cells(column)) == len(part)


@pytest.mark.parametrize("store_schema", [True, False])
def test_a_file_of_all_types_is_read(tmp_path, store_schema):
    path = tmp_path / "songs.parquet"
    table = pa.table(
        {"energy": pa.array([0.5] * ROWS)} | {f"x {name}": column for name, column in COLUMNS.items()}
    )
    pq.write_table(table, path, store_schema=store_schema)
    dialect = sniff(path)
    matches = propose_columns(read_preview(path, dialect)).matches
    assert [match.column for match in matches] == table.column_names
    (batch,) = read_batches(path, dialect)
    for name in SAID:
        written = cells(batch.table[f"x {name}"])
        if name != "time32" and (store_schema or not name.startswith(("duration", "uuid"))):
            assert written[: len(SAID[name])] == SAID[name], name
