"""Every algorithm keeps the one agreement: known groups found, numbered by size, the same from the same seed."""

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, BisectingKMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from clustering.analysis import AnalysisError
from clustering.analysis.partition import (
    ALGORITHMS,
    NOISE_LABEL,
    bisecting,
    fit_partition,
    hdbscan,
    mixture,
    ward,
)
from clustering.analysis.run_settings import RunSettings

TRUE = np.repeat([0, 1, 2], [500, 300, 200])


@pytest.fixture(scope="module")
def labeled_songs() -> np.ndarray:
    rng = np.random.default_rng(3)
    centers = np.array([[0.0] * 4, [6.0] * 4, [-7.0] * 4])
    return (centers[TRUE] + rng.normal(0, 1, (len(TRUE), 4))).astype("f4")


@pytest.fixture(scope="module")
def blurred() -> np.ndarray:
    """Real songs have no gaps between groups; here ties and near-ties abound."""
    return np.random.default_rng(5).normal(0, 1, (900, 5)).astype("f4")


def settings(algorithm: str, size: int | None = None, *, seed: int = 0) -> RunSettings:
    """Return settings for so many groups or groups of so many songs, whichever the algorithm needs."""
    if ALGORITHMS[algorithm].needs_n_clusters:
        return RunSettings(algorithm=algorithm, n_clusters=size or 3, seed=seed)
    return RunSettings(algorithm=algorithm, min_cluster_size=size or 40, seed=seed)


