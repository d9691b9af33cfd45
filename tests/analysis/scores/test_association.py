"""Cramér's V."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats.contingency import association

from clustering.analysis.scores.association import measure_association

tables = st.tuples(st.integers(2, 6), st.integers(2, 9)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 400), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


class TestMeasureAssociation:
    @given(tables)
    def test_agrees_with_scipy(self, table):
        counts = np.array(table)
        assume(counts.sum(axis=0).all() and counts.sum(axis=1).all())
        found = measure_association(counts)

        assert found is not None
        assert found.cramers_v == pytest.approx(association(counts, method="cramer"), abs=1e-6)

    def test_is_1_where_one_tells_the_other(self):
        found = measure_association([[0, 7, 0], [3, 0, 0], [0, 0, 9]])
        assert found is not None
        assert found.cramers_v == pytest.approx(1)

    def test_says_what_chance_gives(self):
        rng = np.random.default_rng(0)
        chance = [measure_association(rng.multinomial(500, np.full(20, 0.05), size=3)) for _ in range(100)]
        values = [found.cramers_v for found in chance if found]

        assert np.sqrt(np.mean(np.square(values))) == pytest.approx(chance[0].by_chance, rel=0.05)

    def test_leaves_out_what_is_empty(self):
        assert measure_association([[30, 0, 10], [10, 0, 30], [0, 0, 0]]) == measure_association(
            [[30, 10], [10, 30]]
        )

    @pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2]], [[3, 0], [4, 0]], [[0, 0], [0, 0]]])
    def test_is_nothing_where_there_is_nothing_to_go_together(self, table):
        assert measure_association(table) is None
