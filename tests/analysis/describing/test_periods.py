"""Years and decades."""

import numpy as np
import pytest

from clustering.analysis.describing.periods import describe_periods, period_of


class TestPeriodOf:
    def test_few_years_stand_alone(self):
        assert period_of(np.array([1999, 2010, 0])).tolist() == [1999, 2010, 0]

    def test_many_years_make_decades(self):
        assert period_of(np.array([1921, 1999, 2000, 0])).tolist() == [1920, 1990, 2000, 0]

    def test_years_that_are_decades_stay_decades(self):
        periods = describe_periods(
            np.array([2000, 2010]), np.ones((2, 1), dtype=np.float32), ["energy"], decades=True
        )
        assert [period.label for period in periods] == ["2000s", "2010s"]

    def test_no_years_are_no_periods(self):
        assert (
            describe_periods(np.zeros(3, dtype=np.int64), np.ones((3, 1), dtype=np.float32), ["energy"]) == ()
        )


class TestDescribePeriods:
    def test_agrees_with_numpy(self):
        rng = np.random.default_rng(0)
        years, values = rng.integers(1960, 2020, 500), rng.random((500, 2)).astype(np.float32)
        values[::7, 1] = np.nan
        nineties = next(p for p in describe_periods(years, values, ["energy", "tempo"]) if p.label == "1990s")
        rows = values[(years >= 1990) & (years <= 1999)]

        assert (nineties.first, nineties.last, nineties.songs) == (1990, 1999, len(rows))
        low, mean, high = nineties.features["tempo"]
        assert mean == pytest.approx(np.nanmean(rows[:, 1]), rel=1e-5)
        assert (low, high) == pytest.approx(np.nanpercentile(rows[:, 1], [25, 75]), rel=1e-5)

    def test_leaves_out_what_no_song_has(self):
        values = np.array([[0.5, np.nan]], dtype=np.float32)
        (period,) = describe_periods(np.array([2001]), values, ["energy", "tempo"])

        assert list(period.features) == ["energy"]
