"""Truth, written in a shape and an encoding, comes back: wherever the header is, however cells are quoted."""

from __future__ import annotations

import csv
import random
import zipfile
from typing import Any

import pyarrow as pa
import pytest

from clustering.songfiles import SongFileError
from clustering.songfiles.cleaning import Cleaner
from clustering.songfiles.columns import ColumnMap, propose_columns
from clustering.songfiles.headers import find_header, part_of
from clustering.songfiles.parts import ALL_SHEETS, Reading
from clustering.songfiles.readers import Dialect, estimate_rows, read_batches, read_preview, sniff
from tests.songfiles.dialects import make_songs
from tests.songfiles.shapes import (
    COLUMNS,
    ENCODED,
    SHAPES,
    Sheet,
    encoded,
    no_header,
    rows_of,
    text_of,
    titles_of,
    write_workbook,
)
from tests.songfiles.spreadsheets import ods_table, write_ods, write_xlsb, xlsb_sheet

SEEDS = range(10)


def imported(
    path, reading: Reading | None = None, changes: dict[str, str] | None = None
) -> tuple[list[dict[str, Any]], Dialect, ColumnMap]:
    """Return the songs that a file becomes, how it was read and what its columns were taken for."""
    dialect = Dialect.from_dict(sniff(path, reading=reading).to_dict())
    column_map = propose_columns(read_preview(path, dialect, 2_000), header=dialect.parts[0].header)
    column_map = column_map.with_changes(changes or {})
    cleaner = Cleaner(column_map)
    batches = list(read_batches(path, dialect))
    assert not [bad for batch in batches for bad in batch.bad_rows]
    songs = pa.concat_tables([cleaner.clean(batch).songs for batch in batches])
    assert cleaner.report().rows_rejected == 0
    return songs.to_pylist(), dialect, column_map


def assert_songs(songs: list[dict[str, Any]], truth: list[Any], titles: list[str]) -> None:
    assert [song["title"] for song in songs] == titles
    for song, true in zip(songs, truth, strict=True):
        assert song["artist"] == true["artist"]
        for name in COLUMNS[2:]:
            assert song[name] == pytest.approx(true[name], rel=1e-5), name


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_comes_back(tmp_path, shape, seed):
    truth = make_songs(seed)
    path = tmp_path / "songs.csv"
    path.write_text(SHAPES[shape](rows_of(truth), random.Random(seed)), encoding="utf-8")
    songs, _, column_map = imported(path)
    assert set(COLUMNS) <= set(column_map.by_field)
    assert_songs(songs, truth, titles_of(truth))


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_without_a_header_are_numbered_and_can_be_mapped(tmp_path, seed):
    truth = make_songs(seed)
    path = tmp_path / "songs.csv"
    path.write_text(no_header(rows_of(truth), random.Random(seed)), encoding="utf-8")
    changes = {f"Column {number}": name for number, name in enumerate(COLUMNS, 1)}
    songs, dialect, _ = imported(path, changes=changes)
    assert dialect.parts[0].header == 0
    assert_songs(songs, truth, titles_of(truth))
    column_map = propose_columns(read_preview(path, dialect), header=0)
    assert "without a header" in column_map.notes[0]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("encoding", ENCODED)
def test_every_encoding_is_guessed(tmp_path, encoding, seed):
    truth, rng = make_songs(seed), random.Random(seed)
    words = ENCODED[encoding]
    titles = [f"{rng.choice(words)} {number}" for number in range(len(truth))]
    rows = [[title, *row[1:]] for title, row in zip(titles, rows_of(truth)[1:], strict=True)]
    path = tmp_path / "songs.csv"
    path.write_bytes(encoded(text_of([list(COLUMNS), *rows], rng.choice(",;\t")), encoding))
    songs, dialect, _ = imported(path)
    assert dialect.encoding == encoding
    assert_songs(songs, truth, titles)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shape_in_an_encoding(tmp_path, seed):
    truth, rng = make_songs(seed), random.Random(seed)
    encoding, shape = (
        rng.choice(["cp1250", "cp1251", "cp932"]),
        rng.choice(["titled", "wrapped", "trailing", "blanks"]),
    )
    rows = rows_of(truth)
    for row in rows[1:]:
        row[1] = rng.choice(ENCODED[encoding])
    path = tmp_path / "songs.csv"
    path.write_bytes(SHAPES[shape](rows, rng).encode(encoding))
    songs, dialect, _ = imported(path)
    assert dialect.encoding == encoding
    assert [song["artist"] for song in songs] == [row[1] for row in rows[1:]]
    assert [song["title"] for song in songs] == titles_of(truth)


