"""Files that were made to do harm, or that a fuzzer found: refused with a sentence, or read like any other."""

import contextlib
import csv
import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.songfiles import SongFileError
from clustering.songfiles.cleaning import Cleaner
from clustering.songfiles.columns import propose_columns
from clustering.songfiles.formats import csv as delimited
from clustering.songfiles.formats import quoting
from clustering.songfiles.readers import estimate_rows, read_batches, read_preview, sniff

FINDINGS = sorted((Path(__file__).parent.parent / "fuzz" / "findings").iterdir())


def take_in(path: Path) -> int:
    """Do with a file what an upload and its import do, and count its songs."""
    dialect = sniff(path, "songs")
    cleaner = Cleaner(propose_columns(read_preview(path, dialect)))
    estimate_rows(path, dialect)
    return sum(len(cleaner.clean(batch).songs) for batch in read_batches(path, dialect))


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.name)
def test_what_the_fuzzer_found_is_read_or_refused_with_a_sentence(path):
    with contextlib.suppress(SongFileError):
        take_in(path)


@pytest.mark.parametrize("before", [b"\r", b"\0\n", b"\r\0\n\r"])
def test_a_header_is_found_behind_bytes_that_are_no_line(tmp_path, before):
    path = tmp_path / "songs.csv"
    path.write_bytes(before + b"title,energy,tempo\n" + b"One,0.5,100\n" * 200 + b"\rTwo,0.6,120\n")
    (batch,) = read_batches(path, sniff(path))
    assert batch.table.column_names == ["title", "energy", "tempo"]
    assert batch.table.column("title").to_pylist() == ["One"] * 200 + ["Two"]
    assert batch.bad_rows == ()


# Arrow's complaint about its first attempt, which no handler of ours can catch
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_bad_row_with_bad_bytes_loses_no_good_one(tmp_path):
    path = tmp_path / "songs.csv"
    good = "é,0.5,100\n".encode()
    path.write_bytes(b"title,energy,tempo\n" + good * 20 + b"bad\x90,0.1,1,2,3,4\n" + good * 3)
    batches = list(read_batches(path, sniff(path)))
    assert sum(batch.table.num_rows for batch in batches) == 23
    assert [(bad.row, bad.line) for batch in batches for bad in batch.bad_rows] == [(21, 22)]


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
DOCTYPES = {
    "a billion laughs": (f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>', "&a11;"),
    "a file of the machine": ('<!DOCTYPE x [<!ENTITY a0 SYSTEM "file:///etc/passwd">]>', "&a0;"),
    "an address elsewhere": ('<!DOCTYPE x [<!ENTITY a0 SYSTEM "http://127.0.0.1:1/">]>', "&a0;"),
}


@pytest.mark.parametrize("which", DOCTYPES)
def test_entities_of_a_workbook_are_not_resolved(tmp_path, which):
    doctype, entity = DOCTYPES[which]
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (["title", "energy"], ["MARK", 0.5], ["b", 0.6]):
        book.active.append(row)
    book.save(buffer)
    path = tmp_path / "songs.xlsx"
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if "MARK" in text:
                start = text.index("?>") + 2 if text.startswith("<?xml") else 0
                text = text[:start] + doctype + text[start:].replace("MARK", entity)
            new.writestr(name, text)
    try:
        table = read_preview(path, sniff(path))
    except SongFileError:
        return
    cells = "".join(str(value) for row in table.to_pylist() for value in row.values())
    assert "root:" not in cells
    assert len(cells) < 200


@given(
    st.binary(max_size=3000),
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"\xff\xfe", b"title,energy\n"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(data, beginning):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "songs"
        path.write_bytes(beginning + data)
        with contextlib.suppress(SongFileError):
            take_in(path)


CELLS = st.text(max_size=12) | st.sampled_from(
    ["0.5", "-1", "=1+1", "", "nan", "1e400", "\u2028", "50%", "3:20", "C#"]
)
NAMES = st.text(max_size=12) | st.sampled_from(
    ["energy", "Energy ", "danceability_%", "artists", "track_name", "key"]
)


@given(
    st.lists(NAMES, min_size=1, max_size=6),
    st.lists(st.lists(CELLS, max_size=7), max_size=6),
    st.sampled_from(",;\t|"),
)
@settings(max_examples=150, deadline=None)
def test_any_table_is_matched_or_refused(header, rows, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "songs.csv"
        path.write_bytes(text.getvalue().encode("utf-8", errors="replace"))
        with contextlib.suppress(SongFileError):
            assert take_in(path) <= len(rows)


ENDLESS = {
    "every line leaves a cell open": b'x"y,"z\n',
    "one long line closes many": b'x"y,"z\n' * 199 + b'"' + b',"a"' * 5_000 + b"\n",
    "one long line closes many well": b'x"y,"z\n' * 199 + b"b" + b",c" * 5_000 + b'"\n',
    "marks alone": b'"\n',
    "marks doubled": b'x"y,"z\n' * 199 + b'""' * 5_000 + b'"\n',
}


@pytest.mark.parametrize("lines", ENDLESS.values(), ids=ENDLESS)
def test_no_bytes_are_read_for_each_mark_above_them(tmp_path, monkeypatch, lines):
    looked_at = []

    def counted(function):
        def wrapped(text, *arguments, **options):
            looked_at.append(len(text))
            return function(text, *arguments, **options)

        return wrapped

    for module in (delimited, quoting):
        for name in ("ends_open", "closes_well", "split_cells"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, counted(getattr(module, name)))
    path = tmp_path / "songs.csv"
    path.write_bytes(b"title,energy\nOne,0.5\n" + lines * (300_000 // len(lines)) + b"Two,0.5\n")
    dialect = sniff(path)
    looked_at.clear()
    batches = list(read_batches(path, dialect))
    assert sum(len(batch.bad_rows) for batch in batches) > 1_000
    assert sum(looked_at) < 25 * path.stat().st_size


@pytest.mark.parametrize("line", [b"\n", b"sep=,\n"])
def test_a_header_is_not_looked_for_without_end(tmp_path, line):
    path = tmp_path / "songs.csv"
    path.write_bytes(b"\0\n" + line * 10_000 + b"title,energy\nOne,0.5\n")
    with pytest.raises(SongFileError, match="more than 1,000 empty lines"):
        sniff(path)


def test_a_preview_gives_up_where_no_row_is_one(tmp_path, monkeypatch):
    path = tmp_path / "songs.csv"
    path.write_bytes(b"title,energy\nOne,0.5\n" + b"a\n" * 1_000_000)
    dialect, lines = sniff(path), []

    def counted(text):
        lines.append(text)
        return ""

    monkeypatch.setattr(delimited, "excerpt", counted)
    assert read_preview(path, dialect)["title"].to_pylist() == ["One"]
    assert len(lines) < 200_000
