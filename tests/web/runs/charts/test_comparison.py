"""The picture of where songs went."""

import pytest

from clustering.web.charts.groups import Group
from clustering.web.runs.charts.comparison import EDGE, GAP, song_flow

LEFT = [Group("Loud", 0, 60), Group("Calm", 1, 40)]
RIGHT = [Group("Night", 4, 70), Group("Day", 5, 25), Group("Odd", 6, 5)]
TABLE = [[50, 10, 0], [20, 15, 5]]


class TestSongFlow:
    def test_bars_are_as_high_as_their_songs(self):
        flow = song_flow(LEFT, RIGHT, TABLE)
        per_song = (flow.height - 2 * EDGE - 2 * GAP) / 100

        assert [bar.size for bar in flow.left] == [60, 40]
        assert [bar.size for bar in flow.right] == [70, 25, 5]
        assert [bar.height for bar in flow.right] == pytest.approx(
            [70 * per_song, 25 * per_song, 5 * per_song], abs=0.01
        )
        assert flow.left[0].y > flow.right[0].y  # fewer gaps: in the middle

    def test_draws_a_ribbon_for_each_pair_that_shares_songs(self):
        ribbons = song_flow(LEFT, RIGHT, TABLE).ribbons

        assert [(one.source, one.target, one.count) for one in ribbons] == [
            (0, 0, 50), (0, 1, 10), (1, 0, 20), (1, 1, 15), (1, 2, 5),
        ]  # fmt: skip
        assert ribbons[0].words == "50 songs from Loud to Night"
        assert ribbons[0].path.startswith("M1.2 ")

    def test_stands_a_group_without_songs(self):
        flow = song_flow(LEFT, RIGHT, [[50, 10, 0], [0, 0, 0]])
        assert flow.left[1].height == 0

    def test_grows_with_very_many_groups(self):
        many = [Group(str(place), place, 1) for place in range(50)]
        table = [[int(i == j) for j in range(50)] for i in range(50)]

        assert song_flow(many, many, table).height > song_flow(LEFT, RIGHT, TABLE).height

    def test_leaves_room_for_the_names_of_the_thinnest_at_the_edges(self):
        flow = song_flow(LEFT, RIGHT, TABLE)
        for bar in (*flow.left, *flow.right):
            assert EDGE <= bar.y <= bar.y + bar.height <= flow.height - EDGE + 0.1
