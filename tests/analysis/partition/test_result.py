"""Nearest centers, and partitions from labels."""

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances

from clustering.analysis import AnalysisError
from clustering.analysis.partition import NOISE_LABEL, assign, partition_by_labels, result


class TestAssign:
    def test_agrees_with_all_distances(
        self, three_blobs: np.ndarray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(result, "BATCH_SONGS", 700)
        centers = three_blobs[::200].astype(np.float64) + 0.01
        apart = pairwise_distances(three_blobs, centers)
        near = assign(three_blobs, centers)
        np.testing.assert_array_equal(near.labels, apart.argmin(axis=1))
        np.testing.assert_array_equal(near.second, np.argsort(apart, axis=1)[:, 1])
        np.testing.assert_allclose(near.distances, apart.min(axis=1), atol=1e-6)

    def test_knows_a_single_center(self) -> None:
        near = assign(np.ones((3, 2)), np.zeros((1, 2)))
        assert near.second.tolist() == [0, 0, 0]


class TestPartitionByLabels:
    def test_numbers_by_size_and_keeps_songs_of_no_group_apart(self) -> None:
        songs = np.array([[0.0], [9.0], [10.0], [0.5], [11.0], [4.0]], dtype=np.float32)
        found = partition_by_labels(songs, np.array([0, 1, 1, 0, 1, NOISE_LABEL]), 2)
        assert found.labels.tolist() == [1, 0, 0, 1, 0, NOISE_LABEL]
        assert found.centroids.ravel().tolist() == [10.0, 0.25]
        assert found.noise_count == 1
        assert found.inertia == pytest.approx(1 + 0 + 1 + 2 * 0.25**2)

    def test_says_of_a_song_of_no_group_which_is_nearest(self) -> None:
        songs = np.array([[0.0], [10.0], [11.0], [4.0]], dtype=np.float32)
        found = partition_by_labels(songs, np.array([1, 0, 0, NOISE_LABEL]), 2)
        assert (found.second[3], found.distances[3]) == (1, 4.0)

    def test_measures_to_the_own_center_where_another_is_nearer(self) -> None:
        songs = np.array([[0.0], [6.0], [7.0], [8.0]], dtype=np.float32)
        found = partition_by_labels(songs, np.array([0, 0, 1, 1]), 2)
        assert found.labels.tolist() == [0, 0, 1, 1]  # the left group is first among equals
        assert (found.distances[1], found.second[1]) == (3.0, 1)

    def test_refuses_a_group_without_songs(self) -> None:
        with pytest.raises(AnalysisError, match="only 2 groups, not 3"):
            partition_by_labels(np.ones((2, 1), dtype=np.float32), np.array([0, 2]), 3)
