"""Guards speak where settings will mislead, and are silent where they will not."""

import pytest

from clustering.analysis.settings_checks import Plan, guard

CALM = {"minimum": 0.0, "maximum": 1.0, "mean": 0.5, "deviation": 0.2, "missing": 0, "constant": False}
EVEN = {"edges": [0, 1, 2, 3], "counts": [100, 100, 100]}


def plan(**changes: object) -> Plan:
    settings: dict[str, object] = {
        "songs": 1_000,
        "features": ["energy", "loudness"],
        "columns": {"energy": CALM | {"histogram": EVEN}, "loudness": CALM | {"histogram": EVEN}},
        "correlations": {("energy", "loudness"): 0.3},
    }
    return Plan(**(settings | changes))  # type: ignore[arg-type]


def said(**changes: object) -> str:
    return " ".join(one.sentence for one in guard(plan(**changes)))


class TestGuard:
    def test_is_silent_where_nothing_is_wrong(self) -> None:
        assert guard(plan(k=8)) == ()
        assert guard(plan(k=8, algorithm="mixture")) == ()
        assert guard(plan(k=None)) == ()
        assert guard(plan(k=8, songs=20_000, algorithm="hdbscan")) == ()
        assert guard(plan(k=8, songs=20_001, algorithm="ward")) == ()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"columns": {"energy": CALM | {"maximum": 9.0}}}, "may make a group of their own"),
            ({"columns": {"energy": CALM | {"maximum": 9.0}}, "scaler": "minmax"}, "squeezed together"),
            ({"features": ["mode"], "columns": {}}, "only two values"),
            ({"columns": {"energy": CALM | {"histogram": {"counts": [5, 0, 0, 9]}}}}, "only two values"),
            (
                {"columns": {"energy": CALM | {"histogram": {"counts": [900, 50, 50]}}}, "scaler": "robust"},
                "robust scale blows",
            ),
            ({"correlations": {("energy", "loudness"): 0.74}}, "say much the same (correlation +0.74)"),
            (
                {"correlations": {("energy", "loudness"): -0.74}},
                "one the other way round (correlation -0.74)",
            ),
            ({"columns": {"energy": CALM | {"constant": True}}}, "the same for every song"),
            ({"columns": {"energy": CALM | {"missing": 300}}}, "300 of 1,000 songs have no energy"),
            ({"songs": 40, "k": 8}, "Ask for at most 4"),
            ({"songs": 4, "k": 8}, "8 groups cannot be made of 4 songs"),
            ({"songs": 20_001, "algorithm": "hdbscan"}, "at most 20,000 songs"),
            (
                {"algorithm": "mixture"},
                "tried out with K-Means, and another may suit Gaussian mixture better",
            ),
            ({"weights": {"energy": 0.0, "loudness": 0.0}}, "All weights are zero"),
        ],
    )
    def test_speaks(self, changes: dict[str, object], sentence: str) -> None:
        assert sentence in said(**changes)

    def test_values_beyond_the_histogram_are_no_second_value(self) -> None:
        histogram = {"edges": [0, 0.5, 1, 1.5], "counts": [5, 0, 9]}
        assert "two values" in said(columns={"energy": CALM | {"histogram": histogram}})
        assert "two values" not in said(columns={"energy": CALM | {"maximum": 1.8, "histogram": histogram}})

    def test_does_not_mind_a_feature_of_no_weight(self) -> None:
        assert "much the same" not in said(
            correlations={("energy", "loudness"): 0.9}, weights={"loudness": 0.0}
        )

    def test_lets_odd_songs_be_where_they_are_left_out_or_brought_near(self) -> None:
        far = {"energy": CALM | {"maximum": 9.0}}
        assert said(columns=far, algorithm="hdbscan") == said(columns=far, scaler="yeo-johnson") == ""

    def test_says_first_what_would_fail(self) -> None:
        found = guard(plan(features=["mode", "energy"], columns={"energy": CALM | {"constant": True}}))
        assert [one.stops for one in found] == [True, False]