def test_the_encoding_can_be_said(tmp_path):
    path = tmp_path / "songs.csv"
    path.write_bytes("title,energy\nŽár,0.5\nSad,0.25\n".encode("cp1250"))
    assert imported(path, Reading(encoding="cp1250"))[0][0]["title"] == "Žár"
    assert imported(path, Reading(encoding="cp1251"))[0][0]["title"] == "Ћбr"
    with pytest.raises(SongFileError, match="“latin-9” is no encoding"):
        Reading(encoding="latin-9")


@pytest.mark.parametrize("quoted", [True, False])
def test_text_that_is_kept_from_excel_is_what_it_says(tmp_path, quoted):
    cells = [
        [f'="Song {n}"' for n in range(4)],
        [f'="0.{n}5"' for n in range(4)],
        [f'="00{n}"' for n in range(4)],
    ]
    if quoted:
        cells = [[f'"{cell.replace(chr(34), 2 * chr(34))}"' for cell in column] for column in cells]
    rows = [",".join(row) for row in zip(*cells, ["1", "2", "3", "4"], strict=True)]
    path = tmp_path / "songs.csv"
    path.write_text("\n".join(["title,energy,track_id,plays", *rows, ""]), encoding="utf-8")
    songs, _, _ = imported(path)
    assert [song["title"] for song in songs] == [f"Song {n}" for n in range(4)]
    assert [round(song["energy"], 2) for song in songs] == [0.05, 0.15, 0.25, 0.35]
    assert [song["external_id"] for song in songs] == [f"00{n}" for n in range(4)]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        *(("cp437", "Für Elise"), ("iso8859_15", "Œuvre"), ("cp1257", "Žalia žolė"), ("cp1258", "Đêm")),
        *(("cp850", "Ågren"), ("cp866", "Ночь"), ("cp1255", "שלום"), ("cp1256", "ليل"), ("cp874", "ฝนตก")),
    ],
)
def test_encodings_that_nobody_can_guess_are_chosen(tmp_path, encoding, title):
    path = tmp_path / "songs.csv"
    path.write_bytes(f"title,energy\n{title},0.5\nSad,0.25\n".encode(encoding))
    assert imported(path, Reading(encoding=encoding))[0][0]["title"] == title


@pytest.mark.parametrize(
    "title",
    [
        *("CAFÉ’S", "Рі", "Сё", "Рік", "В«", "L’élan", "—État", "“CAMPEÃ”", "DÉJÀ VU…", "BEYONCÉ™", "İ™"),
        *("Ñ°", "naïve…", "Straße·", "€‚", "„Ä“"),
    ],
)
def test_a_rare_character_is_not_taken_for_utf_8_that_was_read_wrongly(tmp_path, title):
    path = tmp_path / "songs.csv"
    path.write_text(f"title,energy\n{title},0.5\nSad,0.25\n", encoding="utf-8")
    songs, dialect, _ = imported(path)
    assert (songs[0]["title"], dialect.encoding) == (title, "utf-8")


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        *(
            ("Café", "cp1252"),
            ("L’été", "cp1252"),
            ("It’s", "cp1252"),
            ("Señor", "cp1252"),
            ("Łódź", "cp1252"),
        ),
        *(("Café", "mac_roman"), ("It’s", "mac_roman"), ("It’s", "cp1251"), ("Северный ветер", "cp1251")),
        *(("Северный ветер", "cp1252"), ("東京の夜", "cp1252")),
    ],
)
def test_one_title_is_enough_where_it_is_sure(tmp_path, title, wrong):
    path = tmp_path / "songs.csv"
    path.write_bytes(encoded(f"title,energy\n{title},0.5\nSad,0.25\n", f"utf-8 read as {wrong}"))
    songs, dialect, _ = imported(path)
    assert (songs[0]["title"], dialect.encoding) == (title, f"utf-8 read as {wrong}")


