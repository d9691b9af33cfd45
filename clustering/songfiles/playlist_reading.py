"""Playlist files back to songs: M3U, XSPF, JSPF, CSV and plain addresses, told apart by what is in them."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from clustering.songfiles import SongFileError
from clustering.songfiles.aliases import field_of
from clustering.songfiles.formula_injection import without_apostrophe
from clustering.songfiles.playlists import Track
from clustering.songfiles.streams import decode_cp1252

MAX_BYTES = 10 * 2**20
MAX_TRACKS = 10_000
WANTED = "Choose an M3U, M3U8, XSPF, JSPF or CSV playlist, or a text file with one address a line."

_EXTINF = re.compile(r"^#EXTINF:\s*(-?[\d.]+)?[^,]*,(.*)$", re.IGNORECASE)
_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$|^[0-9A-Za-z]{22}$")
_ENDING = re.compile(r"\.(mp3|m4a|flac|ogg|opus|wav|aac|wma)$", re.IGNORECASE)


def read_playlist(data: bytes, name: str) -> list[Track]:
    """Return the songs that a playlist file names, in its order.

    Raises
    ------
    SongFileError
        Where it is no playlist, an empty one, or too large; `name` is what the message calls it.
    """
    if len(data) > MAX_BYTES:
        raise SongFileError(f"“{name}” has more than {MAX_BYTES >> 20} MB, too much for a playlist. {WANTED}")
    text = _decode(data).replace("\0", "").strip()  # no database stores it
    if not text:
        raise SongFileError(f"“{name}” is empty. {WANTED}")
    tracks: list[Track] = []
    for track in _tracks(text, data, name):
        if len(tracks) == MAX_TRACKS:
            raise SongFileError(
                f"“{name}” has more than {MAX_TRACKS:,} songs. Split it, or upload it as a dataset."
            )
        if track.title or track.uri:
            tracks.append(track)
    if not tracks:
        raise SongFileError(f"“{name}” names no songs. {WANTED}")
    return tracks


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode_cp1252(data)


def _tracks(text: str, data: bytes, name: str) -> Iterator[Track]:
    if text.startswith("<"):
        return _from_xspf(data, name)
    if text.startswith("{"):
        return _from_jspf(text, name)
    lines = text.splitlines()
    if text.upper().startswith("#EXTM3U") or any(_EXTINF.match(line) for line in lines[:5]):
        return _from_m3u(lines)
    first = next((line.strip() for line in lines if not line.startswith("#")), "")
    if _ADDRESS.match(first) or _ENDING.search(first):
        return _from_m3u(lines)
    return _from_csv(text, name)


def _from_m3u(lines: list[str]) -> Iterator[Track]:
    words, seconds = "", None
    for line in map(str.strip, lines):
        if found := _EXTINF.match(line):
            seconds, words = _number(found[1]), found[2].strip()
        elif line and not line.startswith("#"):
            is_address = bool(_ADDRESS.match(line))
            known = words or ("" if is_address else _ENDING.sub("", re.split(r"[/\\]", line)[-1]))
            artist, dash, title = known.partition(" - ")
            yield Track(
                title=title if dash else known,
                artist=artist if dash else "",
                duration_ms=None if seconds is None or seconds < 0 else round(seconds * 1000),
                uri=line if is_address else "",
            )
            words, seconds = "", None


def _from_xspf(data: bytes, name: str) -> Iterator[Track]:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SongFileError(f"“{name}” begins like XML, but cannot be read as XSPF. {WANTED}") from error
    for song in root.iterfind(".//{*}track"):
        parts = {_local(part.tag): (part.text or "").strip() for part in reversed(song)}
        yield Track(
            title=parts.get("title", ""),
            artist=parts.get("creator", ""),
            album=parts.get("album", ""),
            duration_ms=_whole(parts.get("duration")),
            uri=parts.get("location") or parts.get("identifier", ""),
        )


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _from_jspf(text: str, name: str) -> Iterator[Track]:
    try:
        songs = json.loads(text)["playlist"]["track"]
        for song in songs:
            places = song.get("location") or song.get("identifier") or ""
            yield Track(
                title=_storable(song.get("title")),
                artist=_storable(song.get("creator")),
                album=_storable(song.get("album")),
                duration_ms=_whole(song.get("duration")),
                uri=_storable(places[0] if isinstance(places, list) else places),
            )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SongFileError(f"“{name}” begins like JSON, but is no JSPF playlist. {WANTED}") from error


def _storable(value: Any) -> str:
    """Return what JSON holds as text, without what only an escape of JSON's can bring: NUL and half a character."""
    text = str(value or "").replace("\0", "")
    return re.sub(r"[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def _from_csv(text: str, name: str) -> Iterator[Track]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        fields = _fields(next(rows))
        if not {"title", "external_id"} & fields.keys():
            raise SongFileError(f"“{name}” has no column with titles or addresses. {WANTED}")
        for row in rows:
            cells = {field: row[place].strip() for field, place in fields.items() if place < len(row)}
            cells = {field: without_apostrophe(cell) for field, cell in cells.items()}
            yield Track(
                title=cells.get("title", ""),
                artist=cells.get("artist", ""),
                album=cells.get("album", ""),
                duration_ms=_whole(cells.get("duration_ms")),
                uri=cells.get("external_id", ""),
            )
    except csv.Error as error:
        raise SongFileError(f"“{name}” cannot be read as a table: {error}. {WANTED}") from error


def _fields(header: list[str]) -> dict[str, int]:
    """Return the column of each field; of several the one whose name says it best."""
    found: dict[str, tuple[int, int]] = {}
    for place, column in enumerate(header):
        match = field_of(column)
        if match is not None:
            field, rank = match
            found[field] = min(found.get(field, (rank, place)), (rank, place))
    return {field: place for field, (_, place) in found.items()}


def _number(text: Any) -> float | None:
    try:
        number = float(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if -1e9 < number < 1e9 else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None or number <= 0 else round(number)
