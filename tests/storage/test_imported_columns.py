"""Columns that an import keeps: the same as those that are read from the songs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User

from clustering.models import Dataset, SongColumn
from clustering.storage import imported_columns
from clustering.storage.kept_columns import Column, forget_song_columns, number_names
from clustering.storage.matrix import load_matrix, read_matrix
from clustering.storage.song_columns import load_column, save_song_columns
from tests.pipeline import import_dataset

pytestmark = pytest.mark.django_db(transaction=True)

GENRES = ["['pop', 'rock']", "[]", "['jazz']", "", "['rock', 'pop']", "['jazz']"]


def rows_with_gaps() -> list[dict[str, str]]:
    """Return songs of which some lack a number, some rows are none, and one is there twice."""
    rows = []
    for row in range(1, 61):
        known = row != 50  # which has no number at all
        rows.append(
            {
                "id": f"id{row}",
                "name": f"song {row}",
                "genres": GENRES[row % 6],
                "energy": f"0.{row:02}" if known and row % 7 else "",
                "valence": f"0.{row}" if known and row >= 40 else "",  # none in the first batches
                "release_date": str(1960 + row) if row % 5 else "",
                "followers": str(row * 10) if row % 4 else "",
            }
        )
    rows.insert(30, rows[10])
    return rows


def same(one: Column, other: Column) -> None:
    np.testing.assert_array_equal(one.values, other.values)
    assert one.names == other.names
    if one.bins is not None or other.bins is not None:
        np.testing.assert_array_equal(one.bins.edges, other.bins.edges)
        np.testing.assert_array_equal(one.counts, other.counts)


@pytest.fixture
def gappy(owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setattr("clustering.songfiles.readers.CHUNK_BYTES", 400)  # some rows at a time
    return import_dataset(owner, tmp_path, rows_with_gaps())


def test_are_those_of_the_songs(gappy: Dataset) -> None:
    names = [*number_names(gappy), "genres"]
    assert {"energy", "valence", "release_year", "extra:followers", "genres"} <= set(names)
    assert SongColumn.objects.filter(dataset=gappy, name__in=names).count() == len(names)
    kept = {name: load_column(gappy, None, name) for name in names}
    features = ["energy", "valence", "popularity", "release_year", "followers", "tempo"]
    matrix, some = load_matrix(gappy, features), load_matrix(gappy, features, only=np.array([0, 7, 40]))
    forget_song_columns(gappy)
    for name in names:
        same(kept[name], load_column(gappy, None, name))
    read = read_matrix(gappy, features)
    np.testing.assert_array_equal(matrix.values, read.values)
    np.testing.assert_array_equal(matrix.song_ids, read.song_ids)
    np.testing.assert_array_equal(some.values, read.values[[0, 7, 40]])


def test_stay_when_search_is_prepared(gappy: Dataset) -> None:
    before = dict(SongColumn.objects.filter(dataset=gappy).values_list("name", "pk"))
    save_song_columns(gappy)
    after = dict(SongColumn.objects.filter(dataset=gappy).values_list("name", "pk"))
    assert after.keys() - before.keys() == {"title", "artist"}
    assert {name: after[name] for name in before} == before
    assert SongColumn.objects.get(dataset=gappy, name="energy").bins["counts"]


def test_are_left_to_the_songs_once_some_were_added(gappy: Dataset) -> None:
    gappy.uploads.update(rows_read=90)
    gappy = Dataset.objects.get(pk=gappy.pk)
    gappy.songs.filter(row_number=1).update(energy=0.77)
    assert load_matrix(gappy, ["energy"]).values[0, 0] == np.float32(0.77)


def test_of_very_many_lists_of_genres_are_read_from_the_songs(
    owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imported_columns, "MOST_LISTS", 2)
    dataset = import_dataset(owner, tmp_path, rows_with_gaps())
    assert not SongColumn.objects.filter(dataset=dataset, name="genres").exists()
    assert load_column(dataset, None, "genres").names == [["jazz"], ["pop", "rock"], ["rock", "pop"]]