class TestWorkbooks:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_sheets_with_the_same_columns_are_read_together(self, tmp_path, seed):
        truth = make_songs(seed)
        rows, path = rows_of(truth), tmp_path / "songs.xlsx"
        turned = [row[::-1] for row in [rows[0], *rows[31:]]]
        sheets = {"About": Sheet([["My songs"], ["Made in May"]]), "A": Sheet(rows[:31]), "B": Sheet(turned)}
        write_workbook(path, sheets)
        songs, dialect, _ = imported(path)
        assert [part.sheet for part in dialect.parts] == ["A", "B"]
        assert_songs(songs, truth, titles_of(truth))
        numbers = [row for batch in read_batches(path, dialect) for row in batch.row_numbers.tolist()]
        assert numbers == list(range(1, 61))

    def test_a_sheet_can_be_chosen_and_all_with_other_columns(self, tmp_path):
        truth = make_songs(1)
        rows, path = rows_of(truth), tmp_path / "songs.xlsx"
        other = [[*row[:2], row[2]] for row in rows[:11]]
        write_workbook(path, {"A": Sheet(rows), "B": Sheet(other)})
        assert [part.sheet for part in imported(path)[1].parts] == ["A"]
        assert len(imported(path, Reading(sheet="B"))[0]) == 10
        songs, dialect, _ = imported(path, Reading(sheet=ALL_SHEETS))
        assert dialect.names == COLUMNS
        assert songs[-1]["tempo"] is None
        with pytest.raises(SongFileError, match="no sheet “C” with songs"):
            sniff(path, reading=Reading(sheet="C"))

    @pytest.mark.parametrize("seed", SEEDS)
    def test_titles_empty_rows_and_merged_artists(self, tmp_path, seed):
        truth, rng = make_songs(seed), random.Random(seed)
        rows, merged = rows_of(truth), []
        above = [["My songs of 2024"], [], ["exported", "", "2024"]][: rng.randrange(4)]
        start, artists = 1, []
        while start < len(rows):
            size = min(rng.randrange(1, 6), len(rows) - start)
            artists += [rows[start][1]] * size
            for row in rows[start + 1 : start + size]:
                row[1] = ""
            if size > 1:
                merged.append(f"B{start + len(above) + 1}:B{start + len(above) + size}")
            start += size
        path = tmp_path / "songs.xlsx"
        write_workbook(path, {"Songs": Sheet([*above, *rows], tuple(merged))})
        songs, _, _ = imported(path)
        assert [song["artist"] for song in songs] == artists
        assert [song["title"] for song in songs] == titles_of(truth)

    def test_names_below_merged_groups(self, tmp_path):
        rows = [
            ["Song", "", "Mean", "", "Spread", ""],
            ["title", "artist", "energy", "tempo", "energy", "tempo"],
        ]
        rows += [[f"S{n}", "A", f"0.{n}", str(90 + n), "0.1", "3"] for n in range(1, 9)]
        path = tmp_path / "songs.xlsx"
        write_workbook(path, {"Songs": Sheet(rows, ("A1:B1", "C1:D1", "E1:F1"))})
        dialect = sniff(path)
        assert dialect.parts[0].names == (
            "title", "artist", "Mean energy", "Mean tempo", "Spread energy", "Spread tempo",
        )  # fmt: skip


