"""Playlist files back to songs."""

from typing import ClassVar

import pytest

from clustering.songfiles import SongFileError, playlist_reading
from clustering.songfiles.playlist_reading import read_playlist
from clustering.songfiles.playlists import FORMATS, Track

TRACKS = [
    Track("ลูกทุ่งคนยาก", "สนธิ สมมาตร", "เพลงดัง", 185_000, "spotify:track:1dtKN6wwlolkM8XZy2y9C1"),
    Track('Дорога & <дом> "x", y', "Кино", "Ночь", 201_000, "https://example.org/a"),
    Track("=SUM(1)", "'Til Tuesday", "A", 5_000, "spotify:track:5hjsmSnUefdUqzsDogisiX"),
]


def parts(tracks, *names):
    return [tuple(getattr(track, name) for name in names) for track in tracks]


class TestReadPlaylist:
    @pytest.mark.parametrize("ending", ["xspf", "jspf", "csv"])
    def test_reads_what_was_written(self, ending):
        assert read_playlist(FORMATS[ending].write("Name", TRACKS), f"x.{ending}") == TRACKS

    def test_reads_m3u8_with_artist_and_title_in_one(self):
        found = read_playlist(FORMATS["m3u8"].write("Name", TRACKS), "x.m3u8")
        names = ("title", "artist", "duration_ms", "uri")
        assert parts(found, *names) == parts(TRACKS, *names)

    def test_reads_addresses(self):
        found = read_playlist(FORMATS["txt"].write("Name", TRACKS), "x.txt")
        assert parts(found, "uri") == parts(TRACKS, "uri")

    def test_reads_plain_m3u_in_an_old_encoding_with_file_names(self):
        data = "C:\\Music\\Björk - Jóga.mp3\r\n../Moby/Porcelain.flac\r\n".encode("cp1252")
        assert parts(read_playlist(data, "old.m3u"), "artist", "title") == [
            ("Björk", "Jóga"),
            ("Moby", "Porcelain"),
        ]

    def test_reads_exportify_and_semicolons(self):
        comma = b"Track URI,Track Name,Artist Name(s),Track Duration (ms)\nspotify:track:a,One,Ada,1000\n"
        assert read_playlist(comma, "x.csv") == [Track("One", "Ada", "", 1000, "spotify:track:a")]
        assert read_playlist("title;artist\nZwei;Bob\n".encode("utf-16"), "x.csv") == [Track("Zwei", "Bob")]

    @pytest.mark.parametrize(
        ("data", "track"),
        [
            (
                b"#EXTM3U\n#EXTINF:1,A\0da - O\0ne\nspotify:track:\0a\n",
                Track("One", "Ada", "", 1000, "spotify:track:a"),
            ),
            (b"title,artist,uri\nO\0ne,Ada,\0a\n", Track("One", "Ada", "", None, "a")),
            (
                b'{"playlist": {"track": [{"title": "O\\u0000ne\\ud800", "location": ["\\udfff"]}]}}',
                Track("One\ufffd", uri="\ufffd"),
            ),
        ],
    )
    def test_leaves_out_what_no_database_stores(self, data, track):
        assert read_playlist(data, "x") == [track]

    @pytest.mark.parametrize("duration", ["1" + "0" * 400, "1e999", "-1", '"x"', "null"])
    def test_knows_no_duration_where_there_can_be_none(self, duration):
        data = b'{"playlist": {"track": [{"title": "One", "duration": %s}]}}' % duration.encode()
        assert read_playlist(data, "x.jspf") == [Track("One")]

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "is empty"),
            (b'{"playlist": {"track": [{"duration": %s}]}}' % (b"9" * 5000), "not a JSPF"),
            (b"<playlist><trackList>", "can’t be read as XSPF"),
            (b'<!DOCTYPE x [<!ENTITY a "aa">]><playlist>&a;</playlist>', "can’t be read as XSPF"),
            (b"<playlist/>", "contains no songs"),
            (b'{"playlist": []}', "not a JSPF"),
            (b'{"a": 1}', "not a JSPF"),
            (b"colour,taste\nred,sweet\n", "no column with titles"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "no column with titles"),
            (b"#EXTM3U\n", "contains no songs"),
        ],
    )
    def test_says_what_is_wrong(self, data, sentence):
        with pytest.raises(SongFileError, match=sentence) as caught:
            read_playlist(data, "party.xspf")
        assert "party.xspf" in str(caught.value)
        assert "Choose an M3U" in str(caught.value)

    def test_refuses_what_is_too_large(self, monkeypatch):
        monkeypatch.setattr(playlist_reading, "MAX_TRACKS", 2)
        with pytest.raises(SongFileError, match="more than 2 songs"):
            read_playlist(FORMATS["csv"].write("x", TRACKS), "x.csv")
        monkeypatch.setattr(playlist_reading, "MAX_BYTES", 10)
        with pytest.raises(SongFileError, match="too much"):
            read_playlist(b"x" * 11, "x.csv")


class TestKindsOfPlayers:
    WANTED: ClassVar = [("The Engines", "Lantern 2"), ("The Waltzs", "Tide 3")]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize(
        "text",
        [
            "[playlist]\nFile1=a.mp3\nTitle1=The Engines - Lantern 2\nLength1=5\nFile2=/x/The Waltzs - Tide 3.mp3\n",
            "#\tTrack Title\tArtist\tBPM\n1\tLantern 2\tThe Engines\t120\n2\tTide 3\tThe Waltzs\t120\n",
            "Shazam Library\nIndex,Title,Artist\n1,Lantern 2,The Engines\n2,Tide 3,The Waltzs\n",
            "sep=;\ntitle;artist\nLantern 2;The Engines\nTide 3;The Waltzs\n",
            "1. The Engines - Lantern 2\n2. The Waltzs – Tide 3\n",
            "Lantern 2 by The Engines\nTide 3 by The Waltzs\n",
            "#EXTM3U\n#EXTINF:1,The Engines – Lantern 2\n0.mp3\n#EXTINF:1,The Waltzs — Tide 3\n1.mp3\n",
            '<DJ_PLAYLISTS><COLLECTION><TRACK Name="Lantern 2" Artist="The Engines" TotalTime="9"/>'
            '<TRACK Name="Tide 3" Artist="The Waltzs"/></COLLECTION></DJ_PLAYLISTS>',
            "<playlist><trackList><track><location>file:///C:/The%20Engines%20-%20Lantern%202.mp3</location></track>"
            "<track><location>file:///x/The%20Waltzs/Album/02%20Tide%203.mp3</location></track></trackList></playlist>",
        ],
    )
    def test_are_read(self, text, encoding):
        assert parts(read_playlist(text.encode(encoding), "x"), "artist", "title") == self.WANTED

    def test_old_encodings_are_guessed(self):
        lines = "Кино - Звезда по имени Солнце\nЗемфира - Прости меня моя любовь\nКино - Перемен\n"
        assert read_playlist(lines.encode("cp1251"), "x.txt")[0].artist == "Кино"
