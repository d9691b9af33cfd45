"""The charts of one group."""

from clustering.web.charts.groups import Group
from clustering.web.runs.charts.cluster import Effect, against_the_rest, effect_bars

LOUD = Group("Loud", 2, 30)


class TestEffectBars:
    def test_draws_the_interval_over_the_bar(self):
        chart = effect_bars(LOUD, [Effect("Energy", 0.8, 0.6, 1.0), Effect("Tempo", -0.1, -0.3, 0.1)])
        interval, bar = chart.config["data"]["datasets"]

        assert interval["data"] == [[0.6, 1.0], [-0.3, 0.1]]
        assert bar["data"] == [0.8, -0.1]
        assert bar["backgroundColor"] == ["cluster:2", "cluster:2"]
        assert chart.table.rows == (
            ("Energy", "+0.80", "+0.60 to +1.00"),
            ("Tempo", "−0.10", "−0.30 to +0.10"),
        )


class TestAgainstTheRest:
    def test_compares_shares(self):
        chart = against_the_rest("energy", "Energy", ["low", "high"], LOUD, [1, 3], [30, 10])
        own, rest = chart.config["data"]["datasets"]

        assert (own["data"], rest["data"]) == ([0.25, 0.75], [0.75, 0.25])
        assert chart.table.rows == (("low", "1", "30"), ("high", "3", "10"))

    def test_stands_a_group_that_is_everything(self):
        chart = against_the_rest("energy", "Energy", ["low"], LOUD, [4], [0])
        assert chart.config["data"]["datasets"][1]["data"] == [0.0]
