"""How surely songs belong to their groups."""

from clustering.web.runs.charts.metrics import membership_bars


class TestMembershipBars:
    def test_names_its_steps_and_counts_songs(self):
        chart = membership_bars([1, 0, 0, 0, 0, 0, 0, 0, 1, 8])
        assert chart.config["data"]["labels"][0] == "0 – 10 %"
        assert chart.table.rows[-1] == ("90 – 100 %", "8", "80.0 %")
