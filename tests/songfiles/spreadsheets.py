"""OpenDocument and binary Excel files written by hand, as no library of Python's that is kept writes both."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
MIME = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/></manifest:manifest>'
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Cells = Sequence[Sequence[str | float]]


def write_ods(path: Path, tables: str) -> None:
    """Write an OpenDocument spreadsheet with this XML of its tables."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIME, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {NAMESPACES}><office:body><office:spreadsheet>{tables}'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def ods_table(name: str, rows: Cells) -> str:
    """Return a table of OpenDocument as LibreOffice ends it: with all rows and columns there can be, and empty."""
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    rest = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    return f'<table:table table:name="{name}">{lines}{rest}</table:table>'


def ods_cell(value: str | float, more: str = "") -> str:
    """Return a cell of OpenDocument."""
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"{more}><text:p>{escape(value)}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}"{more}><text:p>{value}</text:p>'
        "</table:table-cell>"
    )


def write_xlsb(path: Path, sheets: dict[str, bytes]) -> None:
    """Write a binary Excel workbook with these records of its sheets."""
    bundle = b"".join(
        record(156, struct.pack("<II", 0, number) + wide(f"r{number}") + wide(name))
        for number, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in range(1, len(sheets) + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        )
        archive.writestr("xl/workbook.bin", record(131) + record(143) + bundle + record(144) + record(132))
        for number, data in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{number}.bin", data)


def xlsb_sheet(rows: Cells) -> bytes:
    """Return the records of a sheet."""
    width = max(map(len, rows))
    lines = b"".join(
        record(0, struct.pack("<I", number) + bytes(13))
        + b"".join(xlsb_cell(column, value) for column, value in enumerate(row))
        for number, row in enumerate(rows)
    )
    return sheet_of(lines, len(rows), width)


def sheet_of(lines: bytes, rows: int, width: int) -> bytes:
    """Return a sheet of these records of rows, which claims to be so large."""
    size = struct.pack("<IIII", 0, rows - 1, 0, width - 1)
    return record(129) + record(148, size) + record(145) + lines + record(146) + record(130)


def xlsb_cell(column: int, value: str | float) -> bytes:
    """Return the record of a cell."""
    place = struct.pack("<II", column, 0)
    if isinstance(value, str):
        return record(6, place + wide(value))
    return record(5, place + struct.pack("<d", value))


def wide(text: str) -> bytes:
    """Return a text as these workbooks have it."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def record(kind: int, data: bytes = b"") -> bytes:
    """Return a record: its kind and its length, seven bits a byte, and what is in it."""
    return _varint(kind) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    out = bytearray()
    while True:
        out.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(out)
