"""The pictures of a run."""

import json

from clustering.web.charts import Point
from clustering.web.charts.groups import Group
from clustering.web.runs.charts.visualizations import (
    Axis,
    distribution,
    feature_bars,
    group_profiles,
    means_heatmap,
    song_map,
    without_far,
)

GROUPS = [Group("Calm", 0, 30), Group("Loud", 1, 10)]
AXES = (Axis(0.31, "energy ↔ acousticness"), Axis(0.15, ""))


class TestSongMap:
    def test_says_how_many_of_how_many_and_what_the_axes_are(self):
        chart = song_map(GROUPS, [[Point(1, 2, "A – B")], []], AXES)

        assert "showing 1 of 40" in chart.title
        assert "46 %" in chart.caption
        scales = chart.config["options"]["scales"]
        assert scales["x"]["title"]["text"] == [
            "Component 1 (31 % of variance)",
            "energy ↔ acousticness",
        ]
        assert scales["y"]["title"]["text"] == ["Component 2 (15 % of variance)"]
        assert chart.config["data"]["datasets"][0]["data"][0]["title"] == "A – B"
        assert chart.table.rows[1] == ("Loud", "10", "0", "–", "–")

    def test_speaks_of_a_sample_only_where_songs_are_missing(self):
        some = song_map(GROUPS, [[Point(1, 2)], []], AXES)
        every = song_map([Group("Calm", 0, 2)], [[Point(1, 2), Point(2, 1)]], AXES)

        assert "random sample" in some.caption
        assert every.title == "Map of all 2 songs"
        assert "random sample" not in every.caption

    def test_of_two_dimensions_hides_nothing(self):
        flat = song_map(GROUPS, [[Point(1, 2)], []], (Axis(0.9, ""), Axis(0.1, "")))
        assert "100 % of the variance. Click" in flat.caption


class TestMeansHeatmap:
    def test_shows_scaled_means_and_says_real_ones(self):
        chart = means_heatmap(GROUPS, ["Energy"], [[-1.2], [None]], [["0.21"], ["–"]])

        cells = chart.config["data"]["datasets"][0]["data"]
        assert cells[0]["hints"] == ["0.21 on average (−1.20 scaled)"]
        assert cells[1]["hints"] == ["– on average"]
        assert chart.table.rows == (("Calm", "−1.20"), ("Loud", "–"))


class TestFeatureBars:
    def test_stand_group_beside_group(self):
        chart = feature_bars(GROUPS, ["Energy", "Valence"], [[0.2, 0.3], [0.8, None]])

        assert [one["label"] for one in chart.config["data"]["datasets"]] == ["Calm", "Loud"]
        assert chart.table.rows[1] == ("Loud", "0.80", "–")


class TestGroupProfiles:
    def test_are_a_dot_of_each_group_beside_all_songs(self):
        chart = group_profiles(GROUPS, ["a", "b"], [[0.2, 0.3], [0.8, None]], [0.5, 0.25])

        rows = [[dot["x"] for dot in one["data"]] for one in chart.config["data"]["datasets"]]
        assert rows == [[0.2, 0.3], [0.8, None], [0.5, 0.25]]
        assert chart.table.rows[1:] == (("Loud", "0.80", "–"), ("All songs", "0.50", "0.25"))

    def test_of_many_groups_show_the_largest_and_all_songs_at_first(self):
        chart = group_profiles(GROUPS * 7, ["a"], [[0.2]] * 14, [0.5])

        hidden = [one.get("hidden", False) for one in chart.config["data"]["datasets"]]
        assert hidden == [False] * 8 + [True] * 6 + [False]


class TestDistribution:
    def test_compares_shares_and_lists_counts(self):
        chart = distribution("Energy", ["low", "high"], GROUPS, [[20, 10], [0, 0]])

        first, empty = (one["data"] for one in chart.config["data"]["datasets"])
        assert first == [0.6667, 0.3333]
        assert empty == [0, 0]
        assert chart.title == "Distribution of energy"
        assert chart.table.rows == (("low", "20", "0"), ("high", "10", "0"))
        json.dumps(chart.config)


class TestWithoutFar:
    def test_leaves_out_the_one_song_that_would_shrink_the_picture(self):
        crowd = [Point(n % 30, n % 29) for n in range(1000)]
        chart = song_map([Group("Calm", 0, 2000)], [[*crowd, Point(5, 900)]], AXES)

        assert "showing 1,000 of 2,000" in chart.title
        assert "Not shown: 1 song far" in chart.caption

    def test_leaves_everything_where_there_are_few(self):
        assert without_far([[Point(0, 0), Point(0, 900)]]) == [[Point(0, 0), Point(0, 900)]]


class TestManyGroups:
    def test_are_drawn_a_few_at_first(self):
        groups = [Group(f"Group {n}", n, 50 - n) for n in range(20)]
        chart = feature_bars(groups, ["Energy"], [[0.5]] * 20)

        hidden = [one.get("hidden", False) for one in chart.config["data"]["datasets"]]
        assert hidden == [False] * 8 + [True] * 12
        assert "8 largest groups" in chart.caption
        assert "8 largest groups" not in feature_bars(GROUPS, ["Energy"], [[0.5]] * 2).caption
