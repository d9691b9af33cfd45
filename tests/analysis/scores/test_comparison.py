"""How far two groupings agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, jaccard_score
from sklearn.metrics.cluster import contingency_matrix

from clustering.analysis.scores.comparison import contingency, jaccard, measure_agreement

labelings = st.integers(2, 60).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 5), min_size=n, max_size=n)] * 2)
)


class TestMeasureAgreement:
    @given(labelings)
    def test_agrees_with_scikit_learn(self, labels):
        first, second = labels
        found = measure_agreement(contingency_matrix(first, second))

        assert found.adjusted_rand == pytest.approx(adjusted_rand_score(first, second), abs=1e-9)
        assert found.adjusted_mutual_information == pytest.approx(
            adjusted_mutual_info_score(first, second), abs=1e-6
        )

    @pytest.mark.parametrize(("songs", "k"), [(20_000, 3), (200_000, 12), (200_000, 50)])
    def test_agrees_with_scikit_learn_on_many_songs(self, songs, k):
        rng = np.random.default_rng(0)
        first = rng.choice(k, songs, p=rng.dirichlet(np.ones(k)))
        second = np.where(rng.random(songs) < 0.3, first, rng.integers(0, k, songs))
        found = measure_agreement(contingency_matrix(first, second))

        assert found.adjusted_rand == pytest.approx(adjusted_rand_score(first, second), abs=1e-9)
        assert found.adjusted_mutual_information == pytest.approx(
            adjusted_mutual_info_score(first, second), abs=1e-9
        )

    def test_does_not_mind_empty_groups(self):
        table = np.array([[20, 5], [10, 25]])
        assert measure_agreement(np.pad(table, 2)) == measure_agreement(table)

    def test_is_the_same_from_both_sides(self):
        table = np.array([[20, 5, 1], [10, 25, 7]])
        one, other = measure_agreement(table), measure_agreement(table.T)

        assert one.adjusted_rand == pytest.approx(other.adjusted_rand)
        assert one.adjusted_mutual_information == pytest.approx(other.adjusted_mutual_information)


class TestContingency:
    def test_counts_pairs_as_scikit_learn(self):
        rng = np.random.default_rng(0)
        first, second = rng.permuted(np.arange(50) % 3), rng.permuted(np.arange(50) % 4)
        np.testing.assert_array_equal(contingency(first, second, (3, 4)), contingency_matrix(first, second))


class TestJaccard:
    def test_agrees_with_scikit_learn(self):
        rng = np.random.default_rng(0)
        first, second = rng.integers(3, size=50), rng.integers(4, size=50)
        found = jaccard(contingency(first, second, (3, 4)))
        expected = [
            [jaccard_score(first == row, second == column) for column in range(4)] for row in range(3)
        ]
        np.testing.assert_allclose(found, expected)

    def test_groups_without_songs_have_nothing_in_common(self):
        assert jaccard(np.array([[0, 0], [0, 3]])).tolist() == [[0, 0], [0, 1]]
