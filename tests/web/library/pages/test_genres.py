"""Genres: profiles, groups with lift, neighbors, decades and songs."""

from __future__ import annotations

import pytest

from clustering.models import Genre, GenreCounts
from clustering.storage.genre_counts import save_genre_counts
from clustering.web.library.pages.genres import GenrePage, GenresPage
from tests.factories import genres_of, make_catalog, make_dataset, make_run

pytestmark = pytest.mark.django_db


def find(name):
    return Genre.objects.select_related("dataset__catalog").get(name=name)


class TestGenres:
    def test_come_by_their_songs(self, django_assert_num_queries):
        dataset = make_catalog()
        with django_assert_num_queries(2):
            page = GenresPage.read(dataset)

        assert [(row.genre.name, row.genre.songs_count) for row in page.genres] == [
            ("jazz", 15),
            ("pop", 15),
            ("rock", 15),
        ] or len(page.genres) == 3
        assert page.columns == ("Energy", "Danceability", "Tempo")
        assert page.by_period is not None

    def test_a_dataset_may_have_none(self):
        dataset = make_dataset()
        dataset.songs.update(genres=None, release_year=None)
        page = GenresPage.read(make_catalog(dataset))

        assert (page.genres, page.by_period) == ((), None)


class TestGenre:
    def test_has_lift_in_each_group(self):
        run = make_run(make_catalog())
        save_genre_counts(run, genres_of(run))
        page = GenrePage.read(find("jazz"))

        assert sum(part.count for part in page.lifts) == 15
        for part in page.lifts:
            assert part.lift == pytest.approx(part.count / 15 / part.cluster.share)
        assert [part.lift for part in page.lifts] == sorted((part.lift for part in page.lifts), reverse=True)

    def test_asks_a_constant_number_of_queries(self, django_assert_num_queries):
        run = make_run(make_catalog())
        save_genre_counts(run, genres_of(run))
        found = find("jazz")
        with django_assert_num_queries(5):
            GenrePage.read(found)

    def test_is_like_the_one_with_the_same_songs(self):
        make_catalog()

        assert GenrePage.read(find("pop")).similar[0].name == "rock"

    def test_has_songs_at_either_end(self):
        make_catalog()
        page = GenrePage.read(find("jazz"))

        assert len(page.typical) == len(page.untypical) == 10
        assert page.typical[0] != page.untypical[0]

    def test_before_any_run(self):
        make_catalog()
        page = GenrePage.read(find("jazz"))

        assert (page.run, page.lifts) == (None, ())

    def test_that_a_run_does_not_know(self):
        run = make_run(make_catalog())
        GenreCounts.objects.create(run=run, counts={})

        assert GenrePage.read(find("jazz")).lifts == ()
