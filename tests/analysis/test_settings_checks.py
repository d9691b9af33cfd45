"""Warnings speak where settings will mislead, and are silent where they will not."""

from dataclasses import fields, replace
from typing import Any

import pytest

from clustering.analysis.run_settings import RunSettings
from clustering.analysis.settings_checks import SettingsWarning, check_settings, complete_settings
from clustering.analysis.song_statistics import ColumnStatistics, Histogram, SongStatistics

CALM = ColumnStatistics(minimum=0.0, maximum=1.0, mean=0.5, deviation=0.2)
EVEN = Histogram([0, 1, 2, 3], [100, 100, 100])
ENDS = Histogram([0, 0.25, 0.5, 0.75, 1], [5, 0, 0, 9])
LOW = Histogram([0, 1, 2, 3], [900, 50, 50])


STATISTICS = SongStatistics(
    name="Mine",
    songs=1_000,
    features=["energy", "loudness", "mode"],
    usual_features=["energy", "loudness"],
    columns={"energy": replace(CALM, histogram=EVEN), "loudness": replace(CALM, histogram=EVEN)},
    correlations={("energy", "loudness"): 0.3},
)
OF_SONGS = {field.name for field in fields(SongStatistics)} - {"features"}


def check(**changes: Any) -> tuple[SettingsWarning, ...]:
    """Check usual settings of usual songs, but for changes of either."""
    statistics = replace(STATISTICS, **{name: changes.pop(name) for name in OF_SONGS & set(changes)})
    return check_settings(complete_settings(RunSettings(**changes), statistics), statistics)


def said(**changes: Any) -> str:
    return " ".join(one.sentence for one in check(**changes))


class TestCheckSettings:
    def test_is_silent_where_nothing_is_wrong(self) -> None:
        assert check(n_clusters=8) == ()
        assert check(n_clusters=8, algorithm="mixture") == ()
        assert check(n_clusters=None) == ()
        assert check(n_clusters=8, songs=20_000, algorithm="hdbscan") == ()
        assert check(n_clusters=8, songs=20_001, algorithm="ward") == ()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"columns": {"energy": replace(CALM, maximum=9.0)}}, "may form a group of their own"),
            ({"columns": {"energy": replace(CALM, maximum=9.0)}, "scaler": "minmax"}, "squeezed together"),
            ({"features": ["mode"], "columns": {}}, "only two values"),
            (
                {"columns": {"energy": replace(CALM, histogram=ENDS)}},
                "only two values",
            ),
            (
                {
                    "columns": {"energy": replace(CALM, histogram=LOW)},
                    "scaler": "robust",
                },
                "robust scaling exaggerates",
            ),
            ({"correlations": {("energy", "loudness"): 0.94}}, "are nearly the same (correlation +0.94)"),
            (
                {"correlations": {("energy", "loudness"): 0.74}},
                "are related (correlation +0.74), so what they share",
            ),
            (
                {"correlations": {("energy", "loudness"): -0.94}},
                "are nearly opposites (correlation -0.94)",
            ),
            ({"columns": {"energy": replace(CALM, constant=True)}}, "the same for every song"),
            ({"columns": {"energy": replace(CALM, missing=300)}}, "300 of 1,000 songs have no energy"),
            ({"songs": 40, "n_clusters": 8}, "Choose at most 4"),
            ({"songs": 4, "n_clusters": 8}, "4 songs can’t be divided into 8 groups"),
            ({"songs": 20_001, "algorithm": "hdbscan"}, "at most 20,000 songs"),
            (
                {"algorithm": "mixture"},
                "chosen with K-Means; another may suit Gaussian mixture better",
            ),
            ({"weights": {"energy": 0.0, "loudness": 0.0}}, "All weights are zero"),
        ],
    )
    def test_speaks(self, changes: dict[str, object], sentence: str) -> None:
        assert sentence in said(**changes)

    def test_values_beyond_the_histogram_are_no_second_value(self) -> None:
        histogram = Histogram([0, 0.5, 1, 1.5], [5, 0, 9])
        assert "two values" in said(columns={"energy": replace(CALM, histogram=histogram)})
        assert "two values" not in said(columns={"energy": replace(CALM, maximum=1.8, histogram=histogram)})

    def test_does_not_mind_a_feature_of_no_weight(self) -> None:
        assert "much the same" not in said(
            correlations={("energy", "loudness"): 0.9}, weights={"loudness": 0.0}
        )

    def test_lets_odd_songs_be_where_they_are_left_out_or_brought_near(self) -> None:
        far = {"energy": replace(CALM, maximum=9.0)}
        assert said(columns=far, algorithm="hdbscan") == said(columns=far, scaler="yeo-johnson") == ""

    def test_says_first_what_would_fail(self) -> None:
        found = check(features=["mode", "energy"], columns={"energy": replace(CALM, constant=True)})
        assert [one.stops for one in found] == [True, False]

    def test_knows_no_constants_of_songs_that_came_later(self) -> None:
        constant = {"energy": replace(CALM, constant=True)}
        assert said(columns=constant, is_complete=False) == ""

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"songs": 0}, "no songs yet"),
            ({"usual_features": []}, "None of the usual features of Mine differs"),
            ({"features": ["smell"]}, "“Mine” has no feature called “smell”"),
            ({"algorithm": "magic"}, "“magic” is not an algorithm"),
            ({"algorithm": "hdbscan", "min_cluster_size": 1_001}, "between 2 and 1,000"),
            ({"algorithm": "ward", "sample_size": 600}, "Ward’s tree can’t be fitted on a sample"),
            ({"sample_size": 499}, "499 songs is too small"),
        ],
    )
    def test_stops_what_would_fail(self, changes: dict[str, object], sentence: str) -> None:
        assert any(sentence in one.sentence for one in check(**changes) if one.stops)


class TestCompleteSettings:
    def test_keeps_of_two_sizes_the_one_that_the_algorithm_needs(self) -> None:
        both = RunSettings(n_clusters=4, min_cluster_size=30)
        by_number = complete_settings(both, STATISTICS)
        assert (by_number.n_clusters, by_number.min_cluster_size) == (4, None)
        by_size = complete_settings(replace(both, algorithm="hdbscan"), STATISTICS)
        assert (by_size.n_clusters, by_size.min_cluster_size) == (None, 30)

    def test_takes_a_hundredth_of_the_songs_for_a_group_but_no_fewer_than_five(self) -> None:
        settings = RunSettings(algorithm="hdbscan")
        assert complete_settings(settings, STATISTICS).min_cluster_size == 10
        assert complete_settings(settings, replace(STATISTICS, songs=100)).min_cluster_size == 5

    def test_names_each_feature_once(self) -> None:
        settings = RunSettings(features=("loudness", "energy", "loudness"))
        assert complete_settings(settings, STATISTICS).features == ("loudness", "energy")
