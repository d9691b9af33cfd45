"""Whether later songs fit: known answers, and how often songs from the same source pass for others."""

import numpy as np
import pytest
from scipy.stats import binomtest, ks_2samp

from benchmarks.drift import drift_of as split_at_first
from clustering.analysis.describing.profiles import FeatureSummary
from clustering.analysis.prediction.drift import Drift, FirstSongs, measure_drift, wilson

EDGES = np.linspace(-4, 4, 41)


def drift_of(first: np.ndarray, later: np.ndarray):
    """Compare songs of one feature and one group around 0."""
    first_songs = FirstSongs(
        features={"energy": FeatureSummary(tuple(EDGES.tolist()), first.mean(), first.std())},
        limits=[float(np.quantile(np.abs(first), 0.99, method="inverted_cdf"))],
        sizes=[len(first)],
        histograms=[{"energy": np.histogram(np.clip(first, -4, 4), EDGES)[0].tolist()}],
    )
    return measure_drift(later[:, None], np.zeros(len(later), dtype=np.int32), np.abs(later), first_songs)


def test_songs_as_before_fit():
    rng = np.random.default_rng(1)
    first = rng.normal(size=20_000)
    fits = [drift_of(first, rng.normal(size=400)).fit for _ in range(100)]
    assert fits.count("fits") >= 95
    assert "poorly" not in fits


def test_other_songs_do_not():
    rng = np.random.default_rng(1)
    found = drift_of(rng.normal(size=20_000), rng.normal(1.5, 1, size=400))
    (energy,) = found.features
    assert found.fit == "poorly"
    assert found.low < found.share < found.high
    assert energy.effect == pytest.approx(1.5, abs=0.15)
    assert sum(energy.counts) == 400


def random_split(first: int, later: int, seed: int, *, shift: float = 0.0, k: int = 4) -> Drift:
    """Group skewed, correlated songs of six features, and compare more of the same with them."""
    rng = np.random.default_rng(seed)
    songs = np.exp(0.5 * rng.normal(size=(first + later, 6)) @ (np.eye(6) + 0.3))
    songs[first:, :2] += shift * songs[:, :2].std(axis=0)
    names = [f"feature {place}" for place in range(6)]
    return split_at_first(songs[:first], songs[first:], names, k, seed)


@pytest.mark.parametrize(("first", "later", "k"), [(100, 500, 4), (500, 3_000, 8)])
def test_a_random_split_fits(first, later, k):
    assert [random_split(first, later, seed, k=k).fit for seed in range(10)].count("fits") >= 9


@pytest.mark.parametrize(("first", "later", "k"), [(100, 500, 4), (500, 3_000, 8)])
def test_features_that_moved_by_half_a_deviation_are_found(first, later, k):
    drifts = [random_split(first, later, seed, shift=0.5, k=k) for seed in range(10)]
    assert sum(drift.fit in ("shifted", "partly", "poorly") for drift in drifts) >= 9
    assert sum({"feature 0", "feature 1"} & set(drift.shifted) != set() for drift in drifts) >= 9


def test_a_shift_that_is_sure_but_small_does_not_count():
    rng = np.random.default_rng(3)
    found = drift_of(rng.normal(size=20_000), rng.normal(0.1, 1, size=20_000))
    assert (found.fit, found.shifted) == ("fits", ())


def test_few_first_songs_are_exceeded_more_often():
    """The highest of 25 distances is exceeded by one in 26."""
    rng = np.random.default_rng(4)
    found = drift_of(rng.normal(size=25), rng.normal(size=400))
    assert found.expected == pytest.approx(1 / 26)
    shares = [drift_of(rng.normal(size=25), rng.normal(size=400)).share for _ in range(200)]
    assert np.mean(shares) == pytest.approx(1 / 26, abs=0.01)


def test_a_few_songs_say_nothing():
    assert drift_of(np.linspace(-1, 1, 100), np.full(29, 9.0)).fit == "few"
    assert drift_of(np.linspace(-1, 1, 100), np.full(30, 9.0)).fit == "poorly"


def test_the_gap_is_kolmogorovs_and_smirnovs():
    """Over the histogram's edges, so that it is at most a bin's content smaller."""
    rng = np.random.default_rng(2)
    first, later = rng.normal(size=5000), rng.normal(0.4, 1.3, size=700)
    exact = ks_2samp(first, later).statistic
    assert exact - 0.02 <= drift_of(first, later).features[0].gap <= exact


@pytest.mark.parametrize(("count", "total"), [(0, 10), (3, 200), (200, 200)])
def test_wilsons_interval_agrees_with_scipy(count, total):
    expected = binomtest(count, total).proportion_ci(method="wilson")
    assert wilson(count, total) == pytest.approx((expected.low, expected.high), abs=1e-4)
