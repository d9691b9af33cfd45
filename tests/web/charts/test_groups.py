"""The charts of scores."""

from clustering.web.charts.groups import Group, short_names, silhouette_bars

GROUPS = [Group("Calm", 0, 30), Group("Loud", 14, 10)]


class TestShortNames:
    def test_are_cut_and_each_there_once(self):
        names = short_names([Group("a" * 40, 0, 1), Group("a" * 40, 1, 1), Group("b", 2, 1)])

        assert names == ["a" * 25 + "…", "a" * 25 + "… (2)", "b"]

    def test_are_the_first_words_where_these_tell_groups_apart(self):
        names = short_names(
            [Group(name, 0, 1) for name in ("Upbeat, louder", "Calm, slower", "Calm, quieter")]
        )

        assert names == ["Upbeat", "Calm, slower", "Calm, quieter"]


class TestSilhouetteBars:
    def test_say_two_digits_and_the_interval(self):
        chart = silhouette_bars(GROUPS, [0.21234, None], ["0.2 to 0.3", ""])

        assert chart.table.rows == (("Calm", "0.21", "0.2 to 0.3"), ("Loud", "–", "–"))
        assert chart.config["data"]["datasets"][0]["hints"] == ["0.21 (0.2 to 0.3)", "–"]
