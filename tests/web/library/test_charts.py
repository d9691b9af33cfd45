"""The charts of years and decades."""

from clustering.web.library.charts import (
    PeriodValue,
    feature_over_time,
    shares_by_period,
    songs_per_period,
)


class TestFeatureOverTime:
    def test_has_a_line_in_a_band_and_a_table(self):
        chart = feature_over_time(
            "energy",
            "Energy",
            [PeriodValue("1990s", 0.2, 0.4, 0.6, "0.40", "0.20 to 0.60"), PeriodValue("2000s")],
            meaning="How intense.",
        )

        mean, low, high = (dataset["data"] for dataset in chart.config["data"]["datasets"])
        assert (mean, low, high) == ([0.4, None], [0.2, None], [0.6, None])
        assert chart.table.rows == (("1990s", "0.40", "0.20 to 0.60"), ("2000s", "–", "–"))


class TestSharesByPeriod:
    def test_divides_by_the_songs_of_the_time(self):
        chart = shares_by_period(["1990s", "2000s", "2010s"], [("pop", [5, 1, 0])], [10, 4, 0])

        assert chart.config["data"]["datasets"][0]["data"] == [0.5, 0.25, None]
        assert chart.table.rows[2] == ("2010s", "–")


class TestSongsPerPeriod:
    def test_counts(self):
        chart = songs_per_period(["1990s"], [1234])

        assert chart.table.rows == (("1990s", "1,234"),)
