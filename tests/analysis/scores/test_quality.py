"""Quality measures agree with scikit-learn; a sampled silhouette holds the exact one in its interval."""

import numpy as np
import pytest
from sklearn import metrics

from clustering.analysis.partition import Partition, fit_kmeans
from clustering.analysis.scores.quality import calinski_harabasz, davies_bouldin, measure_spread


class TestDaviesBouldin:
    def test_agrees_with_scikit_learn(self, songs: np.ndarray, partition: Partition) -> None:
        assert davies_bouldin(measure_spread(songs, partition)) == pytest.approx(
            metrics.davies_bouldin_score(songs, partition.labels), abs=1e-6
        )

    def test_is_zero_for_repeated_points(self) -> None:
        points = np.array([[0.0], [0.0], [1.0], [1.0]])
        assert davies_bouldin(measure_spread(points, fit_kmeans(points, 2, seed=0))) == 0


class TestCalinskiHarabasz:
    def test_agrees_with_scikit_learn(self, songs: np.ndarray, partition: Partition) -> None:
        assert calinski_harabasz(measure_spread(songs, partition)) == pytest.approx(
            metrics.calinski_harabasz_score(songs, partition.labels), rel=1e-9
        )

    def test_is_one_for_repeated_points(self) -> None:
        points = np.array([[0.0], [0.0], [1.0], [1.0]])
        assert calinski_harabasz(measure_spread(points, fit_kmeans(points, 2, seed=0))) == 1
