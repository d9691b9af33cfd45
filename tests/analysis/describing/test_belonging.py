"""Why a song is where it is."""

import numpy as np
import pytest

from clustering.analysis.describing.belonging import Belonging, explain_belonging


class TestExplainBelonging:
    def test_the_pulls_add_up_to_the_difference(self):
        rng = np.random.default_rng(0)
        song, own, other = rng.normal(size=(3, 5))
        found = explain_belonging(song, own, other, list("abcde"))

        assert found.own == pytest.approx(np.linalg.norm(song - own))
        assert sum(found.pulls.values()) == pytest.approx(found.other**2 - found.own**2)

    def test_a_pull_to_the_other_is_negative(self):
        found = explain_belonging(
            np.array([0.0, 2.0]), np.array([0.0, 0.0]), np.array([5.0, 2.0]), ["a", "b"]
        )

        assert found.pulls == {"a": 25.0, "b": -4.0}


class TestMargin:
    def test_is_nothing_on_the_border(self):
        assert Belonging(2.0, 2.0, {}).margin == 0

    def test_is_negative_where_the_other_is_nearer(self):
        assert Belonging(2.0, 1.0, {}).margin == -1

    def test_is_nothing_where_both_centers_are_one(self):
        assert Belonging(0.0, 0.0, {}).margin == 0
