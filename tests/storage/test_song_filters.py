"""Filters and pages of songs, compared with pandas on random ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pytest_django import DjangoDbBlocker

from clustering.models import Dataset, Run, Song
from clustering.storage.song_filters import OTHER_GENRES, NumberRange, SongFilter, Songs, first_genres
from clustering.storage.song_pages import Order, Place, SongPage, Turn, read_page
from tests.factories import make_catalog, make_dataset, make_run
from tests.shared_rows import kept_for_several_tests

pytestmark = pytest.mark.django_db
GENRES = [["jazz"], ["pop", "rock"], ["rock"], ["soul", "pop"], None, []]
ORDERS = [
    Order(name, down)
    for name in ("row", "title", "artist", "group", "tempo", "energy")
    for down in (False, True)
]


@pytest.fixture(scope="module")
def mixed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Run]:
    with kept_for_several_tests(django_db_blocker):
        yield make_mixed()


def make_mixed() -> Run:
    """Make a run whose songs have gaps, equal values and many genres."""
    rng = np.random.default_rng(5)
    dataset = make_dataset(songs=200)
    songs = list(dataset.songs.order_by("id"))
    for song in songs:
        song.energy = None if rng.random() < 0.1 else float(np.float32(rng.integers(0, 11) / 10))
        song.tempo = float(rng.integers(60, 70))
        song.release_year = None if rng.random() < 0.1 else int(rng.integers(1955, 2024))
        song.genres = (
            GENRES[rng.integers(0, len(GENRES))] if rng.random() < 0.8 else [f"genre {rng.integers(0, 30)}"]
        )
        song.title = None if rng.random() < 0.1 else f"Title {rng.integers(0, 40)}"
    Song.objects.bulk_update(songs, ["energy", "tempo", "release_year", "genres", "title"])
    dataset.uploads.update(column_map={"matches": [{"field": "release_year", "column": "year"}]})
    return make_run(Dataset.objects.get(pk=dataset.pk))


def table(run: Run) -> pd.DataFrame:
    """Return the songs of a run as pandas has them."""
    songs = pd.DataFrame(
        list(
            run.dataset.songs.values(
                "id", "row_number", "title", "artist", "genres", "energy", "tempo", "release_year"
            )
        )
    )
    places = pd.DataFrame(list(run.assignments.values("song_id", "cluster", "x", "y")))
    joined = songs.merge(places, left_on="id", right_on="song_id").sort_values("row_number")
    joined["genres"] = [[] if genres is None else genres for genres in joined.genres]
    joined["energy"] = joined.energy.astype("float32")
    return joined


def random_filter(rng: np.random.Generator) -> SongFilter:
    def some(values: list[Any]) -> tuple[Any, ...]:
        return (
            tuple(rng.choice(values, rng.integers(1, 4), replace=False).tolist())
            if rng.random() < 0.4
            else ()
        )

    def bound(scale: float, start: float) -> float | None:
        return None if rng.random() < 0.3 else float(round(start + scale * rng.random(), 1))

    ranges = [
        NumberRange("energy", bound(0.5, 0), bound(0.5, 0.5)),
        NumberRange("tempo", bound(5, 60), bound(5, 65)),
    ]
    corners = tuple((float(x), float(y)) for x, y in rng.normal(0, 2, (rng.integers(3, 7), 2)))
    return SongFilter(
        ranges=tuple(one for one in ranges if rng.random() < 0.5),
        groups=some([0, 1, 2]),
        decades=some([1950, 1960, 1980, 2000, 2010]),
        first_genres=some(["jazz", "rock", "nothing", OTHER_GENRES]),
        genres=some(["pop", "rock", "genre 3"]),
        outline=corners if rng.random() < 0.3 else (),
    )


def by_pandas(songs: pd.DataFrame, asked: SongFilter, named: tuple[str, ...]) -> pd.DataFrame:
    """Return the songs that pass a filter, by other means."""
    for one in asked.ranges:
        songs = songs[songs[one.column].notna()]
        if one.low is not None:
            songs = songs[songs[one.column] >= np.float32(one.low)]
        if one.high is not None:
            songs = songs[songs[one.column] < np.float32(one.high)]
    if asked.groups:
        songs = songs[songs.cluster.isin(asked.groups)]
    if asked.decades:
        songs = songs[(songs.release_year // 10 * 10).isin(asked.decades)]
    if asked.first_genres:
        first = [genres[0] if genres else None for genres in songs.genres]
        wanted = [
            one in asked.first_genres
            or (one is not None and one not in named and OTHER_GENRES in asked.first_genres)
            for one in first
        ]
        songs = songs[np.array(wanted, dtype=bool)]
    if asked.genres:
        songs = songs[
            np.array([bool(set(genres) & set(asked.genres)) for genres in songs.genres], dtype=bool)
        ]
    if asked.outline:
        inside = [crossings(x, y, asked.outline) % 2 == 1 for x, y in zip(songs.x, songs.y, strict=True)]
        songs = songs[np.array(inside, dtype=bool)]
    return songs


def crossings(x: float, y: float, corners: tuple[tuple[float, float], ...]) -> int:
    """Count how often a ray to the right crosses an outline, edge by edge."""
    ends = zip(corners, [*corners[1:], corners[0]], strict=True)
    return sum((b > y) != (d > y) and x < a + (y - b) * (c - a) / (d - b) for (a, b), (c, d) in ends)


def rows_of(songs: Songs, asked: SongFilter) -> list[int]:
    return np.flatnonzero(songs.passing(asked)).tolist()


@pytest.mark.parametrize("seed", range(40))
def test_a_filter_is_pandas_filter(mixed: Run, seed: int) -> None:
    songs = Songs(mixed.dataset, mixed)
    asked = random_filter(np.random.default_rng(seed))
    named = first_genres(songs.column("genres")).names
    assert rows_of(songs, asked) == by_pandas(table(mixed), asked, named).row_number.tolist()


def test_bounds_are_as_exact_as_the_songs(run: Run) -> None:
    run.dataset.songs.filter(row_number=1).update(energy=0.7)
    songs = Songs(run.dataset, run)
    assert 1 in rows_of(songs, SongFilter((NumberRange("energy", 0.7, 0.71),)))
    assert 1 not in rows_of(songs, SongFilter((NumberRange("energy", 0.69, 0.7),)))


def test_the_counts_are_those_of_sql(mixed: Run) -> None:
    songs = Songs(mixed.dataset, mixed)
    for low in np.arange(0, 1.05, 0.05).round(2).tolist():
        by_sql = mixed.dataset.songs.extra(where=["energy >= %s::real"], params=[low]).count()
        assert songs.passing(SongFilter((NumberRange("energy", low),))).sum() == by_sql


def test_words_find_songs(dataset: Dataset) -> None:
    make_catalog(dataset)
    songs = Songs(dataset)
    assert rows_of(songs, SongFilter(text="song <7>")) == [7]
    assert len(rows_of(songs, SongFilter(text="artist"))) == 30
    assert rows_of(songs, SongFilter(text="nothing like it")) == rows_of(songs, SongFilter(text="?!")) == []


def test_a_dataset_has_songs_that_its_run_left_out(run: Run) -> None:
    run.assignments.filter(song_id=run.dataset.first_song_id + 4).delete()
    assert rows_of(Songs(run.dataset, run), SongFilter()) == [row for row in range(1, 31) if row != 4]
    assert rows_of(Songs(run.dataset), SongFilter()) == list(range(1, 31))
    assert len(Songs(run.dataset).select(SongFilter()).song_ids) == 30


def through(songs: Songs, order: Order, size: int) -> list[SongPage]:
    """Turn all pages."""
    pages: list[SongPage] = []
    passing, after = songs.present, None
    while not pages or pages[-1].last:
        pages.append(read_page(songs, passing, Turn(order, after=after), size=size))
        after = pages[-1].last
    return pages[:-1]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_pages_are_complete_and_without_repeats(mixed: Run, order: Order) -> None:
    songs = Songs(mixed.dataset, mixed)
    expected = in_pandas_order(table(mixed), order)
    for size in (7, 50, 200, 300):
        pages = through(songs, order, size)
        assert [row for page in pages for row in page.rows.tolist()] == expected
        assert [page.before for page in pages] == list(range(0, 200, size))
        assert {page.total for page in pages} == {200}
        for one, following in pairwise(pages):
            back = read_page(songs, songs.present, Turn(order, before=following.first), size=size)
            assert (back.rows.tolist(), back.before) == (one.rows.tolist(), one.before)


def in_pandas_order(songs: pd.DataFrame, order: Order) -> list[int]:
    key = {"group": "cluster", "row": "row_number"}.get(order.column, order.column)
    values = songs[key].str.lower() if key in ("title", "artist") else songs[key]
    in_order = songs.assign(sorted_by=values).sort_values(
        ["sorted_by", "row_number"], ascending=[not order.descending, True], na_position="last"
    )
    rows: list[int] = in_order.row_number.tolist()
    return rows


def test_beyond_the_last_song_is_nothing(run: Run) -> None:
    songs = Songs(run.dataset, run)
    page = read_page(songs, songs.present, Turn(Order(), after=Place(10**9, 10.0**9)))
    assert (page.rows.tolist(), page.first, page.last, page.before) == ([], None, None, 30)
