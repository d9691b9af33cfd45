"""The tree of a hierarchical grouping."""

from clustering.web.charts.groups import Group
from clustering.web.runs.charts.tree import tree_lines

GROUPS = [Group("Calm", 0, 30), Group("Loud", 1, 10)]


class TestTreeLines:
    def test_draws_a_groups_own_joins_in_its_color_and_the_others_apart(self):
        chart = tree_lines(GROUPS, (20, 10, 10), (0, 0, 1), ((0, 1, 2.0), (3, 2, 9.0)))
        joins, calm, loud = chart.config["data"]["datasets"]
        assert [(p["x"], p["y"]) for p in calm["data"][:4]] == [(0, 0), (0, 2), (1, 2), (1, 0)]
        assert [(p["x"], p["y"]) for p in joins["data"][:4]] == [(0.5, 2), (0.5, 9), (2, 9), (2, 0)]
        assert calm["data"][4]["y"] is None
        assert (calm["borderColor"], loud["data"]) == ("cluster:0", [])

    def test_has_the_joins_in_its_table_the_highest_first(self):
        chart = tree_lines(GROUPS, (20, 10, 10), (0, 0, 1), ((0, 1, 2.0), (3, 2, 9.0)))
        assert chart.table.rows == (
            ("30", "10", "9.00", "Calm + Loud"),
            ("20", "10", "2.00", "within Calm"),
        )
