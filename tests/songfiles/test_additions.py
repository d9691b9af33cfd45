"""A file that is added to others: what is as before in it, and what is not."""

import pyarrow as pa

from clustering.songfiles.additions import differences, match_as_before
from clustering.songfiles.columns import ColumnMap, propose_columns
from tests.songfiles.cleaning import numbers


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


def added(before: dict[str, list[str]], then: dict[str, list[str]]) -> ColumnMap:
    return match_as_before(propose_columns(pa.table(then)), propose_columns(pa.table(before)))


class TestUnitsAsBefore:
    ENERGY = ("80.5", "60.25", "33.1", "71.2")

    def test_of_few_minutes_and_seconds(self):
        many = [f"{2 + n % 3}.{n * 4 % 60:02}" for n in range(40)]
        before = {"energy": numbers("energy", 40), "length": many}
        found = added(before, {"energy": ["0.5", "0.6"], "length": ["1.46", "3.05"]}).by_field["duration_ms"]
        assert (found.unit, found.settled) == ("minutes.seconds", True)

    def test_of_german_keys(self):
        before = {"energy": ["0.5", "0.6", "0.7"], "key": ["H", "Fis", "B"]}
        found = added(before, {"energy": ["0.1", "0.4"], "key": ["B", "C"]})
        assert found.by_field["key"].unit == "german letter"

    def test_of_small_percents(self):
        before = {"energy": list(self.ENERGY), "instrumentalness": ["20.1", "64.9", "3.1", "0.01"]}
        then = {"energy": ["40.5", "60.1"], "instrumentalness": ["0.6", "0.2"]}
        found = added(before, then)
        assert {found.by_field[name].unit for name in then} == {"percent"}
        assert not [note for note in found.notes if "as in the earlier file" in note]

    def test_of_marks(self):
        before = {"energy": ["0.5", "0.6", "0.7"], "duration_ms": ["193.000", "317.500", "1.200.000"]}
        found = added(before, {"energy": ["0.5", "0.6"], "duration_ms": ["193.000", "180.250"]})
        assert found.by_field["duration_ms"].decimal == ","

    def test_are_said_where_the_values_look_otherwise(self):
        then = {"energy": ["0.8", "0.61", "0.33"], "valence": ["0.1", "0.4", "0.2"]}
        found = added({"energy": list(self.ENERGY), "valence": list(self.ENERGY)}, then)
        assert found.by_field["energy"].unit == "percent"
        assert any("“energy”" in note and "as in the earlier file" in note for note in found.notes)
        assert ColumnMap.from_dict(found.to_dict()) == found
        changed = found.with_changes({"energy": "energy:as is"})
        assert not any("“energy”" in note for note in changed.notes)

    def test_are_left_and_said_where_the_values_cannot_be_that(self):
        then = {"energy": list(self.ENERGY), "valence": list(self.ENERGY)}
        found = added({"energy": ["0.8", "0.61"], "valence": ["0.1", "0.4"]}, then)
        assert found.by_field["energy"].unit == "percent"
        assert any("“energy”" in note and "unlike in the earlier file" in note for note in found.notes)

    def test_scaled_values_are_said_where_the_earlier_were_none_and_the_other_way(self):
        scores = {"energy": ["-0.6", "0.5", "1.1"], "tempo": ["1.3", "-2", "-1.4"]}
        plain = {"energy": ["0.6", "0.5", "0.1"], "tempo": ["120", "96", "140"]}
        assert any("unlike in the earlier file" in note for note in added(plain, scores).notes)
        assert any("“tempo” is read as in the earlier" in note for note in added(scores, plain).notes)

    def test_of_numbers_of_the_files_own(self):
        before = {"energy": ["0.5", "0.6", "0.7"], "plays": ["1.281", "2.410", "3.755.000"]}
        found = added(before, {"energy": ["0.5", "0.6"], "plays": ["1.281", "2.410"]})
        assert found.matches[1].decimal == propose_columns(pa.table(before)).matches[1].decimal == ","

    def test_of_an_empty_column_are_found(self):
        found = added({"energy": ["0.8"], "valence": ["NA"]}, {"energy": ["0.8"], "valence": ["80 %"]})
        assert found.by_field["valence"].unit == "percent"

    def test_stay_the_persons_to_change(self):
        before = {"energy": list(self.ENERGY), "valence": list(self.ENERGY)}
        found = added(before, before).with_changes({"energy": "energy:tenths"})
        assert found.by_field["energy"].unit == "tenths"

    def test_of_what_only_some_columns_cannot_be_leave_the_others(self):
        before = {"energy": ["0.5", "0.6", "0.7"], "key": ["H", "Fis", "B"], "mood": ["0.1", "0.2", "0.3"]}
        earlier = propose_columns(pa.table(before)).with_changes({"mood": "danceability"})
        then = {"energy": ["0.1", "0.4"], "key": ["B", "C"], "mood": ["sad", "gay"]}
        found = match_as_before(propose_columns(pa.table(then)), earlier)
        assert found.by_field["key"].unit == "german letter"
        assert "danceability" not in found.by_field


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
