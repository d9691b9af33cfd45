"""The shapes that song files have: songs as rows of cells, written in all the habits of programs and people."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from tests.songfiles.dialects import Song, plain

COLUMNS = ("title", "artist", "energy", "danceability", "loudness", "tempo", "duration_ms")
Rows = list[list[str]]


def rows_of(songs: Sequence[Song]) -> Rows:
    """Return songs as cells below a header; titles have commas and quotation marks."""
    cells = [[plain(song[column]) for column in COLUMNS] for song in songs]
    for number, row in enumerate(cells):
        row[0] = (row[0], f"{row[0]}, part 2", f'{row[0]} "live"')[number % 3]
    return [list(COLUMNS), *cells]


def titles_of(songs: Sequence[Song]) -> list[str]:
    return [row[0] for row in rows_of(songs)[1:]]


def text_of(rows: Rows, delimiter: str = ",", **options: object) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n", **options).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def trailing(rows: Rows, rng: random.Random) -> str:
    """A delimiter ends each row; the header sometimes, too."""
    delimiter = rng.choice(",;\t")
    head, *lines = text_of(rows, delimiter).splitlines()
    more = delimiter * rng.choice([1, 1, 2])
    return "\n".join([head + rng.choice(["", more]), *(line + more for line in lines)]) + "\n"


def trailing_in_header(rows: Rows, rng: random.Random) -> str:
    head, *lines = text_of(rows).splitlines()
    return "\n".join([head + ",", *lines]) + "\n"


def row_names(rows: Rows, rng: random.Random) -> str:
    """As R's write.table: the rows have names, and their column has none."""
    head, *songs = rows
    delimiter = rng.choice(", \t;")
    quoted = [[f'"{number}"', *map(r_cell, row)] for number, row in enumerate(songs, 1)]
    names = [f'"{name}"' for name in head]
    return "\n".join(delimiter.join(row) for row in [names, *quoted]) + "\n"


def r_cell(cell: str) -> str:
    try:
        float(cell)
    except ValueError:
        return '"' + cell.replace('"', '\\"') + '"'
    return cell


def blanks(rows: Rows, rng: random.Random) -> str:
    """A blank stands behind each delimiter."""
    delimiter = rng.choice(",;")
    every = rng.random() < 0.5
    lines = []
    for row in rows:
        cells = [
            '"' + cell.replace('"', '""') + '"' if every or not set(cell).isdisjoint(',;"') else cell
            for cell in row
        ]
        lines.append(f"{delimiter} ".join(cells))
    return "\n".join(lines) + "\n"


def backslashes(rows: Rows, rng: random.Random) -> str:
    """As Spark and MySQL: a backslash before a quotation mark."""
    options = {"quoting": rng.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])}
    return text_of(rows, rng.choice(",;\t"), doublequote=False, escapechar="\\", **options)


def unquoted_backslashes(rows: Rows, rng: random.Random) -> str:
    """As MySQL without enclosing: a backslash before a delimiter."""
    return text_of(rows, rng.choice(",;"), quoting=csv.QUOTE_NONE, escapechar="\\", quotechar=None)


def wrapped(rows: Rows, rng: random.Random) -> str:
    """Each row is one quoted cell; the header is not always."""
    head, *lines = text_of(rows).splitlines()
    end = rng.choice(["", ";;", ""])
    wrap = ['"' + line.replace('"', '""') + '"' + end for line in lines]
    return "\n".join([rng.choice([head, f'"{head}"']), *wrap]) + "\n"


def wrapped_some(rows: Rows, rng: random.Random) -> str:
    """Only rows with quotation marks are one cell, as a spreadsheet leaves them that cut at semicolons."""
    lines = text_of(rows).splitlines()
    return "\n".join('"' + line.replace('"', '""') + '"' if '"' in line else line for line in lines) + "\n"


def titled(rows: Rows, rng: random.Random) -> str:
    """Lines stand above the header."""
    lines = ["Road trip 2024 - exported 01/05/2024", "filter: none", "", "Songs: 60, sorted by date", ",,,"]
    above = "\n".join(rng.sample(lines, rng.randrange(1, 5)))
    return rng.choice(["", "\n"]) + above + "\n" + text_of(rows)


def separated(rows: Rows, rng: random.Random) -> str:
    delimiter = rng.choice(";|\t")
    return f"sep={delimiter}\n" + rng.choice(["", "My songs\n\n"]) + text_of(rows, delimiter)


def grouped_header(rows: Rows, rng: random.Random) -> str:
    """Groups stand above the names."""
    groups = ["Song", "", "Sound", "", "", "", ""]
    return text_of([groups, *rows])


def units_below(rows: Rows, rng: random.Random) -> str:
    """Units stand below the names."""
    return text_of([rows[0], ["", "", "0-1", "0-1", "dB", "BPM", "ms"], *rows[1:]])


def two_languages(rows: Rows, rng: random.Random) -> str:
    """Names stand below the names."""
    german = ["Lied", "Künstler", "Energie", "Tanzbarkeit", "Lautstärke", "Tempo", "Dauer"]
    return text_of([rows[0], german, *rows[1:]])


def three_rows(rows: Rows, rng: random.Random) -> str:
    """As pandas writes columns of two levels, with the index's name below them."""
    groups = ["", "track", "track", *["audio_features"] * 5]
    names = ["", *rows[0]]
    index = ["track_no", *[""] * 7]
    songs = [[str(number), *row] for number, row in enumerate(rows[1:])]
    return text_of([groups, names, index, *songs])


