"""Songs by COPY: what goes in comes out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from django.contrib.auth.models import User

from clustering.models import Dataset, Song
from clustering.storage import songs
from clustering.storage.matrix import load_matrix
from tests.songtables import arrow_table

pytestmark = pytest.mark.django_db

AWKWARD = ['He said "no"', "back\\slash, comma", "line\nbreak", "", "เพลง {curly}", "NULL"]


@pytest.fixture
def empty_dataset() -> Dataset:
    return Dataset.objects.create(owner=User.objects.create_user("ada"), name="songs")


class TestCopySongs:
    def test_keeps_awkward_text_and_gaps(self, empty_dataset: Dataset) -> None:
        songs.copy_songs(songs.encode_songs(empty_dataset, arrow_table(title=pa.array([*AWKWARD, None]))))
        assert list(Song.objects.values_list("title", flat=True)) == [*AWKWARD, None]

    def test_keeps_lists(self, empty_dataset: Dataset) -> None:
        genres = [AWKWARD, [], None, ["pop"]]
        extras = [[1.5, None], [], None, [-3.0, 4.0]]
        songs.copy_songs(
            songs.encode_songs(
                empty_dataset,
                arrow_table(genres=pa.array(genres), extras=pa.array(extras, pa.list_(pa.float32()))),
            )
        )
        assert list(Song.objects.values_list("genres", flat=True)) == genres
        assert list(Song.objects.values_list("extras", flat=True)) == extras

    def test_numbers_songs_within_their_dataset(self, empty_dataset: Dataset) -> None:
        songs.copy_songs(
            songs.encode_songs(empty_dataset, arrow_table(title=pa.array(["a", "b"])), first_row=10)
        )
        assert list(Song.objects.values_list("row_number", flat=True)) == [11, 12]
        assert Song.objects.first().pk == empty_dataset.first_song_id + 11

    def test_keeps_types(self, empty_dataset: Dataset) -> None:
        songs.copy_songs(
            songs.encode_songs(
                empty_dataset,
                arrow_table(
                    explicit=pa.array([True]),
                    release_year=pa.array([1969]),
                    energy=pa.array([0.25]),
                    popularity=pa.array([77.0]),
                ),
            )
        )
        song = Song.objects.get()
        assert (song.explicit, song.release_year, song.energy, song.popularity) == (True, 1969, 0.25, 77.0)


class TestLoadMatrix:
    def test_gives_the_numbers_back_in_order_with_gaps(self, empty_dataset: Dataset) -> None:
        energy = np.random.default_rng(0).random(1_000).astype(np.float32)
        energy[7] = np.nan
        songs.copy_songs(
            songs.encode_songs(empty_dataset, arrow_table(energy=pa.array(energy, from_pandas=True)))
        )
        empty_dataset.songs_count = 1_000
        matrix = load_matrix(empty_dataset, ["energy", "valence"])
        np.testing.assert_array_equal(matrix.values[:, 0], energy)
        assert np.isnan(matrix.values[:, 1]).all()
        np.testing.assert_array_equal(matrix.song_ids, empty_dataset.first_song_id + np.arange(1, 1_001))

    def test_reads_only_some_places_or_some_at_a_time(
        self, empty_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("clustering.storage.binary.READ_BYTES", 500)
        songs.copy_songs(songs.encode_songs(empty_dataset, arrow_table(tempo=pa.array(np.arange(100.0)))))
        Song.objects.filter(pk=empty_dataset.first_song_id + 3).delete()  # places are not row numbers
        empty_dataset.songs_count = 99
        tempos = np.delete(np.arange(100.0), 2)
        places = np.array([0, 2, 50, 51, 98])
        matrix = load_matrix(empty_dataset, ["tempo"], only=places)
        np.testing.assert_array_equal(matrix.values[:, 0], tempos[places])
        np.testing.assert_array_equal(matrix.song_ids - empty_dataset.first_song_id - 1, tempos[places])
        matrix = load_matrix(empty_dataset, ["tempo"], after=90, most=4)
        np.testing.assert_array_equal(matrix.values[:, 0], [90, 91, 92, 93])

    def test_reads_the_files_own_numbers(self, empty_dataset: Dataset) -> None:
        songs.copy_songs(
            songs.encode_songs(
                empty_dataset, arrow_table(extras=pa.array([[1.0, 2.0], [3.0, None]], pa.list_(pa.float32())))
            )
        )
        empty_dataset.songs_count, empty_dataset.extra_columns = 2, ["followers", "label code"]
        matrix = load_matrix(empty_dataset, ["label code"])
        np.testing.assert_array_equal(matrix.values[:, 0], [2.0, np.nan])

    def test_reads_only_its_dataset(self, empty_dataset: Dataset) -> None:
        other = Dataset.objects.create(owner=empty_dataset.owner, name="other")
        songs.copy_songs(songs.encode_songs(other, arrow_table(energy=pa.array([0.5]))))
        assert len(load_matrix(empty_dataset, ["energy"]).values) == 0

    def test_refuses_a_name_that_is_no_number(self, empty_dataset: Dataset) -> None:
        with pytest.raises(ValueError, match="title"):
            load_matrix(empty_dataset, ["title"])

    def test_crosses_the_borders_of_its_buffer(
        self, empty_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("clustering.storage.binary.READ_BYTES", 50)
        songs.copy_songs(songs.encode_songs(empty_dataset, arrow_table(tempo=pa.array(np.arange(100.0)))))
        empty_dataset.songs_count = 100
        matrix = load_matrix(empty_dataset, ["tempo"])
        np.testing.assert_array_equal(matrix.values[:, 0], np.arange(100))


class TestClearRows:
    def test_removes_only_later_rows_of_the_dataset(self, empty_dataset: Dataset) -> None:
        other = Dataset.objects.create(owner=empty_dataset.owner, name="other")
        for each in (empty_dataset, other):
            songs.copy_songs(songs.encode_songs(each, arrow_table(title=pa.array(["a", "b", "c"]))))
        songs.clear_rows(empty_dataset, after=1)
        assert list(empty_dataset.songs.values_list("title", flat=True)) == ["a"]
        assert other.songs.count() == 3
