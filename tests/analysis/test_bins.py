"""Steps of round width: whatever the values, each is in one step, and the steps are few and round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clustering.analysis.bins import MOST, NO_BIN, round_bins

VALUES = arrays(np.float32, st.integers(0, 60), elements=st.floats(-1e6, 1e6, width=32) | st.just(np.nan))


@given(VALUES, st.lists(st.floats(-1e6, 1e6, width=32), max_size=3))
@example(np.array([1.1754944e-38, 0], dtype=np.float32), [1.0])
@example(np.array([1.1754944e-38, 0], dtype=np.float32), [-1.0])
def test_each_value_is_in_its_step(values: np.ndarray, cuts: list[float]) -> None:
    bins = round_bins(values).cut(cuts)
    codes = bins.codes(values)
    assert np.array_equal(codes == NO_BIN, np.isnan(values))
    assert len(bins.edges) - 1 <= MOST + 8
    assert (np.diff(bins.edges) > 0).all()
    assert set(cuts) <= set(bins.edges[1:-1])
    for value, code in zip(values[~np.isnan(values)], codes[codes != NO_BIN], strict=True):
        below, above = bins.edges.astype(np.float32)[code], bins.edges.astype(np.float32)[code + 1]
        assert code == 0 or value >= below
        assert code == len(bins.edges) - 2 or value < above


@given(VALUES, st.floats(-1e6, 1e6, width=32))
def test_a_filter_that_begins_at_an_edge_is_a_range_of_steps(values: np.ndarray, low: float) -> None:
    bins = round_bins(values).cut([low])
    codes, first = bins.codes(values), bins.edges.tolist().index(low)
    with np.errstate(invalid="ignore"):
        assert np.array_equal((codes >= first) & (codes != NO_BIN), values >= np.float32(low))


@pytest.mark.parametrize(
    ("values", "width"),
    [([0, 1], 1), (np.linspace(0, 1, 999), 0.01), (np.linspace(-60, 0, 999), 0.5), (np.arange(1960, 2024), 1),
     (np.linspace(46.2, 216.7, 999), 2), ([7.0] * 5, 1)],
)  # fmt: skip
def test_steps_are_as_wide_as_people_count(values: np.ndarray, width: float) -> None:
    assert np.diff(round_bins(np.array(values, np.float32)).edges) == pytest.approx(width)


def test_a_few_far_away_share_the_last_step() -> None:
    values = np.append(np.linspace(0, 1, 1000), [500, 900]).astype(np.float32)
    bins = round_bins(values)
    assert bins.edges[-1] < 2
    assert bins.codes(values)[-2:].tolist() == [len(bins.edges) - 2] * 2
