"""What songs without groups would score."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from clustering.analysis.choosing.reference import measure_cloud_null, measure_null, measure_uniform
from clustering.analysis.choosing.starts import starts_for
from clustering.analysis.partition import fit_kmeans
from clustering.analysis.scores.silhouette import measure_silhouette

RNG = np.random.default_rng(0)
UNIFORM = RNG.random((600, 5))
BLOBS = np.concatenate([RNG.normal(center, 0.3, (100, 5)) for center in RNG.normal(0, 4, (4, 5))])


def silhouette(songs: np.ndarray, k: int) -> float:
    """Measure the silhouette of K-Means."""
    return measure_silhouette(songs, fit_kmeans(songs, k, seed=0).labels, seed=0).mean


class TestMeasureNull:
    @pytest.mark.parametrize("k", [2, 4, 8])
    def test_is_what_songs_without_groups_score(self, k: int) -> None:
        null = measure_null(UNIFORM, k, seed=0)
        assert null.silhouette == pytest.approx(silhouette(UNIFORM, k), abs=0.02)
        assert 0 < null.deviation < 0.02

    def test_is_far_below_groups(self) -> None:
        assert measure_null(BLOBS, 4, seed=0).silhouette < silhouette(BLOBS, 4) - 0.3

    def test_of_one_feature_is_evenly_spread(self) -> None:
        songs = np.concatenate([RNG.normal(0, 1, 200), RNG.normal(20, 1, 200)])[:, None]
        line = RNG.random((400, 1))
        null = measure_null(songs, 2, seed=0).silhouette
        assert null == pytest.approx(silhouette_score(line, KMeans(2, n_init=5).fit_predict(line)), abs=0.05)
        assert silhouette(songs, 2) > null + 0.2

    def test_uses_a_part_of_many_songs(self) -> None:
        many = RNG.random((6000, 3))
        assert measure_null(many, 3, seed=0).silhouette == pytest.approx(silhouette(many, 3), abs=0.03)

    def test_has_as_many_starts_as_the_songs(self) -> None:
        # skewed features split at one of several optima, which a single start misses: it gives 0.49 instead of 0.55
        skewed = np.exp(np.random.default_rng(3).normal(size=(800, 5))).astype(np.float32)
        shuffled = [np.random.default_rng(seed).permuted(skewed, axis=0) for seed in range(30)]
        fits = [fit_kmeans(songs, 2, seed=0, starts=starts_for(2)) for songs in shuffled]
        scores = [
            measure_silhouette(songs, fit.labels, seed=0).mean
            for songs, fit in zip(shuffled, fits, strict=True)
        ]
        nulls = [measure_null(skewed, 2, seed=seed).silhouette for seed in range(10)]
        assert np.mean(nulls) == pytest.approx(np.mean(scores), abs=0.05)


class TestMeasureCloudNull:
    @pytest.mark.parametrize("k", [2, 5])
    def test_is_what_a_correlated_cloud_scores(self, k: int) -> None:
        cloud = RNG.normal(size=(800, 1)) + 0.5 * RNG.normal(size=(800, 4))
        null = measure_cloud_null(cloud, k, seed=0).silhouette
        assert null == pytest.approx(silhouette(cloud, k), abs=0.03)
        assert null > measure_null(cloud, k, seed=0).silhouette + 0.05

    def test_is_far_below_groups(self) -> None:
        assert measure_cloud_null(BLOBS, 4, seed=0).silhouette < silhouette(BLOBS, 4) - 0.2

    def test_repeats_count_once(self) -> None:
        once, often = UNIFORM[:100], np.repeat(UNIFORM[:100], 20, axis=0)
        assert measure_cloud_null(often, 3, seed=0) == measure_cloud_null(np.unique(once, axis=0), 3, seed=0)


class TestMeasureUniform:
    def test_gap_is_largest_at_the_right_number(self) -> None:
        gaps = {k: measure_uniform(BLOBS, k, seed=0).gap for k in range(2, 8)}
        assert max(gaps, key=gaps.__getitem__) == 4

    def test_gap_of_evenly_spread_songs_is_nothing(self) -> None:
        found = measure_uniform(RNG.random((2000, 3)) * [9, 3, 1], 3, seed=0)
        assert abs(found.gap) < 0.05
        assert 0 < found.gap_error < 0.05

    def test_silhouette_is_of_evenly_spread_songs(self) -> None:
        assert measure_uniform(BLOBS, 4, seed=0).silhouette < 0.3
