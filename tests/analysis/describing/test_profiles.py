"""Profiles: numbers in real units, effects, exemplars and songs in between."""

from collections.abc import Sequence

import numpy as np
import pytest

from clustering.analysis.describing.profiles import (
    BORDERLINE,
    CANDIDATES,
    EXEMPLARS,
    MAX_EFFECT,
    Profile,
    ProfileColumns,
    build_profiles,
    shared_bins,
)
from clustering.analysis.partition import Partition, fit_kmeans

NAMES = ("energy", "tempo")


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    rng = np.random.default_rng(4)
    return np.concatenate(
        [rng.normal((0.2, 90), (0.1, 9), (300, 2)), rng.normal((0.7, 130), (0.1, 9), (200, 2))]
    )


@pytest.fixture(scope="module")
def scaled(values: np.ndarray) -> np.ndarray:
    return ((values - values.mean(axis=0)) / values.std(axis=0)).astype(np.float32)


@pytest.fixture(scope="module")
def two_clusters(scaled: np.ndarray) -> Partition:
    return fit_kmeans(scaled, 2, seed=0)


def profiles_of(
    values: np.ndarray,
    scaled: np.ndarray,
    partition: Partition,
    features: Sequence[str] = NAMES,
    scaled_columns: Sequence[str] | None = None,
) -> tuple[Profile, ...]:
    return build_profiles(values, scaled, partition, ProfileColumns.of(values, features, scaled_columns))


class TestBuildProfiles:
    def test_measures_in_real_units(
        self, values: np.ndarray, scaled: np.ndarray, two_clusters: Partition
    ) -> None:
        for profile in profiles_of(values, scaled, two_clusters):
            inside, outside = (
                values[(two_clusters.labels == profile.index) == here] for here in (True, False)
            )
            for column, name in enumerate(NAMES):
                one, other = inside[:, column], outside[:, column]
                pooled = np.sqrt((one.var() * len(one) + other.var() * len(other)) / (len(values) - 2))
                assert profile.means[name] == pytest.approx(one.mean())
                assert profile.medians[name] == pytest.approx(np.median(one))
                assert profile.deviations[name] == pytest.approx(one.std())
                assert profile.scaled_means[name] == pytest.approx(profile.z[name], abs=1e-6)
                assert profile.effects[name] == pytest.approx((one.mean() - other.mean()) / pooled)
                assert sum(profile.histograms[name]) == profile.size == len(one)

    def test_ranks_exemplars_and_borderline_songs(
        self, values: np.ndarray, scaled: np.ndarray, two_clusters: Partition
    ) -> None:
        profile = profiles_of(values, scaled, two_clusters)[0]
        apart = np.linalg.norm(scaled[:, None] - two_clusters.centroids[None], axis=2)
        rows = np.flatnonzero(two_clusters.labels == 0)
        assert profile.exemplars == tuple(rows[np.argsort(apart[rows, 0])][: CANDIDATES * EXEMPLARS])
        assert profile.borderline == tuple(
            rows[np.argsort(apart[rows, 1] - apart[rows, 0])][: CANDIDATES * BORDERLINE]
        )

    @pytest.mark.parametrize("songs", [2, 7, 8])
    def test_medians_are_numpys(self, songs: int) -> None:
        values = np.random.default_rng(songs).normal(size=(songs, 1)).astype(np.float32)
        ones = np.zeros(songs, dtype=np.int32)
        whole = Partition(ones, np.zeros((1, 1)), 0.0, 1, ones.astype(np.float32), ones)
        (profile,) = profiles_of(values, values, whole, ["energy"])
        assert profile.medians["energy"] == pytest.approx(np.median(values.astype(np.float64)), rel=1e-12)

    def test_cuts_an_endless_effect(self) -> None:
        songs = np.array([[0.0], [0.0], [0.0], [1.0], [1.0]])
        first, second = profiles_of(songs, songs, fit_kmeans(songs, 2, seed=0), ["mode"])
        assert (first.effects["mode"], second.effects["mode"]) == (-MAX_EFFECT, MAX_EFFECT)

    def test_describes_a_single_cluster(self, values: np.ndarray, scaled: np.ndarray) -> None:
        ones = np.zeros(len(values), dtype=np.int32)
        whole = Partition(ones, np.zeros((1, 2)), 0.0, 1, ones.astype(np.float32), ones)
        (profile,) = profiles_of(values, scaled, whole)
        assert (profile.share, profile.borderline, profile.effects["energy"]) == (1.0, (), 0.0)


class TestSharedBins:
    def test_leave_outliers_to_the_outermost_bars(self, values: np.ndarray) -> None:
        wild = values.copy()
        wild[0, 1] = 120_000
        assert shared_bins(wild, NAMES)["tempo"][-1] < 200

    def test_show_the_whole_range_where_nearly_all_is_one_value(self) -> None:
        column = np.zeros((1000, 1))
        column[0] = 1
        assert shared_bins(column, ["mode"], bins=2)["mode"] == (0, 0.5, 1)

    def test_have_a_width_for_a_constant(self) -> None:
        assert shared_bins(np.full((9, 1), 4.0), ["key"], bins=1)["key"] == (3.5, 4.5)


class TestKey:
    def test_has_a_most_common_value_and_never_stands_out(self) -> None:
        songs = np.array([[0.1, 9.0], [0.2, 9.0], [0.3, 2.0], [0.8, 4.0], [0.9, 4.0]])
        found = fit_kmeans(songs[:, :1], 2, seed=0)
        first, second = profiles_of(songs, songs[:, :1], found, ["energy", "key"], ["energy"])
        assert (first.means["key"], second.means["key"]) == (9.0, 4.0)
        assert (first.effects["key"], first.z["key"]) == (0.0, 0.0)
        assert set(first.scaled_means) == {"energy"}
