"""Which cluster is which."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clustering.analysis.prediction.matching import match_by_centers, match_by_songs


class TestMatchBySongs:
    def test_keeps_as_many_songs_together_as_possible(self):
        assert match_by_songs(np.array([[50, 40, 0], [45, 0, 3]])) == [(0, 1), (1, 0)]

    def test_does_not_pair_what_shares_no_song(self):
        assert match_by_songs(np.array([[5, 0], [7, 0]])) == [(1, 0)]


class TestMatchByCenters:
    @given(st.permutations(range(6)))
    def test_finds_shuffled_centers_again(self, order):
        centers = np.random.default_rng(0).normal(size=(6, 4))
        found = match_by_centers(centers, centers[order])

        assert [order[match.second] for match in found] == list(range(6))
        assert all(match.distance == 0 for match in found)

    def test_measures_the_root_mean_square(self):
        (match,) = match_by_centers(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [30.0, 4.0]]))

        assert match.second == 0
        assert np.isclose(match.distance, np.sqrt(12.5))
