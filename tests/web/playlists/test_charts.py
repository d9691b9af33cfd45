"""How a playlist flows."""

from clustering.web.playlists.charts import flow


class TestFlow:
    def test_has_a_point_for_each_song_and_the_table_behind_it(self):
        chart = flow("flow", "Energy", ["One", "<Two>"], [0.5, None], ["0.50", "–"])
        assert chart.config["data"]["labels"] == ["1", "2"]
        assert chart.config["data"]["datasets"][0]["data"] == [0.5, None]
        assert chart.config["data"]["datasets"][0]["hints"] == ["One: 0.50", "<Two>: –"]
        assert chart.table.rows == (("1", "One", "0.50"), ("2", "<Two>", "–"))

    def test_a_long_playlist_has_a_line_without_dots(self):
        chart = flow("flow", "Energy", ["Song"] * 61, [0.5] * 61, ["0.50"] * 61)
        assert chart.config["data"]["datasets"][0]["pointRadius"] == 0

    def test_a_long_playlist_does_not_name_its_songs_again(self):
        chart = flow("flow", "Energy", ["Song"] * 61, [0.5] * 61, ["0.50"] * 61)
        assert chart.config["data"]["datasets"][0]["hints"] == ["0.50"] * 61
        assert (chart.table.headers, chart.table.rows[60]) == (("Place", "Energy"), ("61", "0.50"))
