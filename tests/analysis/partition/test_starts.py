"""The starts of K-Means: the very songs that scikit-learn chooses."""

import numpy as np
import pytest
from sklearn.cluster import KMeans, kmeans_plusplus

from clustering.analysis.partition.starts import plus_plus


@pytest.mark.parametrize("seed", range(20))
class TestPlusPlus:
    def test_chooses_what_scikit_learn_does(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        songs, k = rng.normal(size=(1500 + 100 * seed, 3 + seed % 8)).astype(np.float32), 2 + seed
        expected, _ = kmeans_plusplus(songs, k, random_state=seed)
        np.testing.assert_array_equal(plus_plus(songs, k, np.random.RandomState(seed)), expected)

    def test_leads_to_the_same_fit(self, seed: int) -> None:
        songs = np.random.default_rng(seed).normal(3, 1, size=(900, 4)).astype(np.float32)
        own, theirs = (
            KMeans(5, init=init, n_init=3, random_state=seed).fit(songs) for init in (plus_plus, "k-means++")
        )
        np.testing.assert_array_equal(own.labels_, theirs.labels_)
        np.testing.assert_array_equal(own.cluster_centers_, theirs.cluster_centers_)


def test_repeats_are_chosen_when_there_is_nothing_else() -> None:
    songs = np.array([[1.0, 2.0]] * 5, dtype=np.float32)
    assert plus_plus(songs, 3, np.random.RandomState(0)).tolist() == [[1.0, 2.0]] * 3
