"""Playlist files: each is read back by a parser that knows nothing of ours."""

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import m3u8
import pandas as pd
import pytest
import xmlschema

from clustering.songfiles.playlists import FORMATS, Track, address_of

NAME = 'Night & "day" <เพลง>\nДорога'
TRACKS = [
    Track("ลูกทุ่งคนยาก", "สนธิ สมมาตร", "เพลงดัง", 185_400, "spotify:track:1dtKN6wwlolkM8XZy2y9C1"),
    Track("Дорога, «домой»", "Кино", "", 201_000, "https://example.org/песня?a=1&b=ü"),
    Track('Rock & <b>Roll</b> "live"', "AC/DC", "", None, ""),
    Track("Two\nlines\r\nand\ta bell\x07", "Ada & the 'Tests", "Album", 61_499, ""),
    Track('=HYPERLINK("x")', "-Ada", "@album", 1_000, "spotify:track:5hjsmSnUefdUqzsDogisiX"),
    Track("#1 hit", "", "", 2_000, ""),
]
SEEN = {
    "title": [
        "ลูกทุ่งคนยาก",
        "Дорога, «домой»",
        'Rock & <b>Roll</b> "live"',
        "Two lines and a bell",
        '=HYPERLINK("x")',
        "#1 hit",
    ],
    "artist": ["สนธิ สมมาตร", "Кино", "AC/DC", "Ada & the 'Tests", "-Ada", ""],
    "album": ["เพลงดัง", "", "", "Album", "@album", ""],
}
URI = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$"}
JSPF = {
    "type": "object",
    "required": ["playlist"],
    "properties": {
        "playlist": {
            "type": "object",
            "required": ["track"],
            "properties": {
                "title": {"type": "string"},
                "track": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {
                            "location": {"type": "array", "items": URI},
                            "identifier": {"type": "array", "items": URI},
                            "title": {"type": "string"},
                            "creator": {"type": "string"},
                            "album": {"type": "string"},
                            "duration": {"type": "integer", "minimum": 0},
                        },
                    },
                },
            },
        }
    },
}


def write(ending):
    return FORMATS[ending].write(NAME, TRACKS)


class TestM3u8:
    def test_is_read_by_an_independent_parser(self):
        text = write("m3u8").decode()
        segments = m3u8.loads(text).segments
        words = [f"{a} - {t}" if a else t for a, t in zip(SEEN["artist"], SEEN["title"], strict=True)]
        assert [segment.title for segment in segments] == words
        assert [segment.duration for segment in segments] == [185, 201, -1, 61, 1, 2]
        assert segments[0].uri == TRACKS[0].uri
        assert segments[2].uri == "AC_DC - Rock & _b_Roll__b_ _live_.mp3"
        assert segments[5].uri == "1 hit.mp3"  # with # before it, it would be a remark

    def test_names_the_playlist_on_one_line(self):
        assert write("m3u8").decode().splitlines()[1] == '#PLAYLIST:Night & "day" <เพลง> Дорога'


class TestXspf:
    def test_keeps_to_the_schema(self):
        schema = xmlschema.XMLSchema11(Path(__file__).with_name("xspf.xsd"))
        found: Any = schema.to_dict(io.BytesIO(write("xspf")))
        assert found["title"] == 'Night & "day" <เพลง> Дорога'
        tracks = found["trackList"]["track"]
        assert [track["title"] for track in tracks] == SEEN["title"]
        assert [track.get("creator", "") for track in tracks] == SEEN["artist"]
        assert [track.get("album", "") for track in tracks] == SEEN["album"]
        assert [track.get("duration") for track in tracks] == [185_400, 201_000, None, 61_499, 1_000, 2_000]
        assert tracks[1]["location"] == ["https://example.org/%D0%BF%D0%B5%D1%81%D0%BD%D1%8F?a=1&b=%C3%BC"]


class TestJspf:
    def test_keeps_to_the_schema(self):
        found = json.loads(write("jspf"))
        jsonschema.validate(found, JSPF)
        tracks = found["playlist"]["track"]
        assert [track["title"] for track in tracks] == SEEN["title"]
        assert [track.get("creator", "") for track in tracks] == SEEN["artist"]
        assert tracks[0]["location"] == [TRACKS[0].uri]


class TestCsv:
    def test_is_read_by_pandas_and_harmless_in_a_spreadsheet(self):
        table = pd.read_csv(io.BytesIO(write("csv")), keep_default_na=False)
        assert list(table["position"]) == [1, 2, 3, 4, 5, 6]
        assert list(table["title"]) == [*SEEN["title"][:4], """'=HYPERLINK("x")""", "#1 hit"]
        assert list(table["artist"]) == [*SEEN["artist"][:4], "'-Ada", ""]
        assert list(table["uri"]) == [track.uri for track in TRACKS]
        assert list(table["duration_ms"].astype(str)) == ["185400", "201000", "", "61499", "1000", "2000"]


class TestUris:
    def test_has_an_address_a_line(self):
        assert write("txt").decode().splitlines() == [TRACKS[0].uri, TRACKS[1].uri, TRACKS[4].uri]


@pytest.mark.parametrize("ending", FORMATS)
def test_an_empty_playlist_can_be_written(ending):
    assert FORMATS[ending].write("Nothing", []).decode().count("Nothing") == (
        ending in {"m3u8", "xspf", "jspf"}
    )


@pytest.mark.parametrize(
    ("external_id", "address"),
    [
        (None, ""),
        ("17", ""),
        ("spotify:track:x", "spotify:track:x"),
        ("1dtKN6wwlolkM8XZy2y9C1", "spotify:track:1dtKN6wwlolkM8XZy2y9C1"),
        ("https://a.example/x y", ""),
    ],
)
def test_address_of(external_id, address):
    assert address_of(external_id) == address
