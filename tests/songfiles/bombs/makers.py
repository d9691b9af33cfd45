"""Files of a few bytes to fifty megabytes that were made to fill the memory of whoever unpacks them."""

import gzip
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.songfiles.bombs import parquet_by_hand as by_hand
from tests.songfiles.bombs.parquet_by_hand import OPTIONAL, REPEATED, Column, Encoding, Page, Type
from tests.songfiles.spreadsheets import ods_cell, record, sheet_of, write_ods, write_xlsb, xlsb_cell

MB = 2**20
FIFTY = 50 * MB
ENERGY = b"\0\0\0\0\0\0\xe0\x3f"  # 0.5
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"

BOMBS: dict[str, Callable[[Path], None]] = {}


def bomb(name: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    def named(make: Callable[[Path], None]) -> Callable[[Path], None]:
        BOMBS[name] = make
        return make

    return named


# Parquet that Arrow writes


def _write(path: Path, rows: int, **columns: pa.Array) -> None:
    energy = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), pa.array([0.5]))
    table = pa.table({"energy": energy.dictionary_decode(), **columns})
    pq.write_table(table, path, store_schema=False, compression="zstd")


def _repeated(text: str, count: int, *, late: bool = False) -> pa.DictionaryArray:
    """Repeat a text; behind the rows of the preview only, if it is to come late."""
    places = [int(late and place < count // 2) for place in range(count)]
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array([text, "la"]))


@bomb("Parquet, a dictionary: one text of 10 MB, 1,000 times")
def _dictionary(path: Path) -> None:
    _write(path, 1_000, lyrics=_repeated("x" * 10_000_000, 1_000))


@bomb("Parquet, a dictionary: the same from row 1,001 on")
def _late(path: Path) -> None:
    _write(path, 2_000, lyrics=_repeated("x" * 10_000_000, 2_000, late=True))


@bomb("Parquet, a dictionary: one text of 900 kB, a million times")
def _many_rows(path: Path) -> None:
    _write(path, 1_000_000, lyrics=_repeated("x" * 900_000, 1_000_000))


@bomb("Parquet, a struct: one text of 10 MB, 1,000 times, from row 1,001 on")
def _struct(path: Path) -> None:
    field = _repeated("x" * 10_000_000, 2_000, late=True)
    _write(path, 2_000, words=pa.StructArray.from_arrays([field], ["lyrics"]))


@bomb("Parquet, lists in lists in a struct: one text of 5 MB, 600 times, from row 301 on")
def _nested(path: Path) -> None:
    field = _repeated("x" * 5_000_000, 1_200, late=True)
    inner = pa.ListArray.from_arrays(pa.array(range(0, 1_201, 2), pa.int32()), field)
    outer = pa.ListArray.from_arrays(pa.array(range(601), pa.int32()), inner)
    _write(path, 600, words=pa.StructArray.from_arrays([outer], ["lyrics"]))


@bomb("Parquet, a map: one text of 5 MB, 300 times")
def _map(path: Path) -> None:
    keys, values = pa.array(["la"] * 300), _repeated("x" * 5_000_000, 300)
    offsets = pa.array(range(301), pa.int32())
    _write(path, 300, words=pa.MapArray.from_arrays(offsets, keys, values))


@bomb("Parquet, a field's name of 10 MB in a struct of 1,000 rows")
def _long_name(path: Path) -> None:
    _write(path, 1_000, words=pa.StructArray.from_arrays([pa.array([1] * 1_000)], ["x" * 10_000_000]))


@bomb("Parquet, 100,000 columns")
def _columns(path: Path) -> None:
    column = pa.array([0.5])
    pq.write_table(pa.table({f"c{number}": column for number in range(100_000)}), path)


@bomb("Parquet, 900 columns: in each one text of 900 kB, 64 times")
def _wide_texts(path: Path) -> None:
    column = _repeated("x" * 900_000, 64)
    _write(path, 64, **{f"c{number}": column for number in range(900)})


@bomb("Parquet in gzip: one text of 10 MB, 1,000 times")
def _gzipped(path: Path) -> None:
    _dictionary(path)
    path.write_bytes(gzip.compress(path.read_bytes()))


@bomb("Parquet, a million rows without a number: one text of 2 kB in each")
def _rejected(path: Path) -> None:
    count = 1_000_000
    table = pa.table(
        {"energy": pa.array([0.5] + [None] * (count - 1)), "words": _repeated("x" * 2_000, count)}
    )
    pq.write_table(table, path, store_schema=False, compression="zstd")


# Parquet by hand


def _energy(rows: int, pages: int = 1) -> Column:
    return Column("energy", Type.DOUBLE, by_hand.same(Type.DOUBLE, ENERGY, rows // pages, pages=pages))


@bomb("Parquet, 300 lists of one text of 5 MB")
def _lists(path: Path) -> None:
    before = by_hand.levels(by_hand.run(300, 0)) + by_hand.levels(by_hand.run(300, 1))
    pages = by_hand.same(Type.BYTES, by_hand.text(5_000_000), 300, before=before)
    path.write_bytes(by_hand.file([_energy(300), Column("lyrics", Type.BYTES, pages, REPEATED)], 300))


@bomb("Parquet, one list of a billion numbers")
def _long_list(path: Path) -> None:
    count = 1_000_000_000
    before = by_hand.levels(by_hand.run(1, 0) + by_hand.run(count - 1, 1))
    before += by_hand.levels(by_hand.run(count, 1))
    pages = by_hand.same(Type.DOUBLE, ENERGY, count, before=before)
    path.write_bytes(by_hand.file([_energy(1), Column("lyrics", Type.DOUBLE, pages, REPEATED)], 1))


@bomb("Parquet, 10 billion rows in runs")
def _rows(path: Path) -> None:
    path.write_bytes(by_hand.file([_energy(10_000_000_000, pages=5)], 10_000_000_000))


@bomb("Parquet, a page that unpacks to 1 GB")
def _page(path: Path) -> None:
    pages = [Page(by_hand.text(2**30), 1, Encoding.PLAIN)]
    path.write_bytes(by_hand.file([_energy(1), Column("lyrics", Type.BYTES, pages)], 1))


@bomb("Parquet, a page that claims 2 GB")
def _claim(path: Path) -> None:
    pages = [Page(by_hand.text(100), 1, Encoding.PLAIN, claimed=2**31 - 1)]
    path.write_bytes(by_hand.file([_energy(1), Column("lyrics", Type.BYTES, pages)], 1))


@bomb("Parquet, shared prefixes: 1,000 texts of 10 MB in DELTA_BYTE_ARRAY")
def _prefixes(path: Path) -> None:
    pages = [Page(by_hand.shared_prefixes(10_000_000, 1_000), 1_000, Encoding.DELTA_BYTES)]
    path.write_bytes(by_hand.file([_energy(1_000), Column("lyrics", Type.BYTES, pages)], 1_000))


@bomb("Parquet, a thousand nulls of 100 MB each")
def _nulls(path: Path) -> None:
    pages = [Page(by_hand.levels(by_hand.run(1_000, 0)), 1_000, Encoding.PLAIN)]
    column = Column("lyrics", Type.FIXED, pages, OPTIONAL, length=100_000_000)
    path.write_bytes(by_hand.file([_energy(1_000), column], 1_000))


@bomb("Parquet, a footer of ten million column chunks")
def _footer(path: Path) -> None:
    chunk = by_hand.struct({2: (by_hand.I64, 4)})
    group = by_hand.struct(
        {1: (by_hand.LIST, (by_hand.STRUCT, [chunk] * 900_000)), 2: (by_hand.I64, 1), 3: (by_hand.I64, 1)}
    )
    column = by_hand.struct({1: (by_hand.I32, 5), 3: (by_hand.I32, 0), 4: (by_hand.TEXT, b"energy")})
    path.write_bytes(b"PAR1" + by_hand.footer([column], [group] * 11, 11))


# Workbooks


def _workbook(path: Path, rows: str | bytes, shared: str = "", *, repeat: int = 1, more: int = 0) -> None:
    """Write a workbook with these rows of XML, the last of them so many times, and so many parts more."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KINDS}.sharedStrings+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet.xml" ContentType="{KINDS}.worksheet+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<?xml version="1.0"?><workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="Songs" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet.xml"/>'
            f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        archive.writestr("xl/sharedStrings.xml", f'<?xml version="1.0"?><sst {MAIN}>{shared}</sst>')
        head = (
            '<row r="1"><c r="A1" t="inlineStr"><is><t>energy</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>lyrics</t></is></c></row>'
        )
        with archive.open("xl/worksheets/sheet.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<?xml version="1.0"?><worksheet {MAIN}><sheetData>{head}'.encode())
            data = rows if isinstance(rows, bytes) else rows.encode()
            for _ in range(repeat):
                sheet.write(data)
            sheet.write(b"</sheetData></worksheet>")
        for number in range(more):
            archive.writestr(f"xl/media/{number}", b"")


def _shared_rows(count: int) -> str:
    return "".join(
        f'<row r="{row}"><c r="A{row}"><v>0.5</v></c><c r="B{row}" t="s"><v>0</v></c></row>'
        for row in range(2, count + 2)
    )


@bomb("XLSX, one shared text of 32 kB in a million cells")
def _shared(path: Path) -> None:
    _workbook(path, _shared_rows(1_000_000), f"<si><t>{'x' * 32_000}</t></si>")


@bomb("XLSX, one shared text of 100 MB in 1,000 cells")
def _long_shared(path: Path) -> None:
    _workbook(path, _shared_rows(1_000), f"<si><t>{'x' * 100_000_000}</t></si>")


@bomb("XLSX, a cell of 900 MB")
def _cell(path: Path) -> None:
    start = '<row r="2"><c r="A2"><v>0.5</v></c><c r="B2" t="inlineStr"><is><t>'
    with zipfile.ZipFile(path, "w"):
        pass
    _workbook(path, start.encode() + b"x" * (9 * 10**8) + b"</t></is></c></row>")


@bomb("XLSX, a sheet of 4 GB")
def _sheet(path: Path) -> None:
    _workbook(path, b" " * 2**20, repeat=4_096)


@bomb("XLSX, two cells a million rows and 1,999 columns apart")
def _apart(path: Path) -> None:
    _workbook(path, '<row r="1048576"><c r="BXW1048576"><v>1</v></c></row>')


@bomb("XLSX, 15 million cells")
def _cells(path: Path) -> None:
    row = "".join(f'<c r="{chr(65 + column)}0000002"><v>0.5</v></c>' for column in range(15))
    rows = b"".join(
        f'<row r="{number}">{row.replace("0000002", str(number))}</row>'.encode()
        for number in range(2, 1_000_002)
    )
    _workbook(path, rows)


@bomb("XLSX, 400,000 parts")
def _parts(path: Path) -> None:
    _workbook(path, _shared_rows(2), "<si><t>x</t></si>", more=400_000)


# gzip


def _gzip(path: Path, head: bytes, block: bytes, times: int) -> None:
    with gzip.open(path, "wb", compresslevel=6) as file:
        file.write(head)
        for _ in range(times):
            file.write(block)


# Other spreadsheets


def _repeated_rows(path: Path, rows: int, columns: int, text: str) -> None:
    cell = ods_cell(text, f' table:number-columns-repeated="{columns}"')
    head = f"<table:table-row>{ods_cell('title')}{ods_cell('energy')}</table:table-row>"
    row = f'<table:table-row table:number-rows-repeated="{rows}">{ods_cell(0.5)}{cell}</table:table-row>'
    write_ods(path, f'<table:table table:name="Songs">{head}{row}</table:table>')


@bomb("ODS, a row of one cell a million times")
def _ods_rows(path: Path) -> None:
    _repeated_rows(path, 1_048_575, 1, "x" * 1_000)


@bomb("ODS, a cell 16,000 times in each of 5,000 rows")
def _ods_cells(path: Path) -> None:
    _repeated_rows(path, 5_000, 16_000, "x")


@bomb("ODS, rows and cells repeated four billion times")
def _ods_claims(path: Path) -> None:
    _repeated_rows(path, 4_000_000_000, 4_000_000_000, "x")


@bomb("ODS, a text of 900 MB")
def _ods_text(path: Path) -> None:
    _repeated_rows(path, 1, 1, "x" * 9 * 10**8)


@bomb("XLSB, two cells a million rows and 16,000 columns apart")
def _xlsb_apart(path: Path) -> None:
    def row(number: int) -> bytes:
        return record(0, struct.pack("<I", number) + bytes(13))

    lines = row(0) + xlsb_cell(0, "energy") + row(1_048_575) + xlsb_cell(16_383, 0.5)
    write_xlsb(path, {"Songs": sheet_of(lines, 1_048_576, 16_384)})


@bomb("XLSB, a sheet that claims four billion cells a side")
def _xlsb_claims(path: Path) -> None:
    head = record(0, struct.pack("<I", 0) + bytes(13)) + xlsb_cell(0, "energy")
    write_xlsb(path, {"Songs": sheet_of(head, 2**32, 2**32)})


@bomb("XLSB, 15 million cells")
def _xlsb_cells(path: Path) -> None:
    rows = (
        record(0, struct.pack("<I", number) + bytes(13))
        + b"".join(xlsb_cell(column, 0.5) for column in range(15))
        for number in range(1_000_000)
    )
    write_xlsb(path, {"Songs": sheet_of(b"".join(rows), 1_000_000, 15)})


@bomb("XLSX, a hundred sheets of 5,000 songs")
def _xlsx_sheets(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    for number in range(100):
        sheet = book.create_sheet(f"Songs {number}")
        sheet.append(["title", "energy"])
        for row in range(5_000):
            sheet.append([f"Song {row}", 0.5])
    book.save(path)


# Text


@bomb("CSV, 50 MB of lines with backslashes that open in vain")
def _backslashes(path: Path) -> None:
    path.write_bytes(b"title,energy\n" + b'"A \\"b\\"",0.5\n' * 400 + b'"\\" a,0.5\n' * (FIFTY // 10))


@bomb("CSV, 50 MB of UTF-8 encoded twice, without a blank")
def _doubled(path: Path) -> None:
    path.write_bytes("title,energy\nÃ©,0.5\n".encode() * 10 + "Ã©".encode() * (FIFTY // 4))


@bomb("CSV in Shift-JIS, 50 MB of a line that never ends")
def _sjis(path: Path) -> None:
    path.write_bytes("title,energy\n青い鳥,0.5\n".encode("cp932") * 50 + "青".encode("cp932") * (FIFTY // 2))


@bomb("gzip, 8 GB of zeros")
def _zeros(path: Path) -> None:
    _gzip(path, b"title,energy\nOne,0.5\n", bytes(2**24), 512)


@bomb("gzip in gzip")
def _twice(path: Path) -> None:
    _gzip(path, b"", bytes(2**24), 64)
    path.write_bytes(gzip.compress(path.read_bytes()))


@bomb("gzip, a thousand members of a megabyte each")
def _members(path: Path) -> None:
    member = gzip.compress(b"x,0.5\n" * 174_762)
    path.write_bytes(gzip.compress(b"title,energy\n") + member * 1_000)


@bomb("gzip, 20 million rows with a cell too few")
def _short_rows(path: Path) -> None:
    _gzip(path, b"title,energy\nOne,0.5\n", b"a\n" * 2**20, 20)


# Text


@bomb("CSV, 50 MB of rows with a cell too few")
def _csv_short(path: Path) -> None:
    path.write_bytes(b"title,energy\nOne,0.5\n" + b"a\n" * (FIFTY // 2))


@bomb("CSV, 50 MB of rows of empty cells")
def _csv_empty(path: Path) -> None:
    path.write_bytes(b"title,energy\nOne,0.5\n" + b",\n" * (FIFTY // 2))


@bomb("CSV, a header of 50 MB of commas")
def _csv_commas(path: Path) -> None:
    path.write_bytes(b"title,energy" + b"," * FIFTY + b"\nOne,0.5\n")


@bomb("CSV, 50 MB of commas below 2,000 columns")
def _csv_wide(path: Path) -> None:
    names = ",".join(["energy", *(f"c{number}" for number in range(1_999))]).encode()
    path.write_bytes(names + b"\n" + (b"0.5" + b"," * 1_999 + b"\n") * (FIFTY // 2_003))


@bomb("CSV, 50 MB of line ends")
def _csv_lines(path: Path) -> None:
    path.write_bytes(b"title,energy\nOne,0.5\n" + b"\n" * FIFTY)


@bomb("CSV, a line of 50 MB")
def _csv_line(path: Path) -> None:
    path.write_bytes(b"title,energy\nOne,0.5\n" + b"x" * FIFTY + b",0.5\n")


@bomb("CSV, a quotation mark that never closes, and 50 MB")
def _csv_quote(path: Path) -> None:
    path.write_bytes(b'title,energy\nOne,0.5\n"' + b"Two,0.5\n" * (FIFTY // 8))


@bomb("CSV, 50 MB of quotation marks")
def _csv_quotes(path: Path) -> None:
    path.write_bytes(b"title,energy\nOne,0.5\n" + b'"\n' * (FIFTY // 2))


@bomb("CSV in UTF-16, 50 MB of rows without a number")
def _csv_utf16(path: Path) -> None:
    path.write_bytes("title,energy\nOne,0.5\n".encode("utf-16") + ",\n".encode("utf-16-le") * (FIFTY // 4))
