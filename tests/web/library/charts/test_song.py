"""The picture of one song."""

from clustering.web.library.charts.song import song_radar


def test_has_the_song_over_what_it_is_compared_with():
    chart = song_radar(["Energy", "Valence"], [0.51234, None], [("All songs", "muted", [0.4, 0.5])])
    song, everything = chart.config["data"]["datasets"]

    assert (song["data"], everything["data"]) == ([0.5123, None], [0.4, 0.5])
    assert chart.table.rows == (("Energy", "0.51", "0.40"), ("Valence", "–", "0.50"))
