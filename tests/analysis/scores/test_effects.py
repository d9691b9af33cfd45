"""The interval of an effect size."""

import math

import numpy as np

from clustering.analysis.scores.effects import effect_interval


class TestEffectInterval:
    def test_holds_the_true_effect_in_about_95_of_100_samples(self):
        rng = np.random.default_rng(0)
        hits = 0
        for _ in range(1000):
            one, other = rng.normal(0.6, 1, 60), rng.normal(0, 1, 90)
            pooled = math.sqrt((60 * one.var() + 90 * other.var()) / 148)
            low, high = effect_interval((one.mean() - other.mean()) / pooled, 60, 90)
            hits += low <= 0.6 <= high

        assert 930 <= hits <= 970

    def test_is_endless_where_a_group_has_one_song(self):
        assert effect_interval(0.4, 1, 100) == (-math.inf, math.inf)
