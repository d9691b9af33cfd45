"""Whether later songs fit: known answers, and how often songs from the same source pass for others."""

import numpy as np
import pytest
from scipy.stats import binomtest, ks_2samp

from clustering.analysis.describing.profiles import FeatureSummary
from clustering.analysis.prediction.drift import FirstSongs, measure_drift, wilson

EDGES = np.linspace(-4, 4, 41)


def drift_of(first: np.ndarray, later: np.ndarray):
    """Compare songs of one feature and one group around 0."""
    first_songs = FirstSongs(
        features={"energy": FeatureSummary(tuple(EDGES.tolist()), first.mean(), first.std())},
        limits=[float(np.quantile(np.abs(first), 0.99))],
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
