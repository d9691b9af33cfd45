"""Whether clusters come out again."""

import numpy as np

from clustering.analysis import AnalysisError
from clustering.analysis.partition import fit_kmeans
from clustering.analysis.scores.cluster_stability import Resampling, jaccard_stability


def stability(songs, k, **options):
    def regroup(some, seed):
        return fit_kmeans(some, k, seed=seed, starts=3).labels

    labels = fit_kmeans(songs, k, seed=0).labels
    return jaccard_stability(songs, labels, Resampling(regroup, seed=0), clusters=k, **options)


class TestJaccardStability:
    def test_is_1_for_blobs_that_are_far_apart(self):
        rng = np.random.default_rng(0)
        songs = rng.normal(size=(300, 3)) + np.repeat([[0], [20], [40]], 100, axis=0)

        assert stability(songs, 3) == (1, 1, 1)

    def test_is_low_where_a_blob_was_cut(self):
        parts = []
        for seed in range(6):
            rng = np.random.default_rng(seed)
            songs = rng.normal(size=(400, 4)) + np.repeat([[0], [20]], [300, 100], axis=0)
            found = stability(songs, 4)
            whole = fit_kmeans(songs, 4, seed=0).labels[300]

            assert found[whole] > 0.9
            parts += [found[cluster] for cluster in range(4) if cluster != whole]
        assert max(parts) < 0.8
        assert np.mean(parts) < 0.65

    def test_is_the_same_again_with_the_same_seed(self):
        songs = np.random.default_rng(0).normal(size=(200, 3))

        assert stability(songs, 3) == stability(songs, 3)

    def test_draws_among_a_sample_of_many_songs(self):
        sizes = []

        def regroup(some, seed):
            sizes.append(len(some))
            return (some[:, 0] > 0).astype(np.int32)

        songs = np.random.default_rng(0).normal(size=(1000, 2))
        found = jaccard_stability(
            songs, (songs[:, 0] > 0).astype(int), Resampling(regroup, seed=0, max_songs=100), clusters=2
        )

        assert found == (1, 1)
        assert max(sizes) <= 100

    def test_songs_of_no_group_are_no_cluster(self):
        songs = np.arange(40.0)[:, None]
        labels = np.where(songs[:, 0] < 10, -1, songs[:, 0] > 25).astype(int)

        def regroup(some, seed):
            return np.where(some[:, 0] < 10, -1, some[:, 0] > 25).astype(int)

        assert jaccard_stability(songs, labels, Resampling(regroup, seed=0), clusters=2) == (1, 1)

    def test_is_0_where_no_groups_come_out_again(self):
        def refuse(some, seed):
            raise AnalysisError("There are no groups.")

        songs = np.arange(40.0)[:, None]
        assert jaccard_stability(songs, songs[:, 0] > 20, Resampling(refuse, seed=0), clusters=2) == (0, 0)

    def test_is_nothing_for_a_cluster_that_was_never_drawn(self):
        songs = np.arange(10.0)[:, None]
        one_cluster = Resampling(lambda some, seed: np.zeros(len(some), int), seed=0)
        found = jaccard_stability(songs, np.zeros(10, int), one_cluster, clusters=2)
        assert found == (1, None)

    def test_counts(self):
        seen = []
        stability(np.random.default_rng(0).normal(size=(50, 2)), 2, progress=lambda *at: seen.append(at))
        assert seen == [(done, 20) for done in range(21)]
