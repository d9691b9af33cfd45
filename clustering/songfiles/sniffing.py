"""What is this file? Format, compression, encoding and delimiter, told by its bytes and not its name."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import Path

from clustering.songfiles import SongFileError
from clustering.songfiles.encodings import decode, find_doubled, guess_encoding
from clustering.songfiles.formats.quoting_styles import STYLES, records
from clustering.songfiles.formats.records import DELIMITER_NAMES, Dialect
from clustering.songfiles.streams import LimitedStream

SNIFFED_BYTES = 1 * 2**20
SNIFFED_LINES = 300
BLANKS_BELOW = 0.9
"""Cells between blanks are looked for only where lines agree less about any other delimiter: texts have blanks."""
WANTED = "Upload a CSV, TSV, Excel (.xlsx), OpenDocument (.ods) or Parquet table of songs, gzipped or not."

_FOREIGN = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a sound, film or WebP image"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "a sound recording"),
    (b"fLaC", "a sound recording"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an Excel file of the old kind (.xls): save it as .xlsx or CSV"),
    (b"SQLite format 3", "an SQLite database"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard"),
    (b"\x1f\x8b", "compressed twice"),
    (b"\x80\x04\x95", "a Python pickle"),
)
_MARKUP = re.compile(rb"^\s*(<!doctype|<html|<\?xml|[\[{]\s*[\[{\"])", re.IGNORECASE)
_WRAPPED_LINE = re.compile(r'^".*"[;,\t ]*$')
_TO_JAPANESE = re.compile(rb"\x1b\$[@B]")
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")


def sniff_bytes(path: Path, filename: str, encoding: str = "") -> Dialect:
    """Return how a file is written; a SongFileError where it is no table. A text's encoding can be given."""
    if path.stat().st_size == 0:
        raise SongFileError(f"“{filename}” is empty (0 bytes). {WANTED}")
    with path.open("rb") as file:
        compression = "gzip" if file.read(2) == b"\x1f\x8b" else ""
    with LimitedStream(path, compression) as stream:
        head = stream.read(SNIFFED_BYTES)
    if not head:
        raise SongFileError(f"“{filename}” is empty once it is unpacked. {WANTED}")
    if head.startswith(b"PAR1"):
        return Dialect("parquet", compression)
    if head.startswith(b"PK\x03\x04"):
        return Dialect("xlsx", compression)  # of which kind is seen where it is unpacked
    for signature, what in _FOREIGN:
        if head.startswith(signature):
            raise SongFileError(f"“{filename}” is not a table of songs: it is {what}. {WANTED}")
    if _MARKUP.match(head) or head[257:262] == b"ustar":
        raise SongFileError(
            f"“{filename}” is not a table of songs: it is a web page, XML, JSON or an archive. {WANTED}"
        )
    found, text = (encoding, decode(head, encoding)) if encoding else decode_head(head, filename)
    if not text.strip():
        raise SongFileError(f"“{filename}” holds nothing but empty lines. {WANTED}")
    style, delimiter = find_style(text)
    return Dialect("csv", compression, found, delimiter, style)


def decode_head(head: bytes, filename: str) -> tuple[str, str]:
    """Return the encoding of the beginning of a text, and the text."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # the one begins as UTF-16's does
        return "utf-32", head.decode("utf-32", errors="ignore")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", head.decode("utf-16", errors="ignore")
    zeros = head.count(0)
    if zeros * 4 > len(head):  # UTF-16 without its mark: every second byte of Western text is 0
        even = head[0::2].count(0)
        for encoding, share in (("utf-16-be", even), ("utf-16-le", zeros - even)):
            text = head.decode(encoding, errors="ignore")
            if share > 0.95 * zeros and "\0" not in text:
                return encoding, text
    if zeros * 1000 > len(head) or sum(map(head.count, _CONTROL)) * 100 > len(head):
        line = head[: max(head.find(b"\0"), 0)].count(b"\n") + 1
        raise SongFileError(
            f"“{filename}” is not text: {zeros:,} of its first {len(head):,} bytes are zero (NUL), the first "
            f"in line {line:,}. It is damaged or of another kind. {WANTED}"
        )
    if head.isascii() and _TO_JAPANESE.search(head):
        return "iso2022_jp", decode(head, "iso2022_jp")
    head = head.removeprefix(codecs.BOM_UTF8)
    lines = head.split(b"\n")[: -1 if len(head) > SNIFFED_BYTES - 8 else None]
    foreign = Counter(_is_utf8(line) for line in lines if not line.isascii())
    if foreign[False] > foreign[True]:
        encoding = guess_encoding(b"\n".join(lines))
        return encoding, decode(head, encoding)
    text = head.decode(errors="replace")
    encoding = find_doubled(text) or "utf-8"
    return encoding, text if encoding == "utf-8" else decode(head, encoding)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def find_style(text: str) -> tuple[str, str]:
    """Return the quoting style and the delimiter under which most of many lines have the same number of cells."""
    lines = [line + "\n" for line in text.lstrip("\ufeff\r\n ").splitlines() if line.strip()][:SNIFFED_LINES]
    said = re.match(r'^"?sep=(.?)"?$', lines[0].strip(), re.IGNORECASE) if lines else None
    lines = lines[1:] if said else lines
    best, best_score = ("", ","), 0.0
    for style in STYLES:
        for delimiter in DELIMITER_NAMES:
            if (delimiter == " " and best_score > BLANKS_BELOW) or not _looks_like(style, delimiter, lines):
                continue
            score = _agreement(lines, style, delimiter)
            score += 1 if said and said[1] == delimiter and score else 0
            if score > best_score or (style in {"backslash", "blanks"} and score == best_score > 0):
                best, best_score = (style, delimiter), score
    return best


def _agreement(lines: list[str], style: str, delimiter: str) -> float:
    """Return how far lines agree in the number of their cells, a little more for many cells; 0 for a single one."""
    widths = [len(record) if record else 0 for record in records("".join(lines), style, delimiter)]
    sure = 1.0
    if widths.count(0) * 2 > len(widths):  # a mark that never closes takes the rest along
        widths, sure = [line.count(delimiter) + 1 for line in lines], 0.5
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0
    usual = max(counted, key=lambda width: (counted[width], width))
    begins = widths[0] in {usual, usual - 1}
    return sure * (counted[usual] / len(widths) + min(usual, 50) / 100 + 0.05 * begins)


def _looks_like(style: str, delimiter: str, lines: list[str]) -> bool:
    """Tell whether lines have what a style has, so that it is worth a try."""
    if not style:
        return True
    if style == "wrapped":
        return any(_WRAPPED_LINE.match(line) for line in lines)
    if style == "backslash":
        return any('\\"' in line or "\\" + delimiter in line for line in lines)
    if delimiter in " \t":
        return False
    marks = sum(line.count(delimiter) for line in lines)
    followed = sum(line.count(delimiter + " ") for line in lines)
    opened = re.compile(re.escape(delimiter) + r' +"(?!")')
    opening = sum(bool(opened.search(line)) for line in lines)
    return bool(marks) and (followed >= 0.9 * marks or opening * 3 >= len(lines))
