"""Playlists as files: M3U8, XSPF, JSPF, CSV and plain addresses.

Titles come from other people's files: line breaks would end an entry of M3U8, control characters are no XML, and a
spreadsheet runs what begins like a formula. Each writer sees to what its format cannot hold.

References
----------
XSPF version 1, https://www.xspf.org/spec; JSPF, https://www.xspf.org/jspf. M3U has no specification: `#EXTM3U`,
`#EXTINF:seconds,Artist - Title` and a place on the next line is what players agree on.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree

from clustering.songfiles.formula_injection import escape

XSPF_NAMESPACE = "http://xspf.org/ns/0/"
CSV_COLUMNS = ("position", "title", "artist", "album", "duration_ms", "uri")

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")
_SPOTIFY_ID = re.compile(r"^[0-9A-Za-z]{22}$")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# what systems refuse, and what turns the direction of writing, behind which another ending can hide
_NOT_IN_FILE_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]')
_KEPT_IN_ADDRESSES = "%/:=&?~#+!$,;'@()*"


@dataclass(frozen=True, slots=True)
class Track:
    """A song as playlist files know it; empty where unknown.

    `also` are other artists and titles that its name can mean, the likelier first.
    """

    title: str
    artist: str = ""
    album: str = ""
    duration_ms: int | None = None
    uri: str = ""
    also: tuple[tuple[str, str], ...] = ()


def address_of(external_id: str | None) -> str:
    """Return where a song can be played, if its id in the uploaded file says so.

    Examples
    --------
    >>> address_of("4cOdK2wGLETKBW3PvgPWqT"), address_of("https://example.org/a b"), address_of("42")
    ('spotify:track:4cOdK2wGLETKBW3PvgPWqT', '', '')
    """
    text = (external_id or "").strip()
    if _SPOTIFY_ID.match(text):
        return f"spotify:track:{text}"
    return text if _SCHEME.match(text) else ""


def write_m3u8(name: str, tracks: Sequence[Track]) -> bytes:
    """Write an extended M3U in UTF-8; a song without an address is the file "Artist - Title.mp3"."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_one_line(name)}"]
    for track in tracks:
        seconds = -1 if track.duration_ms is None else round(track.duration_ms / 1000)
        words = " - ".join(filter(None, (_one_line(track.artist), _one_line(track.title))))
        lines += [f"#EXTINF:{seconds},{words}", track.uri or file_name(words, "mp3")]
    return ("\n".join(lines) + "\n").encode()


def write_xspf(name: str, tracks: Sequence[Track]) -> bytes:
    """Write XSPF version 1."""
    root = ElementTree.Element("playlist", version="1", xmlns=XSPF_NAMESPACE)
    _add(root, "title", name)
    songs = ElementTree.SubElement(root, "trackList")
    for track in tracks:
        song = ElementTree.SubElement(songs, "track")
        if track.uri:
            _add(song, "location", quote(track.uri, safe=_KEPT_IN_ADDRESSES))
        _add(song, "title", track.title)
        _add(song, "creator", track.artist)
        _add(song, "album", track.album)
        _add(song, "duration", "" if track.duration_ms is None else str(track.duration_ms))
    ElementTree.indent(root)
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode").encode()
    )


def write_jspf(name: str, tracks: Sequence[Track]) -> bytes:
    """Write JSPF: XSPF in JSON."""
    songs = []
    for track in tracks:
        song: dict[str, object] = {"title": _one_line(track.title)}
        if track.uri:
            song["location"] = [quote(track.uri, safe=_KEPT_IN_ADDRESSES)]
        if track.artist:
            song["creator"] = _one_line(track.artist)
        if track.album:
            song["album"] = _one_line(track.album)
        if track.duration_ms is not None:
            song["duration"] = track.duration_ms
        songs.append(song)
    document = {"playlist": {"title": _one_line(name), "track": songs}}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def write_csv(name: str, tracks: Sequence[Track]) -> bytes:
    """Write a table of the songs; text that a spreadsheet would run gets an apostrophe before it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for place, track in enumerate(tracks, start=1):
        texts = [escape(_one_line(text)) for text in (track.title, track.artist, track.album)]
        duration = "" if track.duration_ms is None else track.duration_ms
        writer.writerow([place, *texts, duration, escape(track.uri)])
    return buffer.getvalue().encode()


def write_uris(name: str, tracks: Sequence[Track]) -> bytes:
    """Write one address a line, to be pasted into a player; songs without one are left out."""
    return "".join(f"{track.uri}\n" for track in tracks if track.uri).encode()


@dataclass(frozen=True, slots=True)
class PlaylistFormat:
    """A kind of playlist file."""

    label: str
    content_type: str
    write: Callable[[str, Sequence[Track]], bytes]
    what_for: str


FORMATS: dict[str, PlaylistFormat] = {
    "m3u8": PlaylistFormat(
        "M3U8", "audio/x-mpegurl", write_m3u8, "for players such as VLC, Winamp or foobar2000"
    ),
    "xspf": PlaylistFormat(
        "XSPF", "application/xspf+xml", write_xspf, "for players that look songs up by name"
    ),
    "jspf": PlaylistFormat(
        "JSPF", "application/json", write_jspf, "the same as JSON, as used by ListenBrainz"
    ),
    "csv": PlaylistFormat(
        "CSV", "text/csv; charset=utf-8", write_csv, "for spreadsheets and playlist converters"
    ),
    "txt": PlaylistFormat(
        "Addresses", "text/plain; charset=utf-8", write_uris, "to paste into a player's window"
    ),
}
"""Each kind by its file ending."""


def _one_line(text: str) -> str:
    return " ".join(_NOT_IN_XML.sub(" ", text).split())


def _add(parent: ElementTree.Element, tag: str, text: str) -> None:
    if line := _one_line(text):
        ElementTree.SubElement(parent, tag).text = line


def file_name(words: str, ending: str) -> str:
    r"""Return a file name on any system; `#` at its beginning would make it a remark in M3U.

    Examples
    --------
    >>> file_name('AC/DC: "live"', "m3u8"), file_name("../..", "csv")
    ('AC_DC_ _live_.m3u8', '_...csv')
    >>> file_name("night\u202e3u8m.exe", "csv")
    'night_3u8m.exe.csv'
    """
    safe = _NOT_IN_FILE_NAMES.sub("_", _one_line(words))[:120].lstrip("#. ").rstrip()
    return f"{safe or 'playlist'}.{ending}"
