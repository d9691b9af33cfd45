"""The silhouette plot."""

from clustering.web.charts.groups import Group
from clustering.web.runs.charts.silhouettes import silhouette_plot

GROUPS = [Group("Loud", 0, 90), Group("Calm", 1, 10)]
CURVES = {0: [-0.2, 0.1, 0.4], 1: [0.0, 0.5, 0.6]}


class TestSilhouettePlot:
    def test_stacks_songs_by_group_the_best_on_top(self):
        chart = silhouette_plot(GROUPS, CURVES, 0.2)
        values = chart.config["data"]["datasets"][1]["data"]
        loud, calm = values[:216], values[219:]

        assert (loud[0], loud[-1]) == (0.4, -0.2)
        assert (calm[0], calm[-1]) == (0.6, 0.0)
        assert loud == sorted(loud, reverse=True)
        assert len(calm) == 24
        assert [name for name in chart.config["data"]["labels"] if name] == ["Loud", "Calm"]

    def test_gives_the_smallest_group_a_few_bars(self):
        chart = silhouette_plot([Group("Loud", 0, 10_000), Group("Calm", 1, 1)], CURVES, None)

        assert chart.config["data"]["datasets"][0]["backgroundColor"].count("cluster:1") == 4

    def test_has_the_numbers_behind_it(self):
        assert silhouette_plot(GROUPS, CURVES, 0.2).table.rows[0] == (
            "Loud", "−0.20", "−0.05", "0.10", "0.25", "0.40",
        )  # fmt: skip

    def test_leaves_out_a_group_that_was_not_measured(self):
        assert [row[0] for row in silhouette_plot(GROUPS, {1: [0.1]}, 0.2).table.rows] == ["Calm"]

    def test_shows_one_group_alone(self):
        chart = silhouette_plot(GROUPS[:1], CURVES, 0.2)
        assert chart.title == "Silhouette plot"
        assert "0.20" in chart.caption
