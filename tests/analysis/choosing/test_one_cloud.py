"""The cloud without groups that is closest to songs."""

import numpy as np
import pytest
from scipy.stats import ks_2samp, spearmanr

from clustering.analysis.choosing.one_cloud import fit_one_cloud, fit_unimodal

RNG = np.random.default_rng(0)


def inverse(fit: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Draw values of a fitted distribution."""
    knots, below = fit
    return np.interp(np.random.default_rng(1).random(4000), below, knots)


def slopes(fit: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the densities between the knots, without atoms."""
    widths, steps = np.diff(fit[0]), np.diff(fit[1])
    return steps[widths > 0] / widths[widths > 0]


class TestFitUnimodal:
    @pytest.mark.parametrize(
        "values",
        [RNG.normal(size=1000), RNG.exponential(size=1000), RNG.random(1000)],
        ids=["normal", "exponential", "uniform"],
    )
    def test_keeps_what_has_one_peak(self, values: np.ndarray) -> None:
        assert ks_2samp(values, inverse(fit_unimodal(values))).statistic < 0.05

    def test_fills_the_valley_between_two_peaks(self) -> None:
        values = np.concatenate([RNG.normal(0, 1, 500), RNG.normal(8, 1, 500)])
        between = [np.mean((drawn > 3) & (drawn < 5)) for drawn in (values, inverse(fit_unimodal(values)))]
        assert between[0] < 0.01 < 0.05 < between[1]

    @pytest.mark.parametrize(
        "values", [RNG.normal(size=300), RNG.random(50) ** 3, np.repeat([0.0, 1, 7], 20)]
    )
    def test_has_a_single_peak(self, values: np.ndarray) -> None:
        found = slopes(fit_unimodal(values))
        peak = found.argmax()
        assert (np.diff(found[: peak + 1]) >= -1e-9).all()
        assert (np.diff(found[peak:]) <= 1e-9).all()

    def test_keeps_an_atom_at_the_peak(self) -> None:
        drawn = inverse(fit_unimodal(np.concatenate([np.zeros(800), RNG.exponential(size=200)])))
        assert np.mean(drawn == 0) == pytest.approx(0.8, abs=0.03)

    def test_bears_values_that_are_all_the_same(self) -> None:
        assert set(inverse(fit_unimodal(np.full(9, 3.0)))) == {3.0}


class TestFitOneCloud:
    def test_keeps_the_rank_correlations(self) -> None:
        songs = RNG.normal(size=(3000, 3)) @ np.array([[1, 0.8, 0], [0, 0.6, -0.5], [0, 0, 0.9]])
        songs[:, 2] = np.exp(songs[:, 2])
        drawn = fit_one_cloud(songs).draw(3000, np.random.default_rng(2))
        assert spearmanr(drawn).statistic == pytest.approx(spearmanr(songs).statistic, abs=0.06)

    def test_is_standardized(self) -> None:
        drawn = fit_one_cloud(RNG.exponential(size=(500, 2))).draw(400, np.random.default_rng(2))
        assert drawn.dtype == np.float32
        assert drawn.mean(axis=0) == pytest.approx([0, 0], abs=1e-5)
        assert drawn.std(axis=0) == pytest.approx([1, 1], abs=1e-5)

    def test_bears_a_feature_that_does_not_change(self) -> None:
        songs = np.c_[RNG.normal(size=100), np.full(100, 4.0)]
        drawn = fit_one_cloud(songs).draw(50, np.random.default_rng(2))
        assert (drawn[:, 1] == 0).all()
