"""A file that is added to others: what is as before in it, and what is not."""

import pyarrow as pa

from clustering.songfiles.additions import differences, match_as_before
from clustering.songfiles.columns import propose_columns


def table(**columns: list[str]) -> pa.Table:
    return pa.table(columns)


FIRST = table(name=["a", "b"], mood=["0.1", "0.2"], energy=["0.5", "0.6"], valence=["0.3", "0.4"])


class TestMatchAsBefore:
    def test_takes_a_column_for_what_it_was(self):
        before = propose_columns(FIRST).with_changes({"mood": "danceability", "valence": ""})
        found = match_as_before(propose_columns(FIRST), before)
        assert {m.column: m.field for m in found.matches} == {
            "name": "title",
            "mood": "danceability",
            "energy": "energy",
            "valence": None,
        }

    def test_leaves_what_cannot_be(self):
        before = propose_columns(FIRST).with_changes({"mood": "danceability"})
        words = table(name=["a", "b"], mood=["sad", "gay"], energy=["0.5", "0.6"])
        found = match_as_before(propose_columns(words), before)
        assert found.by_field["energy"].column == "energy"
        assert "danceability" not in found.by_field

    def test_a_new_column_gives_up_what_belonged_to_another(self):
        before = propose_columns(FIRST).with_changes({"mood": "danceability"})
        found = match_as_before(
            propose_columns(FIRST.append_column("danceability", [["0.9", "0.8"]])), before
        )
        assert found.by_field["danceability"].column == "mood"


class TestDifferences:
    def test_of_the_same_columns_are_none(self):
        column_map = propose_columns(FIRST)
        names = column_map.features, column_map.extra_names
        assert differences(column_map, features=names[0], extra_columns=names[1]) == []

    def test_are_said_in_a_sentence_each(self):
        lacks, has = differences(
            propose_columns(FIRST), features=["energy", "tempo", "liveness"], extra_columns=["hotness"]
        )
        assert "has no tempo, liveness and “hotness”" in lacks
        assert "also has valence and “mood”" in has
