"""Sums over batches: the same as of all songs together."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.analysis import partition
from clustering.analysis.describing import profiles
from clustering.analysis.describing.accumulation import ClusterAccumulator, SongBatch, TopK
from clustering.analysis.prediction.assignment import assign_songs
from clustering.analysis.prediction.fitted_model import FittedModel
from clustering.analysis.projection import fit_projection
from clustering.analysis.scaling import fit_scaling
from clustering.analysis.scores import quality

FEATURES = ["energy", "duration_ms", "key"]


class TestTopK:
    def test_keeps_the_smallest_and_of_equals_the_earlier(self) -> None:
        first = TopK(3)
        first.add(np.array([2.0, np.nan, 5.0, 1.0]), np.array([10, 11, 12, 13]))
        first.add(np.array([2.0, 1.0]), np.array([14, 15]))
        assert first.ids == [13, 15, 10]

    def test_keeps_what_goes_with_them(self) -> None:
        first = TopK(2)
        for number in (3.0, 1.0, 2.0):
            first.add(np.array([number]), np.array([int(number)]), np.full((1, 2), number))
        assert first.columns(9)[1].tolist() == [[1, 1], [2, 2]]
        assert first.columns(1)[0].tolist() == [1]


class TestClusterAccumulator:
    @pytest.fixture
    def uneven_songs(self) -> SongBatch:
        rng = np.random.default_rng(3)
        scaled = np.concatenate(
            [rng.normal(place, 0.4, (size, 3)) for place, size in ((0, 60), (2, 40), (5, 9))]
        )
        values = scaled * [0.1, 30_000, 0] + [0.5, 200_000, 0]
        values[:, 2] = rng.integers(0, 12, len(values))
        return SongBatch(
            np.arange(len(values)), values.astype(np.float32), scaled.astype(np.float32),
            rng.random(len(values)).astype(np.float32),
        )  # fmt: skip

    @pytest.mark.parametrize("size", [1, 7, 1_000])
    def test_gives_the_profiles_and_scores_of_all_together(self, uneven_songs: SongBatch, size: int) -> None:
        groups = partition.fit_kmeans(uneven_songs.scaled, 3, seed=0)
        columns = profiles.ProfileColumns.of(uneven_songs.values, FEATURES, ["a", "b", "c"])
        whole = profiles.build_profiles(uneven_songs.values, uneven_songs.scaled, groups, columns)
        means = np.array(
            [uneven_songs.scaled[groups.labels == k].mean(axis=0, dtype=np.float64) for k in range(3)]
        )
        accumulator = ClusterAccumulator(
            columns, centers=groups.centroids, means=means, origin=[0.4, 150_000, 5]
        )
        scaling = fit_scaling(uneven_songs.values, FEATURES)
        model = FittedModel.of(groups, fit_projection(uneven_songs.scaled), scaling, medians={})
        for start in range(0, len(uneven_songs.values), size):
            rows = slice(start, start + size)
            batch = SongBatch(
                uneven_songs.song_ids[rows],
                uneven_songs.values[rows],
                uneven_songs.scaled[rows],
                uneven_songs.popularity[rows],
            )
            accumulator.add(batch, assign_songs(batch.scaled, model, algorithm="kmeans"))
        for found, expected in zip(accumulator.complete(whole), whole, strict=True):
            assert (found.size, found.histograms) == (expected.size, expected.histograms)
            for name in ("means", "medians", "z", "effects", "scaled_means"):
                assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-6)
            assert found.deviations == pytest.approx(expected.deviations, rel=1e-6)
        assert [tuple(one.ids) for one in accumulator.exemplars] == [one.exemplars for one in whole]
        assert [tuple(one.ids) for one in accumulator.borderline] == [one.borderline for one in whole]
        assert accumulator.inertia == pytest.approx(groups.inertia)
        spread = quality.measure_spread(uneven_songs.scaled, groups)
        assert quality.davies_bouldin(accumulator.spread) == pytest.approx(quality.davies_bouldin(spread))
        assert quality.calinski_harabasz(accumulator.spread) == pytest.approx(
            quality.calinski_harabasz(spread)
        )
        best = np.argsort(-uneven_songs.popularity[groups.labels == 0])[:100]
        assert accumulator.popular[0].ids == np.flatnonzero(groups.labels == 0)[best].tolist()
