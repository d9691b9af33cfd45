"""Columns of songs by row: kept or read from the songs, they are the same."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.models import Dataset, Run, Song, SongColumn
from clustering.storage.kept_columns import Column, number_names
from clustering.storage.song_columns import (
    load_column,
    save_run_columns,
    save_song_columns,
    summaries,
)

pytestmark = pytest.mark.django_db
RUN = ("cluster", "distance", "x", "y")


def same(one: Column, other: Column) -> None:
    np.testing.assert_array_equal(one.values, other.values)
    assert one.names == other.names
    assert (one.bins is None) == (other.bins is None)
    if one.bins is not None and other.bins is not None:
        np.testing.assert_array_equal(one.bins.edges, other.bins.edges)
        np.testing.assert_array_equal(one.counts, other.counts)


class TestLoadColumn:
    def test_numbers_lie_in_the_order_of_the_rows(self, dataset: Dataset) -> None:
        dataset.songs.filter(row_number=4).update(tempo=None)
        tempo = load_column(dataset, None, "tempo")
        assert len(tempo.values) == dataset.last_row + 1
        assert np.isnan(tempo.values[[0, 4, 31]]).all()
        assert tempo.values[[1, 2, 30]].tolist() == [91, 92, 120]
        assert tempo.counts is not None
        assert tempo.counts.sum() == 29

    def test_texts_are_places_among_all(self, dataset: Dataset) -> None:
        dataset.songs.filter(row_number=1).update(artist=None)
        dataset.songs.filter(row_number=2).update(artist="ABBA")
        places = load_column(dataset, None, "artist").values
        assert places[0] == places[31] == -1
        assert places[[1, 2]].tolist() == [0, 1]
        names = dict(dataset.songs.exclude(artist=None).values_list("row_number", "artist"))
        for one, other in zip(
            sorted(names, key=lambda row: places[row]), sorted(names.values(), key=str.lower), strict=True
        ):
            assert names[one] == other

    def test_genres_are_places_among_lists(self, dataset: Dataset) -> None:
        dataset.songs.filter(row_number=3).update(genres=None)
        dataset.songs.filter(row_number=4).update(genres=[])
        genres = load_column(dataset, None, "genres")
        assert genres.names == [["jazz"], ["pop", "rock"]]
        assert genres.values[[0, 1, 2, 3, 4]].tolist() == [-1, 1, 0, -1, -1]

    @pytest.mark.parametrize("name", ["x", "cluster", "title; --", "acousticness", "extra:no"])
    def test_what_there_is_not_is_an_error(self, dataset: Dataset, name: str) -> None:
        with pytest.raises(KeyError):
            load_column(dataset, None, name)

    def test_is_the_same_when_kept(self, run: Run) -> None:
        dataset = run.dataset
        dataset.extra_columns = ["Beats, min"]
        Song.objects.filter(dataset=dataset, row_number__lt=9).update(extras=[7.5])
        names = [*number_names(dataset), "title", "artist", "genres", *RUN]
        assert "extra:Beats, min" in names
        before = [load_column(dataset, run, name) for name in names]
        save_song_columns(dataset)
        save_run_columns(run)
        assert SongColumn.objects.count() == len(names) + 1  # and which rows are songs
        save_song_columns(dataset)
        save_run_columns(run)
        assert SongColumn.objects.count() == len(names) + 1  # and which rows are songs
        Song.objects.filter(dataset=dataset).update(tempo=1, title="other")  # what is kept is not read again
        for name, column in zip(names, before, strict=True):
            same(load_column(dataset, run, name), column)

    def test_is_read_anew_when_songs_were_added(self, run: Run) -> None:
        dataset = run.dataset
        save_song_columns(dataset)
        save_run_columns(run)
        assert set(summaries(dataset, ["tempo", "energy"])) == {"tempo", "energy"}
        row = dataset.last_row + 5
        dataset.uploads.update(rows_read=row)
        Dataset.objects.update(songs_count=31)
        dataset = Dataset.objects.get(pk=dataset.pk)
        Song.objects.create(
            id=dataset.first_song_id + row, dataset=dataset, row_number=row, title="new", tempo=99
        )
        assert load_column(dataset, None, "tempo").values[row] == 99
        assert load_column(dataset, None, "title").values[row] > 0
        assert load_column(dataset, run, "cluster").values[row] == -1
        assert np.isnan(load_column(dataset, run, "x").values[row])
        assert summaries(dataset, ["tempo"]) == {}


def test_a_dataset_takes_its_columns_with_it(run: Run) -> None:
    save_song_columns(run.dataset)
    save_run_columns(run)
    run.delete()
    assert not SongColumn.objects.exclude(run=None).exists()
    run.dataset.delete()
    assert not SongColumn.objects.exists()
