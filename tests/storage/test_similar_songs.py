"""Songs like others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoDbBlocker
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from clustering.analysis import AnalysisError
from clustering.models import Dataset, Song
from clustering.storage import similar_songs as module
from clustering.storage.neighbors import SongFilter
from clustering.storage.similar_songs import Similar, find_similar_songs
from tests.factories import FEATURES, make_catalog, make_dataset, make_run, scatter_songs
from tests.shared_rows import kept_for_several_tests

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _eighty_artists(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    with kept_for_several_tests(django_db_blocker):
        yield make_catalog(scatter_songs(make_dataset(songs=400), artists=80)).pk


@pytest.fixture
def eighty_artists(_eighty_artists: int) -> Dataset:
    """Four hundred songs by eighty artists, each with features of its own."""
    return Dataset.objects.get(pk=_eighty_artists)


def song(dataset: Dataset, row: int) -> int:
    return dataset.first_song_id + row


def found(dataset: Dataset, *rows: int, **asked: Any) -> list[int]:
    answer = find_similar_songs(dataset, Similar(seeds=tuple(song(dataset, row) for row in rows), **asked))
    return [one.song.row_number for one in answer.songs]


def scaled(dataset: Dataset, weights: tuple[float, ...] = (1, 1, 1, 1)) -> np.ndarray:
    values = np.array(list(dataset.songs.order_by("id").values_list(*FEATURES)), dtype=np.float64)
    return StandardScaler().fit_transform(values) * np.array(weights)


def expected(dataset: Dataset, row: int, count: int, weights: tuple[float, ...] = (1, 1, 1, 1)) -> list[int]:
    """What scikit-learn finds, at most two of an artist."""
    space = scaled(dataset, weights)
    order = (
        NearestNeighbors(n_neighbors=len(space), algorithm="brute")
        .fit(space)
        .kneighbors(space[[row - 1]])[1][0]
    )
    chosen: list[int] = []
    for other in (int(i) + 1 for i in order):
        if other != row and sum(one % 80 == other % 80 for one in chosen) < 2:
            chosen.append(other)
    return chosen[:count]


class TestSimilarSongs:
    def test_are_the_neighbors_that_scikit_learn_finds(self, eighty_artists):
        for row in range(1, 400, 20):
            assert found(eighty_artists, row) == expected(eighty_artists, row, 10)

    def test_weights_count(self, eighty_artists):
        weights = (0.0, 3.0, 1.0, 1.0)
        named = dict(zip(FEATURES, weights, strict=True))

        assert (
            found(eighty_artists, 7, weights=named)
            == expected(eighty_artists, 7, 10, weights)
            != found(eighty_artists, 7)
        )

    def test_the_same_request_has_the_same_answer(self, eighty_artists):
        Song.objects.filter(dataset=eighty_artists).update(energy=0.5, valence=0.5, tempo=100.0)
        make_catalog(eighty_artists)

        assert found(eighty_artists, 7, count=50) == found(eighty_artists, 7, count=50)

    def test_equal_distances_go_by_row(self):
        dataset = make_dataset()
        Song.objects.filter(dataset=dataset).update(artist=None, energy=0.5, tempo=100.0, danceability=0.5)
        Song.objects.filter(dataset=dataset, row_number__gt=20).update(energy=0.9)
        make_catalog(dataset)

        assert found(dataset, 3) == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11]

    def test_asks_a_constant_number_of_queries(self, eighty_artists, django_assert_num_queries):
        with django_assert_num_queries(6):
            found(eighty_artists, 7)
        with django_assert_num_queries(6):
            found(eighty_artists, 7, 8, 9, count=40)

    def test_say_why(self, eighty_artists):
        answer = find_similar_songs(eighty_artists, Similar(seeds=(song(eighty_artists, 7),)))

        assert all("closest on" in one.why or "nearly the same" in one.why for one in answer.songs)
        assert [one.distance for one in answer.songs] == sorted(one.distance for one in answer.songs)
        assert answer.shortfall == ""

    def test_never_bring_a_version_of_the_seed_or_of_each_other(self, eighty_artists):
        near = expected(eighty_artists, 7, 4)
        for row, title in zip(
            near, ["Song <7> - Live", "SONG <7> (2011 Mix)", "Tune", "Tune - Mono"], strict=True
        ):
            artist = "Artist 7 feat. Guest" if "7" in title else "Artist 9"
            eighty_artists.songs.filter(row_number=row).update(title=title, artist=artist)
        make_catalog(eighty_artists)
        rows = found(eighty_artists, 7)

        assert near[0] not in rows
        assert near[1] not in rows
        assert near[2] in rows
        assert near[3] not in rows
        assert len(rows) == 10

    def test_never_bring_what_is_to_be_left_out(self, eighty_artists):
        rows = found(eighty_artists, 7)

        assert not set(rows[:3]) & set(
            found(eighty_artists, 7, without=tuple(song(eighty_artists, row) for row in rows[:3]))
        )


class TestSeveralSeeds:
    def test_each_has_its_turn(self, eighty_artists):
        eighty_artists.songs.filter(row_number__lte=200).update(energy=0.01, danceability=0.01)
        eighty_artists.songs.filter(row_number__gt=200).update(energy=0.99, danceability=0.99)
        make_catalog(eighty_artists)
        rows = found(eighty_artists, 7, 307, count=20)

        assert sum(row <= 200 for row in rows) == 10
        assert [row <= 200 for row in rows] == [True, False] * 10

    def test_are_refused_when_there_are_too_many(self, eighty_artists):
        with pytest.raises(AnalysisError, match=r"500 starting songs are too many. Choose the 20"):
            find_similar_songs(eighty_artists, Similar(seeds=tuple(range(500))))


class TestFilters:
    def test_hold(self, eighty_artists):
        only = SongFilter(
            genre="jazz", year_from=1995, year_to=2005, popularity_from=50, tempo_from=80, tempo_to=150
        )
        rows = found(eighty_artists, 7, only=only)

        assert 5 < len(rows) <= 10
        for one in Song.objects.filter(dataset=eighty_artists, row_number__in=rows):
            assert "jazz" in one.genres
            assert 1995 <= one.release_year <= 2005
            assert one.popularity >= 50
            assert 80 <= one.tempo <= 150

    def test_explicit(self, eighty_artists):
        eighty_artists.songs.update(explicit=False)
        eighty_artists.songs.filter(row_number__lte=50).update(explicit=True)
        make_catalog(eighty_artists)

        assert max(found(eighty_artists, 7, only=SongFilter(explicit=True))) <= 50
        assert min(found(eighty_artists, 7, only=SongFilter(explicit=False))) > 50

    @pytest.mark.parametrize(
        "only",
        [
            SongFilter(year_from=0),
            SongFilter(year_to=9999),
            SongFilter(popularity_from=0),
            SongFilter(popularity_to=100),
            SongFilter(explicit=False),
        ],
    )
    def test_let_nothing_through_of_which_the_file_does_not_say_it(self, eighty_artists, only):
        eighty_artists.songs.exclude(row_number=9).update(release_year=None, popularity=None, explicit=None)
        eighty_artists.songs.filter(row_number=9).update(release_year=1999, popularity=50, explicit=False)
        make_catalog(eighty_artists)

        assert found(eighty_artists, 7, only=only) == [9]

    def test_read_only_the_vectors(self, eighty_artists, django_assert_num_queries):
        only = SongFilter(year_from=1990, popularity_to=90, tempo_from=70, explicit=False)
        with django_assert_num_queries(5) as asked:
            found(eighty_artists, 7, only=only)

        statements = [q["sql"] for q in asked.captured_queries if "<->" in q["sql"]]
        read = [statement.count("clustering_song ") for statement in statements]
        assert read == [0, 1], "only the found songs' titles are read"

    @pytest.mark.parametrize(("cluster", "same"), [("same", True), ("other", False)])
    def test_the_same_or_another_cluster(self, eighty_artists, cluster, same):
        run = make_run(eighty_artists)
        rows = found(eighty_artists, 7, only=SongFilter(run_id=run.pk, cluster=cluster))

        assert len(rows) == 10
        assert all(((row - 1) % 3 == (7 - 1) % 3) is same for row in rows)


class TestShortfall:
    def test_says_what_the_filters_leave(self, eighty_artists):
        answer = find_similar_songs(
            eighty_artists, Similar(seeds=(song(eighty_artists, 7),), only=SongFilter(tempo_from=179))
        )

        assert 0 < len(answer.songs) < 10
        assert answer.shortfall.startswith(f"Only {len(answer.songs)} of the 10 songs")
        assert "filters" in answer.shortfall

    def test_says_what_to_do_where_nothing_is_left(self, eighty_artists):
        answer = find_similar_songs(
            eighty_artists, Similar(seeds=(song(eighty_artists, 7),), only=SongFilter(tempo_from=900))
        )

        assert (answer.songs, answer.shortfall) == (
            (),
            "No songs match the filters. Widen or remove one.",
        )

    def test_looks_past_an_artist_who_fills_the_neighborhood(self, eighty_artists, monkeypatch):
        monkeypatch.setattr(module, "MIN_CANDIDATES", 12)
        monkeypatch.setattr(module, "CANDIDATES_PER_SONG", 1)
        near = expected(eighty_artists, 7, 150)
        eighty_artists.songs.filter(row_number__in=near).update(artist="One and the same")
        make_catalog(eighty_artists)
        rows = found(eighty_artists, 7)

        assert len(rows) == 10
        assert rows[:2] == near[:2]
        assert not set(rows[2:]) & set(near)

    def test_says_when_there_is_nobody_else(self):
        dataset = make_dataset()
        dataset.songs.update(artist="Alone")
        make_catalog(dataset)
        answer = find_similar_songs(dataset, Similar(seeds=(song(dataset, 7),)))

        assert len(answer.songs) == 2
        assert "at most 2 per artist" in answer.shortfall


class TestErrors:
    def refusal(self, dataset, **asked):
        with pytest.raises(AnalysisError) as error:
            find_similar_songs(dataset, Similar(**{"seeds": (song(dataset, 7),)} | asked))
        return str(error.value)

    def test_before_the_catalog_is_there(self):
        assert "still being prepared" in self.refusal(make_dataset())

    def test_a_song_with_a_gap(self, eighty_artists):
        eighty_artists.songs.filter(row_number=7).update(tempo=None)
        make_catalog(eighty_artists)

        assert "“Song <7> – Artist 7” has no value for tempo" in self.refusal(eighty_artists)

    def test_songs_that_do_not_differ(self):
        dataset = make_dataset()
        dataset.songs.update(danceability=0.5, energy=0.5, tempo=100.0)
        make_catalog(dataset)

        assert "no audio feature in which they differ" in self.refusal(dataset)

    def test_a_song_of_another_dataset(self, eighty_artists):
        other = make_dataset(name="other")

        assert "not in Evening songs" in self.refusal(eighty_artists, seeds=(song(other, 1),))

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"seeds": ()}, "at least one starting song"),
            ({"count": 0}, "1 to 500"),
            ({"count": 501}, "1 to 500"),
            ({"max_per_artist": 0}, "Allow at least one song"),
            ({"diversity": 1.5}, "from 0"),
            ({"weights": {"followers": 1}}, "not compared on followers"),
            ({"weights": {"energy": -1}}, "from 0"),
            ({"weights": dict.fromkeys(FEATURES, 0)}, "at least one feature"),
        ],
    )
    def test_what_makes_no_sense(self, eighty_artists, asked, words):
        assert words in self.refusal(eighty_artists, **asked)