class TestFitPartition:
    def test_finds_the_algorithms_of_the_package_in_their_order(self) -> None:
        assert set(ALGORITHMS) >= {"kmeans", "minibatch", "bisecting", "mixture", "ward", "hdbscan"}
        orders = [algorithm.order for algorithm in ALGORITHMS.values()]
        assert orders == sorted(set(orders))

    def test_describes_them_with_every_number_filled_in(self) -> None:
        assert not [one.name for one in ALGORITHMS.values() if "{" in one.description]

    def test_needs_a_size(self, labeled_songs: np.ndarray) -> None:
        with pytest.raises(ValueError, match="hdbscan needs min_cluster_size"):
            fit_partition(labeled_songs, RunSettings(algorithm="hdbscan", n_clusters=3))

    def test_refuses_another(self, labeled_songs: np.ndarray) -> None:
        with pytest.raises(AnalysisError, match="“magic” is not an algorithm"):
            fit_partition(labeled_songs, RunSettings(algorithm="magic", n_clusters=3))

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_finds_separate_groups_numbered_by_size(self, labeled_songs: np.ndarray, algorithm: str) -> None:
        found = fit_partition(labeled_songs, settings(algorithm, seed=1))
        inside = found.labels != NOISE_LABEL
        assert adjusted_rand_score(TRUE[inside], found.labels[inside]) > 0.99
        sizes = np.bincount(found.labels[inside])
        assert len(sizes) == 3
        assert sizes.tolist() == sorted(sizes, reverse=True)
        assert found.centroids[1].mean() == pytest.approx(6, abs=0.3)

    @pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "hdbscan"])
    def test_is_the_same_from_the_same_seed(self, blurred: np.ndarray, algorithm: str) -> None:
        first, second = (fit_partition(blurred, settings(algorithm, 6, seed=7)) for _ in range(2))
        np.testing.assert_array_equal(first.labels, second.labels)
        np.testing.assert_array_equal(first.distances, second.distances)

    def test_is_the_same_from_hdbscan(self, labeled_songs: np.ndarray) -> None:
        first, second = (fit_partition(labeled_songs, settings("hdbscan", 15, seed=seed)) for seed in (7, 8))
        np.testing.assert_array_equal(first.labels, second.labels)

    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_can_be_stopped(self, labeled_songs: np.ndarray, algorithm: str) -> None:
        def stop(done: int, total: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fit_partition(labeled_songs, settings(algorithm), progress=stop)

    @pytest.mark.parametrize("algorithm", [name for name, one in ALGORITHMS.items() if one.needs_n_clusters])
    def test_refuses_more_groups_than_distinct_songs(self, algorithm: str) -> None:
        with pytest.raises(AnalysisError, match=r"3 clusters.*only 2 distinct"):
            fit_partition(np.array([[0.0], [0.0], [1.0]]), settings(algorithm))


class TestBisecting:
    def test_is_scikit_learns(self, blurred: np.ndarray) -> None:
        found = fit_partition(blurred, settings("bisecting", 5, seed=2))
        reference = BisectingKMeans(5, n_init=bisecting.STARTS, random_state=2).fit(blurred)
        assert adjusted_rand_score(found.labels, reference.labels_) == 1

    def test_of_a_sample_takes_the_others_along(
        self, labeled_songs: np.ndarray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bisecting, "BISECTED_SONGS", 200)
        found = fit_partition(labeled_songs, settings("bisecting", 3, seed=2))
        assert adjusted_rand_score(TRUE, found.labels) > 0.99


class TestMixture:
    def test_is_scikit_learns(self, labeled_songs: np.ndarray) -> None:
        found = fit_partition(labeled_songs, settings("mixture", 3, seed=0))
        reference = GaussianMixture(3, random_state=0).fit(labeled_songs)
        assert adjusted_rand_score(found.labels, reference.predict(labeled_songs)) == 1
        assert found.bic == pytest.approx(reference.bic(labeled_songs), rel=1e-3)
        assert found.membership is not None
        np.testing.assert_allclose(
            found.membership, reference.predict_proba(labeled_songs).max(axis=1), atol=1e-3
        )

    def test_numbers_what_it_learned_like_the_groups(self, labeled_songs: np.ndarray) -> None:
        found = fit_partition(labeled_songs, settings("mixture", 3, seed=0))
        assert found.parameters
        np.testing.assert_allclose(found.parameters["means"], found.centroids, atol=0.05)
        np.testing.assert_allclose(found.parameters["weights"], [0.5, 0.3, 0.2], atol=0.01)
        assert (found.second != found.labels).all()

    def test_of_a_sample_takes_the_others_along(
        self, labeled_songs: np.ndarray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mixture, "FITTED_SONGS", 300)
        found = fit_partition(labeled_songs, settings("mixture", 3, seed=2))
        assert adjusted_rand_score(TRUE, found.labels) > 0.99


class TestWard:
    def test_is_scikit_learns(self, blurred: np.ndarray) -> None:
        found = fit_partition(blurred, settings("ward", 6, seed=0))
        reference = AgglomerativeClustering(6).fit(blurred)
        assert adjusted_rand_score(found.labels, reference.labels_) == 1

    def test_keeps_the_top_of_the_tree(self, blurred: np.ndarray) -> None:
        found = fit_partition(blurred, settings("ward", 6, seed=0))
        tree = found.tree
        assert tree is not None
        assert (len(tree.sizes), len(tree.merges)) == (ward.BRANCHES, ward.BRANCHES - 1)
        heights = [height for _, _, height in tree.merges]
        assert heights == sorted(heights)
        for cluster in range(6):
            of_cluster = [size for size, at in zip(tree.sizes, tree.clusters, strict=True) if at == cluster]
            assert sum(of_cluster) == np.count_nonzero(found.labels == cluster)

    def test_of_a_sample_takes_the_others_along(
        self, labeled_songs: np.ndarray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ward, "WARD_SONGS", 300)
        found = fit_partition(labeled_songs, settings("ward", 3, seed=2))
        assert adjusted_rand_score(TRUE, found.labels) > 0.99
        assert found.tree is not None
        assert sum(found.tree.sizes) == 300


class TestHdbscan:
    def test_is_scikit_learns_and_leaves_odd_songs_out(self, labeled_songs: np.ndarray) -> None:
        far = np.concatenate([labeled_songs, [[40.0] * 4, [-60.0] * 4]]).astype("f4")
        found = fit_partition(far, settings("hdbscan", 40, seed=0))
        reference = HDBSCAN(min_cluster_size=40, min_samples=hdbscan.NEIGHBORS, copy=True).fit(far)
        assert adjusted_rand_score(found.labels, reference.labels_) == 1
        assert found.labels[-2:].tolist() == [NOISE_LABEL, NOISE_LABEL]
        assert found.membership is not None
        assert found.membership[-1] == 0

    def test_says_that_songs_do_not_crowd(self, blurred: np.ndarray) -> None:
        with pytest.raises(AnalysisError, match="found no groups of at least 100 songs"):
            fit_partition(blurred, settings("hdbscan", 100, seed=0))

    def test_refuses_too_many_songs(self, labeled_songs: np.ndarray) -> None:
        with pytest.raises(AnalysisError, match="at most 20,000 songs, and there are 20,001"):
            fit_partition(np.zeros((20_001, 1)), settings("hdbscan", 40, seed=0))

    def test_refuses_a_smallest_group_that_cannot_be(self, labeled_songs: np.ndarray) -> None:
        with pytest.raises(AnalysisError, match="between 2 and 1,000"):
            fit_partition(labeled_songs, settings("hdbscan", 1_001, seed=0))
