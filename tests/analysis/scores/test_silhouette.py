"""The silhouette, exact and sampled, against scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics

from clustering.analysis import AnalysisError
from clustering.analysis.partition import Partition
from clustering.analysis.scores.silhouette import measure_silhouette, songs_to_measure


class TestSongsToMeasure:
    @pytest.mark.parametrize("most", [500, 5_000])
    def test_are_those_that_are_measured(self, songs: np.ndarray, partition: Partition, most: int) -> None:
        labels = np.where(np.arange(len(songs)) % 9, partition.labels, -1)
        measured = measure_silhouette(songs, labels, seed=3, exact_up_to=most)
        assert songs_to_measure(labels, seed=3, exact_up_to=most).tolist() == measured.rows.tolist()
        assert measured.exact == (most == 5_000)


class TestMeasureSilhouette:
    def test_agrees_with_scikit_learn(self, songs: np.ndarray, partition: Partition) -> None:
        measured = measure_silhouette(songs, partition.labels, seed=0)
        each = metrics.silhouette_samples(songs, partition.labels)
        assert measured.exact
        assert measured.mean == pytest.approx(metrics.silhouette_score(songs, partition.labels), abs=1e-6)
        assert measured.low == measured.mean == measured.high
        np.testing.assert_allclose(measured.values, each, atol=1e-6)
        for cluster, one in enumerate(measured.per_cluster):
            assert one.mean == pytest.approx(each[partition.labels == cluster].mean(), abs=1e-6)
            assert one.share_negative == pytest.approx((each[partition.labels == cluster] < 0).mean())

    def test_gives_zero_to_a_song_alone(self) -> None:
        measured = measure_silhouette(np.array([[0.0], [0.0], [1.0]]), np.array([0, 0, 1]), seed=0)
        assert measured.values.tolist() == [1, 1, 0]

    def test_passes_over_an_empty_cluster(self) -> None:
        measured = measure_silhouette(np.array([[0.0], [0.1], [1.0], [1.1]]), np.array([0, 0, 2, 2]), seed=0)
        assert measured.per_cluster[1].songs == 0
        assert measured.mean > 0.8

    def test_sampled_interval_holds_the_exact_value(self, songs: np.ndarray, partition: Partition) -> None:
        exact = metrics.silhouette_score(songs, partition.labels)
        samples = [
            measure_silhouette(songs, partition.labels, seed=seed, exact_up_to=10) for seed in range(40)
        ]
        assert not samples[0].exact
        assert sum(one.low <= exact <= one.high for one in samples) >= 34
        assert np.mean([one.mean for one in samples]) == pytest.approx(exact, abs=0.004)

    def test_sampled_songs_have_their_exact_values(self, songs: np.ndarray, partition: Partition) -> None:
        sampled = measure_silhouette(songs, partition.labels, seed=0, exact_up_to=10)
        each = metrics.silhouette_samples(songs, partition.labels)
        np.testing.assert_allclose(sampled.values, each[sampled.rows], atol=1e-4)
        assert min(one.songs for one in sampled.per_cluster) >= 100

    def test_needs_two_clusters(self, songs: np.ndarray) -> None:
        with pytest.raises(AnalysisError, match="only one"):
            measure_silhouette(songs, np.zeros(len(songs), dtype=int), seed=0)
