"""K-Means: known answers, the same again from the same seed, numbered by size."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from clustering.analysis import AnalysisError
from clustering.analysis.partition import fit_kmeans, kmeans


class TestFitKmeans:
    def test_numbers_clusters_by_size(self, three_blobs: np.ndarray) -> None:
        found = fit_kmeans(three_blobs, 3, seed=1)
        assert np.bincount(found.labels).tolist() == sorted(np.bincount(found.labels), reverse=True)
        assert found.centroids[0].mean() == pytest.approx(4, abs=0.2)

    def test_is_the_same_from_the_same_seed(self, three_blobs: np.ndarray) -> None:
        first, second = fit_kmeans(three_blobs, 5, seed=7), fit_kmeans(three_blobs, 5, seed=7)
        np.testing.assert_array_equal(first.labels, second.labels)

    def test_reaches_scikit_learns_inertia(self, three_blobs: np.ndarray) -> None:
        reference = KMeans(3, n_init=10, random_state=0).fit(three_blobs)
        assert fit_kmeans(three_blobs, 3, seed=0).inertia == pytest.approx(reference.inertia_, rel=1e-6)

    def test_reaches_it_from_a_sample_too(
        self, three_blobs: np.ndarray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kmeans, "START_SONGS", 400)
        reference = KMeans(8, n_init=30, random_state=0).fit(three_blobs)
        assert fit_kmeans(three_blobs, 8, seed=0).inertia <= reference.inertia_ * 1.005

    def test_finds_the_same_groups_in_shuffled_rows(self, three_blobs: np.ndarray) -> None:
        order = np.random.default_rng(0).permutation(len(three_blobs))
        straight, shuffled = fit_kmeans(three_blobs, 3, seed=1), fit_kmeans(three_blobs[order], 3, seed=1)
        np.testing.assert_array_equal(straight.labels[order], shuffled.labels)

    def test_inertia_falls_as_k_grows(self, three_blobs: np.ndarray) -> None:
        inertias = [fit_kmeans(three_blobs, k, seed=1).inertia for k in (2, 3, 4, 6)]
        assert inertias == sorted(inertias, reverse=True)

    def test_refuses_more_clusters_than_distinct_songs(self) -> None:
        with pytest.raises(AnalysisError, match=r"3 clusters.*only 2 distinct"):
            fit_kmeans(np.array([[0.0], [0.0], [1.0]]), 3, seed=0)

    def test_refuses_one_cluster(self, three_blobs: np.ndarray) -> None:
        with pytest.raises(AnalysisError, match="at least 2"):
            fit_kmeans(three_blobs, 1, seed=0)

    def test_finds_rare_songs_in_a_sea_of_repeats(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kmeans, "START_SONGS", 10)
        songs = np.zeros((1000, 2), dtype=np.float32)
        songs[500], songs[700] = 1, 2
        assert np.bincount(fit_kmeans(songs, 3, seed=0).labels).tolist() == [998, 1, 1]

    def test_can_be_stopped(self, three_blobs: np.ndarray) -> None:
        def stop(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fit_kmeans(three_blobs, 3, seed=0, progress=stop)


class TestScreened:
    @pytest.mark.parametrize("k", [2, 5, 12])
    def test_is_as_good_as_all_starts_converged_where_there_are_no_groups(self, k: int) -> None:
        songs = np.random.default_rng(k).normal(size=(2000, 8)).astype(np.float32)
        converged = KMeans(k, n_init=16, random_state=0).fit(songs).inertia_
        centers = kmeans.fit_screened(songs, k, 16, np.random.default_rng(0))
        squares = ((songs[:, None] - centers) ** 2).sum(axis=2)
        assert squares.min(axis=1).sum() == pytest.approx(converged, rel=0.007)

    def test_ends_where_an_iteration_changes_nothing(self, three_blobs: np.ndarray) -> None:
        songs = three_blobs.astype(np.float32)
        centers = kmeans.fit_screened(songs, 3, 16, np.random.default_rng(0))
        again = KMeans(3, init=centers, n_init=1, max_iter=1).fit(songs).cluster_centers_
        np.testing.assert_allclose(again, centers, atol=1e-5)
