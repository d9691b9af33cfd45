"""Finding songs by name."""

from __future__ import annotations

import pytest
from django.db import connection

from clustering.models import Song
from clustering.storage import search as bulk
from clustering.storage import song_search as module
from clustering.storage.song_search import SearchResults
from tests.factories import make_catalog, make_dataset, make_user

pytestmark = pytest.mark.django_db

TITLES = {
    1: ("Jóga", "Björk", "Homogenic"),
    2: ("Love Story", "Taylor Swift", "Fearless"),
    3: ("Love", "Lana Del Rey", "Lust for Life"),
    4: ("Endless Love", "Diana Ross", "Album"),
    5: ("Story of My Life", "One Direction", "Midnight Memories"),
    6: ("คำถาม", "Слава", "東京"),
    7: ("Rock & Roll <b>'Queen'</b>", "AC/DC", "a:1 | !b"),
    8: ("Roll Over Beethoven", "Chuck Berry", "Love Songs"),
}


@pytest.fixture
def titled_songs():
    found = make_dataset(songs=12)
    for row, (title, artist, album) in TITLES.items():
        found.songs.filter(row_number=row).update(title=title, artist=artist, album=album)
    return make_catalog(found)


def rows(dataset, text, user=None, **options) -> list[int]:
    page = SearchResults.read(user or dataset.owner, text, **options)
    return [song.id - dataset.first_song_id for song in page.songs]


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("joga", [1]),
            ("JÓGA", [1]),
            ("bjork", [1]),
            ("homoge", [1]),
            ("lov", [3, 2, 8, 4]),
            ("love", [3, 2, 4, 8]),
            ("love story", [2]),
            ("story lov", [2]),
            ("คำ", [6]),
            ("слав", [6]),
            ("東", [6]),
            ("ac/dc", [7]),
            ("rock 'queen'", [7]),
            ("a:1", [7]),
            ("zzz", []),
            ("", []),
            ("  !?&|  ", []),
            ("jazz joga", []),
            ("rock joga", [1]),
        ],
    )
    def test_finds(self, titled_songs, text, expected):
        found = rows(titled_songs, text)

        assert sorted(found) == sorted(expected)
        if text in ("love", "joga"):
            assert found == expected

    def test_what_is_called_so_comes_first_then_who_then_what_begins_so(self, titled_songs):
        titled_songs.songs.filter(row_number=9).update(title="Anything", artist="Love")
        make_catalog(titled_songs)

        assert rows(titled_songs, "love") == [3, 9, 2, 4, 8]

    def test_of_equals_the_popular_come_first(self, titled_songs):
        titled_songs.songs.filter(row_number__gte=9).update(title="Same name")
        make_catalog(titled_songs)

        assert rows(titled_songs, "same name") == [12, 11, 10, 9]

    def test_of_very_many_the_most_popular_are_found_and_those_called_so(self, titled_songs, monkeypatch):
        for place in (bulk, module):
            monkeypatch.setattr(place, "MAX_MATCHES", 3)
        # rows go where there is room: what other tests left there decides the order
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE clustering_songtext")
        titled_songs.songs.update(album="Common")
        titled_songs.songs.filter(row_number=1).update(title="Common")
        make_catalog(titled_songs)
        page = SearchResults.read(titled_songs.owner, "common")

        assert rows(titled_songs, "common") == [1, 12, 11, 10]
        assert (page.matches, page.more) == (3, True)

    def test_finds_artists(self, titled_songs):
        assert [artist.name for artist in SearchResults.read(titled_songs.owner, "bjö").artists] == ["Björk"]

    def test_asks_four_queries_whatever_is_found(self, titled_songs, django_assert_num_queries):
        for text in ("love", "lov"):
            with django_assert_num_queries(4):
                SearchResults.read(titled_songs.owner, text)

    def test_shows_some(self, titled_songs, monkeypatch):
        monkeypatch.setattr(module, "SHOWN", 2)
        page = SearchResults.read(titled_songs.owner, "love")

        assert (len(page.songs), page.matches, page.more) == (2, 4, False)

    def test_a_very_long_text_is_no_trouble(self, titled_songs):
        assert set(rows(titled_songs, "love " * 5_000)) == set(rows(titled_songs, "love"))

    def test_knows_of_which_songs_no_more_than_the_decade_is_known(self, titled_songs):
        titled_songs.songs.update(release_year=1960)
        other = make_dataset(songs=1, name="Decades")
        other.songs.update(title="Joga too", release_year=1970)
        other.report |= {"decades": True}
        other.save()
        make_catalog(other)

        assert [
            (song.year, song.decades_only) for song in SearchResults.read(titled_songs.owner, "joga").songs
        ] == [
            (1960, False),
            (1970, True),
        ]


class TestWhere:
    def test_only_in_what_may_be_seen(self, titled_songs):
        bob = make_user("bob")
        assert rows(titled_songs, "joga", user=bob) == []
        assert SearchResults.read(bob, "bjork").artists == ()

        titled_songs.share("shared")
        assert rows(titled_songs, "joga", user=bob) == [1]

    def test_in_one_dataset(self, titled_songs):
        other = make_catalog(make_dataset(songs=3, name="Other"))
        Song.objects.filter(dataset=other, row_number=1).update(title="Joga too")
        make_catalog(other)

        assert len(SearchResults.read(titled_songs.owner, "joga").songs) == 2
        assert rows(titled_songs, "joga", dataset_id=titled_songs.pk) == [1]
        assert (
            SearchResults.read(titled_songs.owner, "joga", dataset_id=titled_songs.pk).chosen == titled_songs
        )
        assert len(SearchResults.read(titled_songs.owner, "joga", dataset_id=7).songs) == 2

    def test_says_what_is_not_ready(self, titled_songs):
        other = make_dataset(songs=3, name="Other")

        assert SearchResults.read(titled_songs.owner, "joga").unprepared == (other,)
