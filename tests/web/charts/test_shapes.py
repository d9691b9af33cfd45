"""The shapes of charts."""

import json

from clustering.web.charts import (
    Band,
    Point,
    Series,
    bars,
    colored_bars,
    dot_rows,
    histogram,
    lines,
    matrix,
    scatter,
)


class TestBars:
    def test_has_a_series_per_row_and_a_legend_for_several(self):
        config = bars(["a", "b"], [Series("x", [1, 2]), Series("y", [3, None], "cluster:1")], y_title="Mean")
        assert [d["data"] for d in config["data"]["datasets"]] == [[1, 2], [3, None]]
        assert config["options"]["plugins"]["legend"]["display"]
        assert config["options"]["scales"]["y"]["title"] == {"display": True, "text": "Mean"}
        assert json.loads(json.dumps(config)) == config

    def test_can_lie_down(self):
        config = bars(["a"], [Series("x", [0.5])], horizontal=True, percent=True, x_title="Share")
        assert config["options"]["indexAxis"] == "y"
        assert config["options"]["scales"]["x"]["ticks"]["format"]["style"] == "percent"
        assert not config["options"]["plugins"]["legend"]["display"]

    def test_can_have_a_color_per_bar(self):
        config = colored_bars(["a", "b"], [1, 2], ["cluster:0", "cluster:1"], hints=["one", "two"])
        assert config["data"]["datasets"][0]["backgroundColor"] == ["cluster:0", "cluster:1"]
        assert config["data"]["datasets"][0]["hints"] == ["one", "two"]


class TestHistogram:
    def test_has_touching_bars(self):
        config = histogram(["short", "long"], [Series("", [3, 4])])
        assert config["data"]["labels"] == ["short", "long"]
        assert config["data"]["datasets"][0]["barPercentage"] == 1.0


class TestMatrix:
    def test_colors_on_a_scale_around_nothing(self):
        config = matrix(["a", "b"], ["r"], [[1.0, None]], limit=2.0, hints=[["half", ""]])
        (dataset,) = config["data"]["datasets"]
        assert dataset["backgroundColor"] == ["diverge:0.500", "diverge:0.000"]
        assert dataset["data"][0] == {"x": "a", "y": "r", "v": 1.0, "hints": ["half"]}
        assert dataset["data"][1]["v"] is None

    def test_goes_no_further_than_its_ends(self):
        config = matrix(["a"], ["r", "s"], [[9.0], [-9.0]], limit=2.0)
        assert config["data"]["datasets"][0]["backgroundColor"] == ["diverge:1.000", "diverge:-1.000"]


class TestScatter:
    def test_has_a_group_per_color(self):
        points = [Point(0.123456, 2, "Song", ["by A"])]
        config = scatter([("Calm", "cluster:0", points)], x_title="1", y_title="2")
        assert config["data"]["datasets"][0]["data"] == [
            {"x": 0.1235, "y": 2, "title": "Song", "hints": ["by A"]}
        ]
        assert config["options"]["plugins"]["legend"]["display"]


class TestDotRows:
    def test_have_a_dot_of_each_series_and_a_tick_for_all_songs(self):
        calm = Series("Calm", [0.2, None], "cluster:2", ["0.20", "–"])
        songs = Series("All songs", [0.4, 0.5], "muted", ["0.40", "0.50"])
        config = dot_rows(["Energy", "Valence"], [calm], low=0, high=1, all_songs=songs)
        own, everything = config["data"]["datasets"]
        assert own["data"][0] == {"x": 0.2, "y": "Energy", "title": "Energy", "hints": ["Calm: 0.20"]}
        assert own["data"][1]["x"] is None  # stays, so that places are those of the links
        assert (everything["label"], everything["pointStyle"]) == ("All songs", "line")
        assert config["options"]["scales"]["x"]["max"] == 1
        assert config["options"]["scales"]["y"]["labels"] == ["Energy", "Valence"]


class TestLines:
    def test_shades_an_interval(self):
        bands = [Band([0.1, 0.2], [0.3, 0.4], "cluster:1")]
        config = lines(["2", "3"], [Series("s", [0.2, 0.3], "cluster:1")], bands=bands)
        low, high = config["data"]["datasets"][1:]
        assert high["fill"] == "-1"
        assert high["backgroundColor"] == "cluster:1:0.18"
        assert low["aside"]
        assert high["aside"]

    def test_needs_no_interval(self):
        assert len(lines(["2"], [Series("s", [1]), Series("t", [2])])["data"]["datasets"]) == 2
