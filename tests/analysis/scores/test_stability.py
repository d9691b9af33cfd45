"""Whether the same clusters come out again."""

import numpy as np

from clustering.analysis.partition import fit_kmeans
from clustering.analysis.scores.stability import Stability, measure_stability

RNG = np.random.default_rng(0)
BLOBS = np.concatenate([RNG.normal(center, 0.3, (80, 3)) for center in (0, 4, 8)])
NOISE = RNG.random((240, 3))


def stability(songs: np.ndarray, k: int, seed: int = 0) -> Stability:
    """Measure the stability of K-Means."""
    return measure_stability(songs, fit_kmeans(songs, k, seed=0).centroids, seed=seed)


class TestMeasureStability:
    def test_is_one_for_groups_that_are_there(self) -> None:
        found = stability(BLOBS, 3)
        assert (found.mean, found.low, found.high) == (1, 1, 1)
        assert found.jaccard == (1, 1, 1)

    def test_is_low_for_groups_that_are_not(self) -> None:
        found = stability(NOISE, 5)
        assert found.mean < 0.7
        assert found.low < found.mean < found.high
        assert min(found.jaccard) < 0.75

    def test_finds_the_cluster_that_does_not_come_out_again(self) -> None:
        found = stability(BLOBS, 4)
        assert found.mean < 0.95
        assert min(found.jaccard) < 0.85

    def test_is_the_same_again_with_the_same_seed(self) -> None:
        assert stability(NOISE, 3) == stability(NOISE, 3)
        assert stability(NOISE, 3) != stability(NOISE, 3, seed=1)

    def test_interval_covers_what_many_seeds_find(self) -> None:
        found = [stability(NOISE, 3, seed) for seed in range(30)]
        truth = np.mean([one.mean for one in found])
        assert sum(one.low <= truth <= one.high for one in found) >= 24

    def test_reports_its_progress(self) -> None:
        calls: list[tuple[int, int]] = []
        measure_stability(BLOBS, BLOBS[:2], seed=0, progress=lambda *call: calls.append(call))
        assert calls == [(done, 12) for done in range(13)]
