"""Songs of a playlist file, looked up in a dataset."""

import pytest

from clustering.models import Song
from clustering.songfiles.playlist_reading import read_playlist
from clustering.songfiles.playlists import Track
from clustering.web.playlists.pages.matches import match_tracks
from tests.factories import make_catalog, make_dataset

pytestmark = pytest.mark.django_db
ID = "1dtKN6wwlolkM8XZy2y9C1"
NAMES = {
    1: ("Jóga", "Björk", "id1"),
    2: ("Under Pressure", "Queen & David Bowie", f"spotify:track:{ID}"),
    3: ("Hello", "Adele", "id3"),
    4: ("Hello", "Lionel Richie", "id4"),
    5: ("ลูกทุ่ง", "สนธิ", "id5"),
}


@pytest.fixture
def named_songs():
    dataset = make_dataset(songs=5)
    for row, (title, artist, external_id) in NAMES.items():
        Song.objects.filter(row_number=row).update(title=title, artist=artist, external_id=external_id)
    return make_catalog(dataset)


def rows(dataset, *tracks):
    return [song - dataset.first_song_id for song in match_tracks(dataset, tracks).songs]


class TestMatchTracks:
    @pytest.mark.parametrize("uri", [ID, f"spotify:track:{ID}", f"https://open.spotify.com/track/{ID}?si=x"])
    def test_by_address_in_each_way_of_writing_it(self, named_songs, uri):
        assert rows(named_songs, Track("another title", uri=uri)) == [2]

    @pytest.mark.parametrize(
        ("title", "artist", "row"),
        [
            ("JOGA", "bjork", 1),
            ("Under Pressure - Remastered 2011", "Queen", 2),
            ("hello", "Lionel Richie feat. Somebody", 4),
            ("ลูกทุ่ง", "สนธิ", 5),
            ("Jóga", "", 1),
        ],
    )
    def test_by_title_and_artist(self, named_songs, title, artist, row):
        assert rows(named_songs, Track(title, artist)) == [row]

    @pytest.mark.parametrize(
        ("title", "artist"), [("Hello", ""), ("Hello", "Somebody"), ("Nothing", "Adele"), ("", "")]
    )
    def test_not_where_it_could_be_another(self, named_songs, title, artist):
        track = Track(title, artist, uri="https://example.org/1")
        assert match_tracks(named_songs, [track]).unknown == (track,)

    def test_each_once_in_the_files_order_with_two_queries(self, named_songs, django_assert_num_queries):
        tracks = [Track("Hello", "Adele"), Track("", uri=ID), Track("Jóga", "Björk"), Track("hello", "Adele")]
        with django_assert_num_queries(2):
            found = match_tracks(named_songs, tracks)
        assert [song - named_songs.first_song_id for song in found.songs] == [3, 2, 1]
        assert found.repeats == 1


class TestReadings:
    @pytest.mark.parametrize(
        "line",
        [
            "/music/Björk/Post/03 - Jóga.mp3",
            "..\\Björk\\Homogenic\\03. Jóga.flac",
            "file:///C:/Music/Bj%C3%B6rk%20-%20J%C3%B3ga.mp3",
            "C:\\Music\\J\u00f3ga.mp3",
            "D:\\Björk\\Jóga_(Live).m4a",
            "Music/01 Jóga.mp3",
            "Björk/1-03 Jóga.mp3",
            "Björk - Homogenic - 03 - Jóga.mp3",
            "/home/ada/Björk/Heroes - Björk/Jóga - Live.ogg",
        ],
    )
    def test_of_a_path_find_the_song(self, named_songs, line):
        assert rows(named_songs, *read_playlist(line.encode(), "x.m3u")) == [1]

    @pytest.mark.parametrize(
        "line", ["Hello", "C:\\Music\\Hello.mp3", "Nobody - Hello", "Nobody/Album/01 Hello.mp3"]
    )
    def test_that_are_two_songs_or_another_artist_s_find_none(self, named_songs, line):
        data = line if "\\" in line or "/" in line else f"#EXTM3U\n#EXTINF:1,{line}\nx.mp3"
        assert rows(named_songs, *read_playlist(data.encode(), "x.m3u")) == []

    @pytest.mark.parametrize(
        "line", ["Jóga by Björk", "1. Björk – Jóga", "Jóga - Björk", "Björk — Jóga (2005 Remaster)"]
    )
    def test_of_a_line_of_text_find_the_song(self, named_songs, line):
        assert rows(named_songs, *read_playlist(f"{line}\nAdele - Hello\n".encode(), "x.txt")) == [1, 3]
