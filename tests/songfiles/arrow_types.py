"""A column of every type that Arrow has, with what a person should read in each cell."""

import datetime as dt
import decimal
import uuid
from typing import Any

import pyarrow as pa

ROWS = 12
_texts = ["=1+1", "plain", "a;=2", None]
_DAY = dt.date(2020, 1, 31)
_MOMENT = dt.datetime(2020, 1, 31, 12, 30, 15)
_D = decimal.Decimal


def _every(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Repeat some values to the number of rows."""
    return pa.array([values[row % len(values)] for row in range(ROWS)], kind)


def _views() -> dict[str, pa.Array]:
    words = _every(_texts, pa.string())
    numbers = _every([1.5, -2.0, None], pa.float64())
    starts = pa.array(range(ROWS + 1), pa.int32())
    lists = pa.ListArray.from_arrays(starts, words)
    coded = words.dictionary_encode()
    return {
        "dictionary": coded,
        "dictionary of numbers": numbers.dictionary_encode(),
        "list of a dictionary": pa.ListArray.from_arrays(starts, coded),
        "struct of a dictionary": pa.StructArray.from_arrays([coded, numbers], ["word", "number"]),
        "list of lists": pa.ListArray.from_arrays(starts, lists),
        "list of structs": pa.ListArray.from_arrays(
            starts, pa.StructArray.from_arrays([words, numbers], ["word", "number"])
        ),
        "map": pa.MapArray.from_arrays(starts, pa.array(["k"] * ROWS), words),
        "uuid": pa.array([uuid.UUID(int=row).bytes for row in range(ROWS)], pa.uuid()),
        "json": pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"a": 1}'] * ROWS)),
        "bool8": pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1] * ROWS, pa.int8())),
    }


COLUMNS: dict[str, pa.Array] = {
    "bool": _every([True, False, None], pa.bool_()),
    **{str(kind): _every([1, 2, None], kind) for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64())},
    **{str(kind): _every([1, 2, None], kind) for kind in (pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())},
    **{str(kind): _every([-7.5, 0.25, None], kind) for kind in (pa.float16(), pa.float32(), pa.float64())},
    "not finite": _every([float("inf"), float("-inf"), float("nan")], pa.float64()),
    **{str(kind): _every(_texts, kind) for kind in (pa.string(), pa.large_string(), pa.string_view())},
    **{
        str(kind): _every([b"=1+1", b"plain", b"\xff", None], kind)
        for kind in (pa.binary(), pa.large_binary(), pa.binary_view())
    },
    "fixed binary": _every([b"=1+1", b"abcd", None], pa.binary(4)),
    "decimal32": _every([_D("1.25"), None], pa.decimal32(5, 2)),
    "decimal64": _every([_D("-1.25"), None], pa.decimal64(12, 2)),
    "decimal128": _every([_D("-1.25"), None], pa.decimal128(20, 2)),
    "decimal256": _every([_D("1.25"), None], pa.decimal256(60, 2)),
    "date32": _every([_DAY, None], pa.date32()),
    "date64": _every([_DAY, None], pa.date64()),
    "a day in the year 290,000": _every([106_000_000, None], pa.int32()).cast(pa.date32()),
    "time32": _every([dt.time(3, 41), None], pa.time32("s")),
    "time64": _every([dt.time(3, 41), None], pa.time64("us")),
    **{f"timestamp {unit}": _every([_MOMENT, None], pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")},
    "timestamp in Paris": _every([_MOMENT, None], pa.timestamp("us", "Europe/Paris")),
    "timestamp nowhere": _every([1, None], pa.int64()).cast(pa.timestamp("us", "Nowhere/Land")),
    "a moment in the year 290,000": _every([2**62, None], pa.int64()).cast(pa.timestamp("us")),
    **{f"duration {unit}": _every([221_000_000_000, None], pa.duration(unit)) for unit in ("ms", "us", "ns")},
    "null": pa.nulls(ROWS),
    "list": _every([["=1", "b"], [], None, ["x", None]], pa.list_(pa.string())),
    "large list": _every([["=1", "b"], [], None], pa.large_list(pa.string())),
    "fixed list": _every([[1.5, -2.0], [3.0, 4.0]], pa.list_(pa.float32(), 2)),
    "list of numbers": _every([[1, -2], [3], None], pa.list_(pa.int64())),
    "list of yes and no": _every([[True], [False, None]], pa.list_(pa.bool_())),
    "struct": _every([{"a": 1, "b": "x"}, None], pa.struct([("a", pa.int64()), ("b", pa.string())])),
    **_views(),
}
"""By a name that is the column's."""

ONLY_IN_MEMORY: dict[str, pa.Array] = {
    "run lengths": pa.RunEndEncodedArray.from_arrays(pa.array([4, ROWS], pa.int32()), pa.array(["=1", "b"])),
    "interval": _every([pa.MonthDayNano([1, 2, 3]), None], pa.month_day_nano_interval()),
    "list view": pa.ListViewArray.from_arrays(
        pa.array([0] * ROWS, pa.int32()), pa.array([1] * ROWS, pa.int32()), pa.array(["=1"])
    ),
    "duration s": _every([221, None], pa.duration("s")),
    "dictionary of lists": pa.DictionaryArray.from_arrays(
        pa.array([0] * ROWS, pa.int8()), pa.array([["=1"]])
    ),
    "dense union": pa.UnionArray.from_dense(
        pa.array([0] * ROWS, pa.int8()), pa.array([0] * ROWS, pa.int32()), [pa.array(["=1"])]
    ),
}
"""What no Parquet file holds, as far as Arrow writes them."""

SAID: dict[str, list[str]] = {
    "string": ["'=1+1", "plain", "a;'=2", ""],
    "large_string": ["'=1+1", "plain", "a;'=2", ""],
    "string_view": ["'=1+1", "plain", "a;'=2", ""],
    "dictionary": ["'=1+1", "plain", "a;'=2", ""],
    "binary": ["'=1+1", "plain", "\ufffd", ""],
    "large_binary": ["'=1+1", "plain", "\ufffd", ""],
    "binary_view": ["'=1+1", "plain", "\ufffd", ""],
    "fixed binary": ["'=1+1", "abcd", ""],
    "double": ["-7.5", "0.25", ""],
    "halffloat": ["-7.5", "0.25", ""],
    "decimal64": ["-1.25", ""],
    "decimal128": ["-1.25", ""],
    "date32": ["2020-01-31", ""],
    "date64": ["2020-01-31", ""],
    "time32": ["03:41:00", ""],
    "duration ms": ["221000000000", ""],
    "duration us": ["221000000", ""],
    "duration ns": ["221000", ""],
    "null": [""],
    "list": ["['=1', 'b']", "[]", "", "['x', None]"],
    "large list": ["['=1', 'b']", "[]", ""],
    "list of numbers": ["[1, -2]", "[3]", ""],
    "list of lists": ["[['=1+1']]", "[['plain']]", "[['a;'=2']]", "[[None]]"],
    "list of a dictionary": ["['=1+1']", "['plain']", "['a;'=2']", "[None]"],
    "fixed list": ["[1.5, -2.0]", "[3.0, 4.0]"],
    "struct": ["{'a': 1, 'b': 'x'}", ""],
    "uuid": ["00000000-0000-0000-0000-000000000000"],
    "json": ['{"a": 1}'],
}
"""What the first cells of some columns say in an exported CSV."""
