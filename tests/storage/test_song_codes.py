"""One byte per row: levels, decades and genres."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.models import Dataset, Song
from clustering.storage import song_codes

pytestmark = pytest.mark.django_db
NONE = song_codes.NO_VALUE


class TestLoadLevels:
    def test_goes_from_the_lowest_to_the_highest(self, dataset: Dataset) -> None:
        levels = song_codes.load_levels(dataset, "tempo")  # 91 to 120
        assert levels.codes.dtype == np.uint8
        assert (levels.codes[0], *levels.codes[31:]) == (NONE, NONE, NONE)
        assert (levels.codes[1], levels.codes[30]) == (0, 254)
        assert (np.diff(levels.codes[1:31].astype(int)) > 0).all()
        assert (levels.low, levels.high) == pytest.approx((91.29, 119.71))

    def test_knows_a_gap(self, dataset: Dataset) -> None:
        dataset.songs.filter(row_number=4).update(tempo=None)
        assert song_codes.load_levels(dataset, "tempo").codes[4] == NONE

    def test_of_nothing_has_none(self, dataset: Dataset) -> None:
        levels = song_codes.load_levels(dataset, "acousticness")
        assert (levels.codes == NONE).all()
        assert len(levels.codes) == 33

    def test_one_song_far_away_leaves_the_others_their_shades(self, dataset: Dataset) -> None:
        Song.objects.filter(dataset=dataset).update(energy=0.5)
        dataset.songs.filter(row_number__lt=15).update(energy=0.25)
        for row in range(31, 231):
            Song.objects.create(
                id=dataset.first_song_id + row,
                dataset=dataset,
                row_number=row,
                energy=0.25 + 0.25 * (row % 2),
            )
        dataset.songs.filter(row_number=1).update(energy=120_000)
        dataset.uploads.update(rows_read=230)
        dataset.songs_count = 230
        levels = song_codes.load_levels(dataset, "energy")
        assert (levels.low, levels.high) == pytest.approx((0.25, 0.5))
        assert levels.codes[1] == 254


class TestLoadDecades:
    def test_names_them_in_order(self, dataset: Dataset) -> None:
        decades = song_codes.load_decades(dataset)  # 1991 to 2019, and 1990
        assert decades.names == ("1990s", "2000s", "2010s")
        assert [decades.codes[row] for row in (1, 10, 29, 30, 31)] == [0, 1, 2, 0, NONE]


class TestLoadGenres:
    def test_takes_the_first_of_each_song(self, dataset: Dataset) -> None:
        genres = song_codes.load_genres(dataset)
        assert (set(genres.names), genres.others) == ({"pop", "jazz"}, None)
        assert genres.names[genres.codes[1]] == "pop"
        assert genres.names[genres.codes[2]] == "jazz"
        assert genres.codes[31] == NONE

    def test_gathers_the_rare_ones(self, dataset: Dataset) -> None:
        for row in range(1, 31):
            dataset.songs.filter(row_number=row).update(genres=[f"genre {min(row, 25):02}"])
        dataset.songs.filter(row_number=2).update(genres=None)
        genres = song_codes.load_genres(dataset)
        assert genres.names[0] == "genre 25"
        assert (len(genres.names), genres.others, genres.names[-1]) == (14, 13, "Other genres")
        counts = np.bincount(genres.codes[1:31], minlength=256)
        assert (counts[0], counts[1:13].tolist(), counts[13], counts[NONE]) == (6, [1] * 12, 11, 1)
