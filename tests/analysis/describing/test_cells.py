"""Energy distances between collections of songs."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from clustering.analysis.describing.cells import CELLS, fit_cells, place_collections


def energy_distance(one, other):
    """By its definition: Székely & Rizzo (2013)."""
    return 2 * cdist(one, other).mean() - cdist(one, one).mean() - cdist(other, other).mean()


@pytest.fixture(scope="module")
def many_songs():
    return np.random.default_rng(0).normal(size=(3_000, 4)).astype(np.float32)


class TestPlaceCollections:
    def test_is_exact_where_every_song_is_a_cell(self):
        songs = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)
        artists = np.array([0] * 8 + [1] * 12)
        points = place_collections(fit_cells(songs), artists, 2)

        expected = energy_distance(songs[:8], songs[8:])
        assert np.square(points[0] - points[1]).sum() == pytest.approx(expected, rel=1e-3)

    def test_is_not_far_from_the_truth_for_many_songs(self, many_songs):
        shift = many_songs + np.array([1.5, 0, 0, 0], dtype=np.float32)
        both = np.concatenate([many_songs, shift])
        points = place_collections(fit_cells(both), np.repeat([0, 1], len(many_songs)), 2)

        expected = energy_distance(many_songs[:1_000], shift[:1_000])
        assert np.square(points[0] - points[1]).sum() == pytest.approx(expected, rel=0.15)

    def test_an_artist_of_two_kinds_is_not_the_artist_between(self):
        rng = np.random.default_rng(2)
        ballads, rock = rng.normal(-3, 0.3, size=(100, 2)), rng.normal(3, 0.3, size=(100, 2))
        between = rng.normal(0, 0.3, size=(100, 2))
        also_two = np.concatenate([rng.normal(-3, 0.3, size=(50, 2)), rng.normal(3, 0.3, size=(50, 2))])
        songs = np.concatenate([ballads[:50], rock[:50], between, also_two]).astype(np.float32)
        points = place_collections(fit_cells(songs), np.repeat([0, 1, 2], 100), 3)
        apart = [np.square(points[0] - points[other]).sum() for other in (1, 2)]

        assert apart[1] < apart[0] / 20

    def test_a_collection_without_songs_is_nowhere(self, many_songs):
        points = place_collections(fit_cells(many_songs[:50]), np.array([0] * 49 + [-1]), 2)

        assert not np.isnan(points[0]).any()
        assert np.isnan(points[1]).all()

    def test_a_song_can_be_in_several(self, many_songs):
        cells = fit_cells(many_songs[:100])
        twice = place_collections(cells, np.array([0, 1, 0, 1]), 2, songs=np.array([5, 5, 7, 7]))

        np.testing.assert_array_equal(twice[0], twice[1])


class TestFitCells:
    def test_is_the_same_again(self, many_songs):
        first, second = fit_cells(many_songs), fit_cells(many_songs)

        assert len(first.centers) == CELLS
        np.testing.assert_array_equal(first.labels, second.labels)

    def test_puts_each_song_into_the_nearest(self, many_songs):
        cells = fit_cells(many_songs)

        np.testing.assert_array_equal(cells.labels, cdist(many_songs, cells.centers).argmin(axis=1))

    def test_takes_what_is_all_the_same(self):
        cells = fit_cells(np.ones((10, 2), dtype=np.float32))

        assert len(cells.centers) == 1
