"""The charts of a dataset."""

from clustering.web.datasets.charts import correlations, distribution


class TestDistribution:
    def test_has_the_counts_behind_it(self):
        chart = distribution(
            "tempo",
            "Tempo",
            bins=["60 BPM – 90 BPM", "90 BPM – 120 BPM"],
            counts=[1_200, 3],
            caption="",
        )
        assert chart.table.rows == (("60 BPM – 90 BPM", "1,200"), ("90 BPM – 120 BPM", "3"))
        assert chart.config["data"]["datasets"][0]["hints"] == ["1,200 songs", "3 songs"]


class TestCorrelations:
    def test_shows_a_dash_where_there_is_none(self):
        chart = correlations(["Energy", "Mode"], [[1.0, None], [None, 1.0]])
        assert chart.table.rows[0] == ("Energy", "1.00", "–")

    def test_is_larger_for_many(self):
        names = [str(n) for n in range(8)]
        assert correlations(names, [[0.0] * 8] * 8).size == "large"