class TestHeader:
    SONGS: list[list[str]] = [[f"Song {n}", "Ada", f"0.{n}", str(100 + n)] for n in range(1, 9)]

    def test_of_unknown_names_is_the_first_row_with_words_above_numbers(self):
        assert find_header([["navn", "hvem", "kraft", "fart"], *self.SONGS]) == (1, 1)
        assert find_header([["Playlist 7"], ["navn", "hvem", "kraft", "fart"], *self.SONGS]) == (2, 1)

    def test_of_counted_columns_is_one(self):
        assert find_header([["0", "1", "2", "3"], *self.SONGS]) == (1, 1)
        assert find_header([["title", "artist", "0", "1"], *self.SONGS]) == (1, 1)

    def test_is_no_song_whose_numbers_are_missing(self):
        rows = [["title", "artist", "energy", "tempo"], ["Song", "Ada", "", "n/a"], *self.SONGS]
        assert find_header(rows) == (1, 1)

    def test_is_no_song_with_a_word_for_a_title(self):
        rows = [["name", "by", "kraft", "fart"], ["energy", "tempo", "0.5", "100"], *self.SONGS]
        assert find_header(rows) == (1, 1)

    def test_can_be_moved(self, tmp_path):
        path = tmp_path / "songs.csv"
        rows = [["title", "artist", "energy", "tempo"], ["navn", "hvem", "kraft", "fart"], *self.SONGS]
        path.write_text(text_of(rows))
        for reading, names in (
            (Reading(header=2), ("navn", "hvem", "kraft", "fart")),
            (Reading(header=1, header_rows=2), ("title", "artist", "energy", "tempo (fart)")),
            (Reading(header=0), ("Column 1", "Column 2", "Column 3", "Column 4")),
        ):
            dialect = sniff(path, reading=reading)
            assert dialect.parts[0].names[:3] == names[:3]
            read = sum(len(batch.table) for batch in read_batches(path, dialect))
            assert read == 10 - dialect.parts[0].above

    @pytest.mark.parametrize(
        ("reading", "sentence"),
        [
            ({"header": 31}, "up to 30"),
            ({"header": -1}, "up to 30"),
            ({"header": 1, "header_rows": 4}, "1 to 3 rows"),
        ],
    )
    def test_cannot_be_anywhere(self, reading, sentence):
        with pytest.raises(SongFileError, match=sentence):
            Reading(**reading)

    def test_below_the_songs_is_refused(self, tmp_path):
        path = tmp_path / "songs.csv"
        path.write_text("title,energy\nOne,0.5\n")
        with pytest.raises(SongFileError, match="cannot be row 3 of 2"):
            sniff(path, reading=Reading(header=3))

    def test_names_that_repeat_are_numbered(self):
        assert part_of("", [["a", "a", ""], ["1", "2", "3"]], 1, 1).names == ("a", "a (2)", "")


@pytest.mark.parametrize("style", ["backslash", "blanks", "wrapped"])
def test_a_mark_that_never_closes_costs_its_own_row_only(tmp_path, style):
    lines = {"backslash": r'"S {n} \"x\"",0.5', "blanks": '"S {n}, x", 0.5', "wrapped": '"S {n},""0.5"""'}[
        style
    ]
    path = tmp_path / "songs.csv"
    rows = [lines.format(n=n) for n in range(400)]
    path.write_text("title,energy\n" + "\n".join([*rows, '"open, 1', *rows]) + "\n")
    dialect = sniff(path)
    assert dialect.style == style
    batches = list(read_batches(path, dialect))
    assert sum(len(batch.table) for batch in batches) >= 800
    assert sum(len(batch.table) + len(batch.bad_rows) for batch in batches) == 801


def test_lines_count_on_in_a_rewritten_text(tmp_path):
    path = tmp_path / "songs.csv"
    text = "title,energy\n" + '"two\nlines \\"x\\"",0.5\n' * 3 + '"a \\"b\\"",1,2\n' + '"c \\"d\\"",0.5\n' * 9
    path.write_text(text)
    (batch,) = read_batches(path, sniff(path))
    assert batch.lines.tolist() == [2, 4, 6, *range(9, 18)]
    assert [(bad.row, bad.line) for bad in batch.bad_rows] == [(4, 8)]
    assert (
        list(csv.reader(text.splitlines(keepends=True), escapechar="\\"))[1][0]
        == batch.table["title"][0].as_py()
    )


class TestOtherWorkbooks:
    def write(self, kind, path, sheets):
        cells = {
            name: [[float(cell) if cell[:1] in "-0123456789" else cell for cell in row] for row in rows]
            for name, rows in sheets.items()
        }
        if kind == "ods":
            write_ods(path, "".join(ods_table(name, rows) for name, rows in cells.items()))
        else:
            write_xlsb(path, {name: xlsb_sheet(rows) for name, rows in cells.items()})

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("kind", ["ods", "xlsb"])
    def test_come_back(self, tmp_path, kind, seed):
        truth = make_songs(seed)
        rows, path = rows_of(truth), tmp_path / "songs"
        self.write(kind, path, {"A": [["My songs"], *rows[:31]], "B": [rows[0], *rows[31:]]})
        songs, dialect, _ = imported(path)
        assert dialect.format == kind
        assert [(part.sheet, part.header) for part in dialect.parts] == [("A", 2), ("B", 1)]
        assert_songs(songs, truth, titles_of(truth))
        assert 50 < estimate_rows(path, dialect) < 80 or kind == "xlsb"

    def test_what_is_none_is_told_to_be_saved_as_another(self, tmp_path):
        path = tmp_path / "songs.ods"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", "<office:document-content/>")
        with pytest.raises(SongFileError, match=r"Save it again, as \.xlsx or CSV"):
            sniff(path)
