"""The nearest songs of several seeds at once, beside looking at every song."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from clustering.models import Assignment, Dataset, SongVector
from clustering.storage.neighbors import Search, SongFilter, find_neighbors
from tests.factories import make_catalog, make_dataset, make_run, scatter_songs
from tests.shared_rows import kept_for_several_tests

pytestmark = pytest.mark.django_db
SONGS, LIMIT = 400, 12
SEEDS = (3, 90, 177, 264, 351)


@pytest.fixture(scope="module")
def _forty_artists(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    with kept_for_several_tests(django_db_blocker):
        yield make_catalog(scatter_songs(make_dataset(songs=SONGS), artists=40)).pk


@pytest.fixture
def forty_artists(_forty_artists: int) -> Dataset:
    """Four hundred songs by forty artists: of so many a sample is a part only."""
    return Dataset.objects.get(pk=_forty_artists)


def search(
    dataset: Dataset, rows: tuple[int, ...] = SEEDS, *, only: SongFilter | None = None, weights=None
) -> Search:
    ids = [dataset.first_song_id + row for row in rows]
    vectors = dict(SongVector.objects.filter(song_id__in=ids).values_list("song_id", "vector"))
    return Search(
        catalog=dataset.catalog,
        seeds={song: vectors[song] for song in ids},
        without=ids,
        weights=weights,
        only=only or SongFilter(),
    )


def found(asked: Search, **wanted: int) -> list[list[int]]:
    """Return the row numbers that were found for each seed."""
    rows: list[list[int]] = [[] for _ in asked.seeds]
    for one in find_neighbors(asked, limit=LIMIT, **wanted):
        rows[one.seed].append(one.song_id - asked.catalog.dataset.first_song_id)
    return rows


def nearest(asked: Search, passes=lambda seed, song: True) -> list[list[int]]:
    """Return for each seed the row numbers of all other songs that pass, the nearest first."""
    first = asked.catalog.dataset.first_song_id
    ids, vectors = zip(*SongVector.objects.order_by("song_id").values_list("song_id", "vector"), strict=True)
    space = np.array([list(vector) for vector in vectors]) * np.array(asked.weights or [1.0] * 4)
    expected = []
    for seed in asked.seeds:
        apart = np.linalg.norm(space - space[seed - first - 1], axis=1)
        order = [int(place) + 1 for place in np.argsort(apart, kind="stable")]
        expected.append(
            [row for row in order if first + row not in asked.without and passes(seed - first, row)]
        )
    assert len(ids) == SONGS
    return expected


def first_of(rows: list[list[int]]) -> list[list[int]]:
    return [one[:LIMIT] for one in rows]


class TestFindNeighbors:
    @pytest.mark.parametrize("rows", [SEEDS[:1], SEEDS])
    @pytest.mark.parametrize("weights", [None, [0.5, 2.0, 1.0, 3.0]])
    def test_are_the_nearest_of_all(self, forty_artists, rows, weights):
        asked = search(forty_artists, rows, weights=weights)

        assert found(asked) == first_of(nearest(asked))

    def test_pass_the_filters(self, forty_artists):
        asked = search(forty_artists, only=SongFilter(genre="jazz", tempo_from=100, tempo_to=150))
        songs = forty_artists.songs.in_bulk(field_name="id")

        def passes(_seed: int, row: int) -> bool:
            song = songs[forty_artists.first_song_id + row]
            return "jazz" in song.genres and 100 <= song.tempo <= 150

        assert found(asked) == first_of(nearest(asked, passes))

    @pytest.mark.parametrize(("cluster", "same"), [("same", True), ("other", False)])
    def test_are_in_the_group_of_their_own_seed_or_not(self, forty_artists, cluster, same):
        run = make_run(forty_artists, clusters=4)
        asked = search(forty_artists, only=SongFilter(run_id=run.pk, cluster=cluster))
        group = {
            song - forty_artists.first_song_id: index
            for song, index in Assignment.objects.filter(run=run).values_list("song_id", "cluster")
        }

        assert found(asked) == first_of(nearest(asked, lambda seed, row: (group[seed] == group[row]) is same))

    def test_are_the_best_of_each_artist_where_that_is_asked(self, forty_artists, monkeypatch):
        monkeypatch.setattr("clustering.storage.neighbors.SPARE_PER_ARTIST", 0)
        asked = search(forty_artists)
        expected = []
        for rows in nearest(asked):
            turns: Counter[int] = Counter()
            kept = []
            for row in rows:
                turns[row % 40] += 1
                if turns[row % 40] == 1:
                    kept.append(row)
            expected.append(kept)

        assert found(asked, wanted=5, max_per_artist=1) == first_of(expected)

    def test_at_equal_distance_the_earlier_songs_come(self, forty_artists):
        forty_artists.songs.filter(row_number__gt=1).update(
            energy=0.5, valence=0.5, tempo=100.0, danceability=0.5
        )
        make_catalog(forty_artists)

        assert found(search(forty_artists, (5, 200))) == [[row for row in range(2, 15) if row != 5]] * 2

    def test_read_the_songs_once_however_many_seeds_there_are(self, forty_artists):
        for rows in (SEEDS[:1], SEEDS):
            asked = search(forty_artists, rows)
            with CaptureQueriesContext(
                connection,
            ) as context:
                find_neighbors(asked, limit=LIMIT)
            read = [query["sql"].count("FROM clustering_songvector v") for query in context.captured_queries]
            assert read == [1, 1]

    def test_sorts_a_part_of_the_songs(self, forty_artists):
        asked = search(forty_artists)
        with CaptureQueriesContext(connection) as context:
            find_neighbors(asked, limit=LIMIT)
        statement = context.captured_queries[-1]["sql"]
        within = statement[: statement.index(" SELECT place")]
        with connection.cursor() as cursor:
            cursor.execute(f"{within} SELECT count(*) FROM songs")  # noqa: S608 – the statement above
            assert LIMIT < cursor.fetchone()[0] < SONGS / 2
