"""Playlist files back to songs: M3U, PLS, XSPF, JSPF, tables and lines, told apart by what is in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from clustering.songfiles import SongFileError
from clustering.songfiles.aliases import field_of
from clustering.songfiles.encodings import decode, guess_encoding
from clustering.songfiles.formats.quoting_styles import records
from clustering.songfiles.formula_injection import without_apostrophe
from clustering.songfiles.playlists import Track
from clustering.songfiles.sniffing import decode_head, find_style
from clustering.songfiles.track_names import is_sound_file, listed_track, named_track

MAX_BYTES = 10 * 2**20
MAX_TRACKS = 10_000
WANTED = "Choose an M3U, M3U8, PLS, XSPF, JSPF or CSV playlist, or text with one address or “Artist - Title” per line."

_EXTINF = re.compile(r"^#EXTINF:\s*(-?[\d.]+)?[^,]*,(.*)$", re.IGNORECASE)
_ADDRESS = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:\S+$|^[0-9A-Za-z]{22}$")  # one letter is a drive
_FILE = re.compile(r"^file:", re.IGNORECASE)
_PLS_LINE = re.compile(r"^(File|Title|Length)(\d+)\s*=\s*(.*)$", re.IGNORECASE)
_SEPARATOR_LINE = re.compile(r'^"?sep=.?"?\s*\n', re.IGNORECASE)
HEADER_ROWS = 30
SNIFFED = 2**16


def read_playlist(data: bytes, name: str) -> list[Track]:
    """Return the songs that a playlist file names, in its order.

    Raises
    ------
    SongFileError
        Where it is no playlist, an empty one, or too large; `name` is what the message calls it.
    """
    if len(data) > MAX_BYTES:
        raise SongFileError(f"“{name}” has more than {MAX_BYTES >> 20} MB, too much for a playlist. {WANTED}")
    text = _decode(data, name).replace("\0", "").strip()  # no database stores it
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
        raise SongFileError(f"“{name}” contains no songs. {WANTED}")
    return tracks


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig") if b"\0" not in data else decode(data, decode_head(data, name)[0])
    except UnicodeDecodeError:
        return decode(data, guess_encoding(data))
    except SongFileError:  # it is no text at all, which is said in other words
        return decode(data, "cp1252")


def _tracks(text: str, data: bytes, name: str) -> Iterator[Track]:
    if text.startswith("<"):
        return _from_xml(data, name)
    if text.startswith("{"):
        return _from_jspf(text, name)
    lines = text.splitlines()
    if lines[0].strip().lower() == "[playlist]":
        return _from_pls(lines)
    if text.upper().startswith("#EXTM3U") or any(_EXTINF.match(line) for line in lines[:5]):
        return _from_m3u(lines)
    first = next((line.strip() for line in lines if not line.startswith("#")), "")
    if _ADDRESS.match(first) or is_sound_file(first):
        return _from_m3u(lines)
    return _from_table(text, name)


def _from_m3u(lines: list[str]) -> Iterator[Track]:
    words, seconds = "", None
    for line in map(str.strip, lines):
        if found := _EXTINF.match(line):
            seconds, words = _number(found[1]), found[2].strip()
        elif line and not line.startswith("#"):
            yield _placed(words, line, seconds)
            words, seconds = "", None


def _from_pls(lines: list[str]) -> Iterator[Track]:
    songs: dict[int, dict[str, str]] = {}
    for line in map(str.strip, lines):
        if found := _PLS_LINE.match(line):
            songs.setdefault(int(found[2][:9]), {})[found[1].lower()] = found[3].strip()
    for _, song in sorted(songs.items()):
        yield _placed(song.get("title", ""), song.get("file", ""), _number(song.get("length")))


def _placed(words: str, place: str, seconds: float | None) -> Track:
    """Return the song of a name, which can be missing, and a place, which can be an address or a file."""
    is_address = bool(_ADDRESS.match(place))
    is_file = bool(_FILE.match(place)) or not is_address
    duration = None if seconds is None or seconds < 0 else round(seconds * 1000)
    return named_track(words, place if is_file else "", duration_ms=duration, uri=place if is_address else "")


def _from_xml(data: bytes, name: str) -> Iterator[Track]:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SongFileError(f"“{name}” looks like XML but can’t be read as XSPF. {WANTED}") from error
    for song in root.iterfind(".//COLLECTION/TRACK"):  # Rekordbox
        seconds = _number(song.get("TotalTime"))
        duration = _whole(seconds * 1000 if seconds else None)
        title, artist, album = (song.get(name, "").strip() for name in ("Name", "Artist", "Album"))
        yield Track(title, artist, album, duration)
    for song in root.iterfind(".//{*}track"):
        parts = {_local(part.tag): (part.text or "").strip() for part in reversed(song)}
        place = parts.get("location") or parts.get("identifier", "")
        duration = _whole(parts.get("duration"))
        if not parts.get("creator") and (_FILE.match(place) or is_sound_file(place)):
            found = named_track(parts.get("title", ""), place, duration_ms=duration, uri=place)
            yield replace(found, album=parts.get("album", ""))
            continue
        yield Track(
            title=parts.get("title", ""),
            artist=parts.get("creator", ""),
            album=parts.get("album", ""),
            duration_ms=duration,
            uri=place,
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
        raise SongFileError(f"“{name}” looks like JSON but is not a JSPF playlist. {WANTED}") from error


def _storable(value: Any) -> str:
    """Return what JSON holds as text, without what only an escape of JSON's can bring: NUL and half a character."""
    text = str(value or "").replace("\0", "")
    return re.sub(r"[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def _from_table(text: str, name: str) -> Iterator[Track]:
    style, delimiter = find_style(text[:SNIFFED])
    rows = [row for row in records(_SEPARATOR_LINE.sub("", text), style, delimiter) if row]
    header = max(range(min(len(rows), HEADER_ROWS)), key=lambda row: (_says(rows[row]), -row), default=0)
    fields = _fields(rows[header]) if rows else {}
    if not {"title", "external_id"} & fields.keys():
        yield from _from_lines(text, name)
        return
    for row in rows[header + 1 :]:
        cells = {field: row[place].strip() for field, place in fields.items() if place < len(row)}
        cells = {field: without_apostrophe(cell) for field, cell in cells.items()}
        yield Track(
            title=cells.get("title", ""),
            artist=cells.get("artist", ""),
            album=cells.get("album", ""),
            duration_ms=_whole(cells.get("duration_ms")),
            uri=cells.get("external_id", ""),
        )


def _says(row: list[str]) -> int:
    """Return how many fields of songs a row names, as a header does."""
    fields = _fields(row)
    return len(fields) if {"title", "external_id"} & fields.keys() else 0


def _from_lines(text: str, name: str) -> Iterator[Track]:
    """Yield the songs of lines such as "Artist - Title"; other lines among them are no songs."""
    lines = [line for line in text.splitlines() if line.strip()]
    tracks = [track for line in lines if (track := listed_track(line)) is not None]
    if len(tracks) * 2 < len(lines) or not tracks:
        raise SongFileError(f"“{name}” has no column with titles or addresses. {WANTED}")
    yield from tracks


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
