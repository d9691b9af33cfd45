"""Files of every kind that can be read, and every kind that must be refused with a sentence."""

import csv
import gzip
import io
import random
import struct
import zipfile
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustering.songfiles import SongFileError, readers, streams
from clustering.songfiles.formats import xlsx
from clustering.songfiles.formats.csv import DelimitedReader
from clustering.songfiles.formats.delimited import TOO_LONG
from clustering.songfiles.formats.quoting import ends_open, split_cells
from clustering.songfiles.formats.records import unique_names
from clustering.songfiles.formats.workbooks import cell_text
from clustering.songfiles.readers import Dialect, estimate_rows, read_batches, read_preview, sniff

HEADER = ["title", "artist", "energy", "tempo"]
ROWS = [
    ['Été, "nu"', "Zoë", "0.50", "120.0"],
    ["  two\nlines ", "Ñu; & Co", "0.25", "1e2"],
    ["Plain", "Ana", "", "99"],
]


def text_of(rows, delimiter=",", line_end="\n"):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return out.getvalue()


def written(tmp_path, data, name="songs.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def read(path, **options):
    """Return all cells, row numbers and bad rows of a file."""
    batches = list(read_batches(path, sniff(path), **options))
    cells = [list(row.values()) for batch in batches for row in batch.table.to_pylist()]
    rows = [row for batch in batches for row in batch.row_numbers.tolist()]
    lines = [line for batch in batches for line in batch.lines.tolist()]
    return cells, rows, lines, [bad for batch in batches for bad in batch.bad_rows]


def workbook(rows, *, sheets=1, extra=b"", reference=None):
    """Return an .xlsx file with inline text, written by hand."""
    out = io.BytesIO()
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    body = []
    for number, row in enumerate(rows, 1):
        cells = []
        for index, value in enumerate(row):
            place = (reference or "{column}{row}").format(column=chr(65 + index % 26), row=number)
            if isinstance(value, bool):
                cells.append(f'<c r="{place}" t="b"><v>{int(value)}</v></c>')
            elif isinstance(value, int | float):
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
            else:
                text = value.replace("&", "&amp;").replace("<", "&lt;")
                cells.append(f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
        body.append(f'<row r="{number}">{"".join(cells)}</row>')
    names = [f"Sheet{number}" for number in range(1, sheets + 1)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/{name}.xml" ContentType="{kinds}.worksheet+xml"/>'
            for name in names
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f""
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>{overrides}'
            "</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, 1))
        archive.writestr(
            "xl/workbook.xml",
            f'<?xml version="1.0"?><workbook {main} xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{i}" Type="{office}/worksheet" Target="worksheets/{n}.xml"/>'
            for i, n in enumerate(names, 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">{links}</Relationships>',
        )
        for name in names:  # the songs are in the last sheet
            data = "".join(body) if name == names[-1] else ""
            sheet = f'<?xml version="1.0"?><worksheet {main}><sheetData>{data}</sheetData></worksheet>'
            archive.writestr(f"xl/worksheets/{name}.xml", sheet.encode() + extra)
    return out.getvalue()


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_of_every_encoding_survives_exactly(tmp_path, encoding, delimiter, line_end, zipped):
    data = text_of([HEADER, *ROWS], delimiter, line_end).encode(encoding)
    path = written(
        tmp_path, gzip.compress(data) if zipped else data, "songs.csv.gz" if zipped else "songs.csv"
    )
    cells, rows, lines, bad = read(path)
    assert cells == ROWS
    assert (rows, lines, bad) == ([1, 2, 3], [2, 3, 5], [])
    preview = read_preview(path, sniff(path), rows=2)
    assert preview.column_names == HEADER
    assert preview.num_rows == 2
    assert sniff(path).delimiter == delimiter


def test_a_file_of_old_line_ends(tmp_path):
    cells, rows, _, _ = read(written(tmp_path, "title,energy\rA,0.5\rB,0.6\r"))
    assert (cells, rows) == ([["A", "0.5"], ["B", "0.6"]], [1, 2])


def test_commas_inside_titles_do_not_hide_the_semicolons(tmp_path):
    rows = [["title", "energy", "tempo"], *([f"Hey, You, {i}", "1", "2"] for i in range(9))]
    assert sniff(written(tmp_path, text_of(rows, ";"))).delimiter == ";"


def test_the_separator_line_of_excel_and_blank_lines_are_no_songs(tmp_path):
    cells, rows, lines, _ = read(written(tmp_path, "sep=;\n\ntitle;energy\n\nA;1\n\r\n\nB;2"))
    assert (cells, rows, lines) == ([["A", "1"], ["B", "2"]], [1, 2], [5, 8])


def test_ragged_rows_are_set_aside_with_number_line_and_reason(tmp_path):
    text = 'title,energy\nA,1\n\nB,2,3\n"C\nC",3\nD\nE,5\n'
    cells, rows, lines, bad = read(written(tmp_path, text))
    assert cells == [["A", "1"], ["C\nC", "3"], ["E", "5"]]
    assert (rows, lines) == ([1, 3, 5], [2, 5, 8])
    assert [(b.row, b.line, b.text) for b in bad] == [(2, 4, "B,2,3"), (4, 7, "D")]
    assert bad[0].reason == "The row has 3 cells where the header has 2."


def test_an_unclosed_quote_loses_its_own_row_only(tmp_path):
    text = 'title,energy\nA,1\n"B,2\nC,3\n"D, d",4\nE,5\n"F,6\nG,7\n'
    cells, rows, _, bad = read(written(tmp_path, text))
    assert cells == [["A", "1"], ["C", "3"], ["D, d", "4"], ["E", "5"], ["G", "7"]]
    assert rows == [1, 3, 4, 5, 7]
    assert [(b.row, b.line) for b in bad] == [(2, 3), (6, 7)]
    assert "never closes" in bad[0].reason


def test_a_quote_that_closes_at_the_next_quoted_title_takes_no_song_with_it(tmp_path):
    text = 'title,energy\n"B,2\nC,3\n"D",4\n"E\nE",5\n'
    cells, rows, _, bad = read(written(tmp_path, text))
    assert cells == [["C", "3"], ["D", "4"], ["E\nE", "5"]]
    assert (rows, [b.row for b in bad]) == ([2, 3, 4], [1])


def test_stray_quotes_are_characters(tmp_path):
    text = 'title,energy\n12" mix,1\n6" and 7",2\n"say ""hi""",3\n5" x,"a\nb"\n'
    cells, rows, _, bad = read(written(tmp_path, text))
    assert cells == [['12" mix', "1"], ['6" and 7"', "2"], ['say "hi"', "3"], ['5" x', "a\nb"]]
    assert (rows, bad) == ([1, 2, 3, 4], [])


def test_blocks_cut_anywhere_read_the_same(tmp_path, monkeypatch):
    random.seed(3)
    words = ["a", "b,c", 'q"q', "two\nlines", "", "é", "long " * 9]
    rows = [[random.choice(words) + str(i), random.choice(words), "x"] for i in range(60)]
    path = written(tmp_path, text_of([["title", "energy", "tempo"], *rows]))
    whole = read(path)
    assert whole[0] == rows
    for size in (1, 7, 64, 300):
        monkeypatch.setattr(readers, "CHUNK_BYTES", size)
        assert read(path, batch_rows=7) == whole


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.text(alphabet='ab",; \n\té0', max_size=6), min_size=2, max_size=2).filter(
            lambda r: r[0] != ""
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(3, 50),
)
def test_whatever_csv_writes_is_read_back(rows, size):
    data = text_of([["title", "energy"], *rows]).encode()
    chunks = (data[start : start + size] for start in range(0, len(data), size))
    batches = list(DelimitedReader(chunks, ",").batches())
    assert [list(row.values()) for b in batches for row in b.table.to_pylist()] == rows
    assert [n for b in batches for n in b.row_numbers.tolist()] == list(range(1, len(rows) + 1))


def test_an_accent_of_windows_deep_in_a_file_is_read(tmp_path):
    lines = [
        b"title,energy",
        *(b"Name,0.%d" % i for i in range(9)),
        "Été,0.5".encode("cp1252"),
        "Öl,1".encode(),
    ]
    path = written(tmp_path, b"\n".join(lines))
    cells = [row for b in read_batches(path, Dialect("csv")) for row in b.table.column("title").to_pylist()]
    assert cells[-2:] == ["Été", "Öl"]


def test_a_row_of_very_many_cells_is_one_bad_row(tmp_path):
    text = "title,energy\nA,1\n" + "x," * 400_000 + "\nB,2\n"
    cells, rows, _, bad = read(written(tmp_path, text))
    assert (cells, rows) == ([["A", "1"], ["B", "2"]], [1, 3])
    assert "400,001 cells" in bad[0].reason
    assert len(bad[0].text) <= 2_000


def test_a_row_of_many_megabytes_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "CHUNK_BYTES", 2**20)
    data = b"title,energy\nA,1\n" + b"x" * (11 * 2**20) + b"\nB,2\n"
    path = written(tmp_path, data)
    cells, rows, lines, bad = read(path)
    assert (cells, rows, lines) == ([["A", "1"], ["B", "2"]], [1, 3], [2, 4])
    assert [(b.row, b.line, b.reason) for b in bad] == [(2, 3, TOO_LONG)]


@pytest.mark.parametrize("zipped", [False, True])
def test_workbooks(tmp_path, zipped):
    data = workbook([HEADER, ["Été & <co>", "Zoë", 0.5, 120], ["1999", "Ana", -7.25, True]], sheets=2)
    path = written(tmp_path, gzip.compress(data) if zipped else data, "songs.xlsx")
    cells, rows, _, _ = read(path)
    assert cells == [["Été & <co>", "Zoë", "0.5", "120"], ["1999", "Ana", "-7.25", "TRUE"]]
    assert rows == [1, 2]
    assert estimate_rows(path, sniff(path)) == 2
    assert cell_text(date(2020, 1, 2)) == "2020-01-02"


def test_large_workbooks_come_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "CHUNK_BYTES", 100)
    rows = [["title", "energy"], *([f"Name {i}", i] for i in range(50))]
    cells, numbers, _, _ = read(written(tmp_path, workbook(rows)))
    assert cells == [[f"Name {i}", str(i)] for i in range(50)]
    assert numbers == list(range(1, 51))


@pytest.mark.parametrize("zipped", [False, True])
def test_parquet_keeps_its_types(tmp_path, zipped):
    out = io.BytesIO()
    pq.write_table(pa.table({"title": ["A", None, "C"], "energy": [0.5, None, 1.0], "n": [1, 2, 3]}), out)
    path = written(tmp_path, gzip.compress(out.getvalue()) if zipped else out.getvalue(), "songs.parquet")
    cells, rows, _, _ = read(path, batch_rows=2)
    assert cells == [["A", 0.5, 1], [None, None, 2], ["C", 1.0, 3]]
    assert rows == [1, 2, 3]
    assert estimate_rows(path, sniff(path)) == 3


def test_rows_are_estimated(tmp_path):
    path = written(tmp_path, "title,energy\n" + "Some name,0.123456\n" * 100_000)
    assert estimate_rows(path, sniff(path)) == pytest.approx(100_000, rel=0.05)
    small = written(
        tmp_path, gzip.compress(("title,energy\n" + "A,1\n" * 10).encode("utf-16")), "small.csv.gz"
    )
    assert estimate_rows(small, sniff(small)) in (10, 11)


def test_a_dialect_travels_as_a_dict_and_has_words():
    dialect = Dialect("csv", "gzip", "cp1252", ";")
    assert Dialect.from_dict(dialect.to_dict()) == dialect
    assert str(dialect) == "CSV, semicolon-separated, cp1252, gzipped"
    assert str(Dialect("xlsx")) == "Excel workbook"


def test_repeated_column_names_get_a_number():
    assert unique_names(["a", "a", "b", "a", "a (2)"]) == ["a", "a (3)", "b", "a (4)", "a (2)"]


def test_quotes_open_only_at_the_beginning_of_a_cell():
    assert ends_open(b'a,"b', ",")
    assert not ends_open(b'a,b"', ",")
    assert not ends_open(b'"a""b",c', ",")
    assert ends_open(b'"a","b""', ",")
    assert not ends_open(b'x",c', ",", opened=True)
    assert split_cells("a" * 200_000 + ",b", ",")[1] == "b"


REFUSED = {
    "empty": (b"", "is empty"),
    "empty inside gzip": (gzip.compress(b""), "is empty once it is unpacked"),
    "blank lines": (b"\n\n  \n", "nothing but empty lines"),
    "header only": (b"title,energy\n", "a header and no songs"),
    "header of one line without end": (b"title,energy", "a header and no songs"),
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a PNG image"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(99), "a JPEG image"),
    "pdf in gzip": (gzip.compress(b"%PDF-1.7"), "a PDF document"),
    "gzip in gzip": (gzip.compress(gzip.compress(b"a,b")), "compressed twice"),
    "old excel": (b"\xd0\xcf\x11\xe0" + bytes(99), "save it as .xlsx"),
    "web page": (b"<!DOCTYPE html><html>", "web page"),
    "json": (b'[{"title": "A"}]', "JSON"),
    "nul": (b"title,energy\nA,1\n" + b"\0" * 999, r"999 of its first .* are zero \(NUL\), the first in line 3"),
    "control characters": (b"title,energy\n" + bytes(range(1, 9)) * 9, "not text"),
    "cut gzip": (gzip.compress(random.Random(1).randbytes(99_999))[:900], "damaged or was cut off"),
    "wrong gzip": (b"\x1f\x8b" + b"x" * 99, "damaged or was cut off"),
    "columns": (",".join(f"c{i}" for i in range(10_000)) + "\n1,2\n", r"10,000 columns; the limit is 2,000"),
    "open header": ('title,"energy\nA,1\n' + "B,2\n" * 300, "A quotation mark in the header"),
    "zip": ("ZIP", "a ZIP archive, not an Excel workbook"),
    "damaged workbook": (workbook([HEADER])[:300], "damaged Excel workbook"),
    "empty workbook": (workbook([]), "is empty"),
    "wide workbook": (workbook([["a", "b"], [1, 2]], reference="ZZZ{row}"), "18,"
    "278 columns; the limit is 2,000"),
    "damaged parquet": (b"PAR1" + bytes(50), "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("which", REFUSED)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path, which):
    data, sentence = REFUSED[which]
    if data == "ZIP":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("songs.csv", "title,energy\nA,1\n")
        data = out.getvalue()
    path = written(tmp_path, data)
    with pytest.raises(SongFileError, match=sentence) as refusal:
        sniff(path, "mine.csv")
    assert str(refusal.value).endswith(".")


def test_wide_parquet_is_refused(tmp_path):
    path = tmp_path / "wide.parquet"
    pq.write_table(pa.table({f"c{i}": np.zeros(2) for i in range(2_001)}), path)
    with pytest.raises(SongFileError, match="2,001 columns; the limit is 2,000"):
        sniff(path)


def test_a_bomb_behind_gzip_names_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "ALWAYS_EXPANDED", 2**20)
    path = written(tmp_path, gzip.compress(b"title,energy\n" + b"A,1\n" * 2**21))
    dialect = sniff(path)
    with pytest.raises(SongFileError, match="250 times its own size"):
        list(read_batches(path, dialect))


def test_a_bomb_in_a_workbook_names_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "ALWAYS_UNPACKED", 2**20)
    with pytest.raises(SongFileError, match=r"unpacks to more than .* 200 times its own size"):
        xlsx.check_workbook(written(tmp_path, workbook([HEADER, ROWS[2]], extra=b" " * 2**22)), "songs.xlsx")


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path):
    data = bytearray(workbook([HEADER, ROWS[2]], extra=b" " * 2**20))
    end = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, end + 24, 100)
    with pytest.raises(SongFileError, match="damaged Excel workbook"):
        sniff(written(tmp_path, bytes(data)))


def test_a_workbook_spread_thin_is_refused(tmp_path):
    data = workbook([HEADER, ROWS[2]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = (
                old.read(name).replace(b'<row r="2">', b'<row r="1048576">').replace(b'"A2"', b'"BXX1048576"')
            )
            new.writestr(name, text)
    with pytest.raises(SongFileError, match="the limit is 60,000,000 cells"):
        sniff(written(tmp_path, out.getvalue()))