SHAPES: dict[str, Callable[[Rows, random.Random], str]] = {
    shape.__name__: shape
    for shape in (
        trailing,
        trailing_in_header,
        row_names,
        blanks,
        backslashes,
        unquoted_backslashes,
        wrapped,
        wrapped_some,
        titled,
        separated,
        grouped_header,
        units_below,
        two_languages,
        three_rows,
    )
}


def no_header(rows: Rows, rng: random.Random) -> str:
    return text_of(rows[1:], rng.choice(",;\t"))


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, with cells that are merged over rows."""

    rows: Rows
    merged: tuple[str, ...] = ()


def write_workbook(path: Path, sheets: dict[str, Sheet]) -> None:
    """Write an .xlsx; what looks like a number is one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, sheet in sheets.items():
        page = book.create_sheet(name)
        for row in sheet.rows:
            page.append([_value(cell) for cell in row])
        for cells in sheet.merged:
            page.merge_cells(cells)
    book.save(path)


def _value(cell: str) -> float | str | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell


ENCODED = {
    "cp1250": [
        "Příliš žluťoučký kůň",
        "Łódź nocą",
        "Ještě jednou",
        "Őszi szél",
        "Gęślą jaźń",
        "Čas růží",
        "Žižkov",
    ],
    "cp1251": [
        "Тихий сад",
        "Северный ветер",
        "Звезда по имени Солнце",
        "Белые розы",
        "Перемен",
        "Ясная ночь",
    ],
    "cp1252": [
        "Café del Mar",
        "Señorita",
        "Für Elise",
        "Garçon à la plage",
        "Ångström",
        "Motörhead",
        "L’été",
    ],
    "mac_roman": [
        "Café del Mar",
        "Señorita",
        "Für Elise",
        "Garçon à la plage",
        "Ångström",
        "Motörhead",
        "Naïve",
    ],
    "cp932": ["青い鳥", "東京の夜", "森の声", "夜に駆ける", "さくら", "津軽海峡冬景色", "カタカナの歌"],
    "utf-8 read as cp1252": [
        "Café del Mar",
        "Señorita",
        "Für Elise",
        "À la plage",
        "Ångström",
        "東京の夜",
        "L’été",
    ],
    "utf-8 read as mac_roman": ["Café del Mar", "Señorita", "Für Elise", "Ångström", "Motörhead", "Naïve"],
    "utf-8 read as cp1251": ["Тихий сад", "Северный ветер", "Белые розы", "Перемен"],
    "koi8_r": ["Тихий сад", "Северный ветер", "Звезда по имени Солнце", "Белые розы", "Перемен"],
    "euc_jp": ["青い鳥", "東京の夜", "森の声", "夜に駆ける", "さくら", "カタカナの歌"],
    "gb18030": ["月亮代表我的心", "青花瓷", "甜蜜蜜", "夜来香", "朋友"],
    "big5": ["月亮代表我的心", "青花瓷", "甜蜜蜜", "夜來香", "朋友"],
    "cp949": ["봄날", "밤편지", "사랑했지만", "거리에서", "좋은 날"],
    "cp1253": ["Καλημέρα", "Αγάπη μου", "Θάλασσα", "Νύχτα μαγική", "Όνειρο"],
    "cp850": ["Café del Mar", "Señorita", "Für Elise", "Garçon à la plage", "Ångström", "Motörhead"],
    "cp852": ["Příliš žluťoučký kůň", "Łódź nocą", "Ještě jednou", "Őszi szél", "Gęślą jaźń", "Čas růží"],
    "iso8859_2": ["Příliš žluťoučký kůň", "Łódź nocą", "Ještě jednou", "Őszi szél", "Gęślą jaźń", "Žižkov"],
    "cp866": ["Тихий сад", "Северный ветер", "Звезда по имени Солнце", "Белые розы", "Перемен"],
    "koi8_u": ["Тихий сад", "Їжак", "Єдина", "Літо пісня", "Ніч яка місячна"],
    "cp1255": ["שיר השירים", "לילה טוב", "ירושלים של זהב", "שלום", "הבה נגילה"],
    "cp1256": ["حبيبي يا نور العين", "ليالي", "نسم علينا الهوى", "أنت عمري", "يا ليل"],
    "cp874": ["รักเธอ", "คืนนี้", "ดอกไม้", "ฝนตก", "เพลงรัก"],
    "iso2022_jp": ["青い鳥", "東京の夜", "森の声", "夜に駆ける", "さくら", "カタカナの歌"],
    "utf-32": ["Café del Mar", "東京の夜", "Тихий сад"],
    "cp1254": ["Gülşen", "Şıkıdım", "İstanbul", "Çiçek", "Ağlamak güzeldir", "Yalnız değilsin"],
}
"""Words that files in each encoding are about."""

CP1252 = "".join(
    bytes([code]).decode("cp1252", errors="ignore") or bytes([code]).decode("latin-1") for code in range(256)
)


def encoded(text: str, encoding: str) -> bytes:
    """Return a text as a file has it."""
    wrong = encoding.removeprefix("utf-8 read as ")
    if wrong == encoding:
        return text.encode(encoding)
    read = (
        "".join(CP1252[code] for code in text.encode())
        if wrong == "cp1252"
        else text.encode().decode(wrong, "ignore")
    )
    return read.encode()
