"""Artists, genres and decades over HTTP."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clustering.models import Artist, Genre
from clustering.storage.genre_counts import save_genre_counts
from tests.factories import genres_of, make_catalog, make_dataset, make_run

pytestmark = pytest.mark.django_db

LISTS = ("artists", "genres", "decades")


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_work(self, client, ada, name):
        dataset = make_catalog()

        assert 'aria-current="page"' in text_of(client.get(reverse(name, args=[dataset.pk])))

    @pytest.mark.parametrize("name", LISTS)
    def test_say_that_they_are_not_ready(self, client, ada, name):
        assert "Not ready yet" in text_of(client.get(reverse(name, args=[make_dataset().pk])))

    @pytest.mark.parametrize(
        ("name", "words"), [("artists", "No artists"), ("genres", "No genres"), ("decades", "No years")]
    )
    def test_say_what_the_file_lacks(self, client, ada, name, words):
        dataset = make_dataset()
        dataset.songs.update(title=None, artist=None, genres=None, release_year=None)

        assert words in text_of(client.get(reverse(name, args=[make_catalog(dataset).pk])))

    def test_say_that_there_is_one_time_only(self, client, ada):
        dataset = make_dataset()
        dataset.songs.update(release_year=1999)

        assert "Only one decade" in text_of(client.get(reverse("decades", args=[make_catalog(dataset).pk])))

    @pytest.mark.parametrize("after", ["", "x", "1_x", "5_1", f"5_{'9' * 19}", "9" * 40 + "_1"])
    def test_of_artists_take_any_place_to_begin(self, client, ada, after):
        assert client.get(reverse("artists", args=[make_catalog().pk]), {"after": after}).status_code == 200


class TestArtist:
    def test_works(self, client, ada):
        make_run(make_catalog())
        text = text_of(client.get(reverse("artist", args=[Artist.objects.get(name="Artist 1").pk])))

        assert "Similar artists" in text
        assert "Songs by group" in text

    def test_of_one_song_says_so(self, client, ada):
        dataset = make_dataset()
        dataset.songs.filter(row_number=1).update(artist="<Single>")
        make_catalog(dataset)
        text = text_of(client.get(reverse("artist", args=[Artist.objects.get(name="<Single>").pk])))

        assert "One song says little about an artist" in text
        assert "&lt;Single&gt;" in text


class TestGenre:
    def test_works(self, client, ada):
        run = make_run(make_catalog())
        save_genre_counts(run, genres_of(run))
        text = text_of(client.get(reverse("genre", args=[Genre.objects.get(name="jazz").pk])))

        assert "lift" in text
        assert "Least typical songs" in text
