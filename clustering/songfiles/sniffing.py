"""What is this file? Format, compression, encoding and delimiter, told by its bytes and not its name."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

from clustering.songfiles import SongFileError
from clustering.songfiles.formats.records import DELIMITER_NAMES, Dialect
from clustering.songfiles.streams import LimitedStream, decode_cp1252

SNIFFED_BYTES = 1 * 2**20
SNIFFED_LINES = 300
WANTED = "Upload a CSV, TSV, Excel (.xlsx) or Parquet table of songs, gzipped or not."

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
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")


def sniff_bytes(path: Path, filename: str) -> Dialect:
    """Return how a file is written; a SongFileError where it is no table."""
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
        return Dialect("xlsx", compression)
    for signature, what in _FOREIGN:
        if head.startswith(signature):
            raise SongFileError(f"“{filename}” is not a table of songs: it is {what}. {WANTED}")
    if _MARKUP.match(head) or head[257:262] == b"ustar":
        raise SongFileError(
            f"“{filename}” is not a table of songs: it is a web page, XML, JSON or an archive. {WANTED}"
        )
    encoding, text = decode_head(head, filename)
    if not text.strip():
        raise SongFileError(f"“{filename}” holds nothing but empty lines. {WANTED}")
    return Dialect("csv", compression, encoding, find_delimiter(text))


def decode_head(head: bytes, filename: str) -> tuple[str, str]:
    """Return the encoding of the beginning of a text, and the text."""
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
    head = head.removeprefix(codecs.BOM_UTF8)
    lines = head.split(b"\n")[: -1 if len(head) > SNIFFED_BYTES - 8 else None]
    foreign = Counter(_is_utf8(line) for line in lines if not line.isascii())
    if foreign[False] > foreign[True]:
        return "cp1252", decode_cp1252(head)
    return "utf-8", head.decode(errors="replace")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def find_delimiter(text: str) -> str:
    """Return the delimiter under which most of many lines have as many cells as the header."""
    lines = text.lstrip("\ufeff\r\n ").splitlines(keepends=True)[:SNIFFED_LINES]
    lines = [line for line in lines if line.strip()]
    if lines and re.match(r'^"?sep=.?"?$', lines[0].strip(), re.IGNORECASE):
        lines = lines[1:]
    best, best_score = ",", 0.0
    for delimiter in DELIMITER_NAMES:
        try:
            rows = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter)
            widths = [len(row) for row in rows if row]
        except csv.Error:
            widths = [line.count(delimiter) + 1 for line in lines]
        if not widths or widths[0] < 2:
            continue
        agreeing = sum(width == widths[0] for width in widths) / len(widths)
        score = agreeing + min(widths[0], 50) / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best
