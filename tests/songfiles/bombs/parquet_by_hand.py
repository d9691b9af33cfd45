"""Parquet files written by hand, byte by byte: what no library writes, but anybody can.

The format is at https://github.com/apache/parquet-format: pages, each behind a header, and at the end a footer; header
and footer are Thrift structures in the compact protocol.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import pyarrow as pa

I32, I64, TEXT, LIST, STRUCT = 5, 6, 8, 9, 12
ZSTD = 6


class Type(IntEnum):
    INT32 = 1
    DOUBLE = 5
    BYTES = 6
    FIXED = 7


class Encoding(IntEnum):
    PLAIN = 0
    RLE = 3
    DELTA_BYTES = 7
    DICTIONARY = 8


REQUIRED, OPTIONAL, REPEATED = range(3)


@dataclass
class Page:
    """A page before it is packed, and what its header says; `claimed` is a lie about its size."""

    content: bytes
    values: int
    encoding: Encoding = Encoding.DICTIONARY
    is_dictionary: bool = False
    claimed: int | None = None


@dataclass
class Column:
    name: str
    type: Type
    pages: list[Page]
    repetition: int = REQUIRED
    length: int = 0
    """Of a fixed size."""


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def zigzag(number: int) -> bytes:
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def struct(fields: dict[int, tuple[int, Any]]) -> bytes:
    """Write a Thrift structure: {field: (type, value)}."""
    out, before = b"", 0
    for field, (kind, value) in sorted(fields.items()):
        out += bytes([(field - before) << 4 | kind]) + thrift(kind, value)
        before = field
    return out + b"\0"


def thrift(kind: int, value) -> bytes:
    if kind in (I32, I64):
        return zigzag(value)
    if kind == TEXT:
        return varint(len(value)) + value
    if kind == STRUCT:
        return struct(value) if isinstance(value, dict) else value
    item, items = value
    return bytes([0xF0 | item]) + varint(len(items)) + b"".join(thrift(item, each) for each in items)


def run(count: int, value: int, width: int = 1) -> bytes:
    """Write so many times a value, as a run."""
    return varint(count << 1) + value.to_bytes(-(-width // 8), "little")


def levels(*runs: bytes) -> bytes:
    joined = b"".join(runs)
    return len(joined).to_bytes(4, "little") + joined


def same(kind: Type, value: bytes, count: int, *, before: bytes = b"", pages: int = 1) -> list[Page]:
    """Return the pages of one value so many times, by a dictionary."""
    indices = Page(before + b"\1" + run(count, 0), count)
    return [Page(value, 1, Encoding.PLAIN, is_dictionary=True), *[indices] * pages]


def text(size: int) -> bytes:
    return size.to_bytes(4, "little") + b"x" * size


def file(columns: list[Column], rows: int) -> bytes:
    """Return the file."""
    out = b"PAR1"
    chunks = []
    for column in columns:
        start, data_at, unpacked = len(out), None, 0
        for page in column.pages:
            if data_at is None and not page.is_dictionary:
                data_at = len(out)
            out += _page(page)
            unpacked += len(page.content)
        meta: dict[int, tuple[int, Any]] = {
            1: (I32, column.type),
            2: (LIST, (I32, sorted({page.encoding for page in column.pages} | {Encoding.RLE}))),
            3: (LIST, (TEXT, [column.name.encode()])),
            4: (I32, ZSTD),
            5: (I64, sum(page.values for page in column.pages if not page.is_dictionary)),
            6: (I64, unpacked),
            7: (I64, len(out) - start),
            9: (I64, data_at),
        }
        if column.pages[0].is_dictionary:
            meta[11] = (I64, start)
        chunks.append(struct({2: (I64, start), 3: (STRUCT, meta)}))
    group = {1: (LIST, (STRUCT, chunks)), 2: (I64, len(out)), 3: (I64, rows)}
    return out + footer([_element(column) for column in columns], [struct(group)], rows)


def footer(elements: list[bytes], groups: list[bytes], rows: int) -> bytes:
    root = struct({4: (TEXT, b"schema"), 5: (I32, len(elements))})
    meta = struct(
        {
            1: (I32, 1),
            2: (LIST, (STRUCT, [root, *elements])),
            3: (I64, rows),
            4: (LIST, (STRUCT, groups)),
        }
    )
    return meta + len(meta).to_bytes(4, "little") + b"PAR1"


def _element(column: Column) -> bytes:
    fields = {1: (I32, column.type), 3: (I32, column.repetition), 4: (TEXT, column.name.encode())}
    if column.length:
        fields[2] = (I32, column.length)
    if column.type == Type.BYTES:
        fields[6] = (I32, 0)  # text
    return struct(fields)


def _page(page: Page) -> bytes:
    packed = pa.Codec("zstd", 9).compress(page.content, asbytes=True)
    header: dict[int, tuple[int, Any]] = {
        1: (I32, 2 if page.is_dictionary else 0),
        2: (I32, page.claimed or len(page.content)),
        3: (I32, len(packed)),
    }
    if page.is_dictionary:
        header[7] = (STRUCT, {1: (I32, page.values), 2: (I32, page.encoding)})
    else:
        header[5] = (
            STRUCT,
            {1: (I32, page.values), 2: (I32, page.encoding), 3: (I32, Encoding.RLE), 4: (I32, Encoding.RLE)},
        )
    return struct(header) + packed


def shared_prefixes(size: int, count: int) -> bytes:
    """Return texts in DELTA_BYTE_ARRAY, each all of the one before it."""

    def packed(first: int, then: int) -> bytes:
        # blocks of 128 values in 4 parts: the first difference needs 25 bits, all others none
        out = varint(128) + varint(4) + varint(count) + zigzag(first)
        step, least = then - first, min(then - first, 0)
        for start in range(0, count - 1, 128):
            values = [step - least if start == 0 else 0, *[-least if start == 0 else 0] * 31]
            width = max(values).bit_length()
            bits = sum(value << (width * index) for index, value in enumerate(values))
            rest = [(-least).bit_length() if start == 0 else 0] * 3
            out += zigzag(least if start == 0 else 0) + bytes([width, *rest])
            out += bits.to_bytes(width * 4, "little")
            for wide in rest:
                filled = sum(-least << (wide * index) for index in range(32)) if wide else 0
                out += filled.to_bytes(wide * 4, "little")
        return out

    return packed(0, size) + packed(size, 0) + b"x" * size
