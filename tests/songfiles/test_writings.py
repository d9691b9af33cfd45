"""Writings that real files have: units behind clocks, scores out of 100, words for yes, two keys in a cell."""

from __future__ import annotations

import pyarrow as pa
import pytest

from clustering.songfiles.columns import propose_columns
from tests.songfiles.cleaning import cleaned, numbers


def read(field: str, column: str, cells: list[str]) -> list[object]:
    songs = cleaned({"energy": numbers("energy", len(cells)), column: cells})[0]
    return list(songs[field].to_pylist())


@pytest.mark.parametrize(
    ("name", "field"), [("Livecharakter", "liveness"), ("感情価", "valence"), ("Live-Charakter", "liveness")]
)
def test_names_in_other_languages(name, field):
    assert field in propose_columns(pa.table({"title": ["a", "b"], name: ["0.5", "0.25"]})).by_field


def test_a_clock_with_its_unit():
    assert read("duration_ms", "Length", ["3:45 min", "12:05 min."]) == [225_000, 725_000]


def test_a_score_out_of_a_hundred():
    assert read("popularity", "popularity", ["53/100", "7/100", "53 / 100"]) == [53, 7, 53]


def test_a_key_in_two_writings():
    assert read("key", "key", ["8A - Am", "11B - A", "1A (Abm)"]) == [9, 9, 8]
    assert read("mode", "key", ["8A - Am", "11B - A", "1A (Abm)"]) == [0, 1, 0]


@pytest.mark.parametrize(
    ("yes", "no"), [("VERO", "FALSO"), ("WAAR", "ONWAAR"), ("PRAWDA", "FAŁSZ"), ("VERDADEIRO", "FALSO")]
)
def test_words_of_spreadsheets_for_yes_and_no(yes, no):
    assert read("explicit", "explicit", [yes, no]) == [True, False]


def test_a_range_in_a_name_loses_against_fractions():
    found = propose_columns(pa.table({"Valence (0-100)": ["0.8", "0.61", "0.33"]})).by_field["valence"]
    assert (found.unit, found.confidence < 0.9) == ("", True)
    assert (
        propose_columns(pa.table({"Valence (0-100)": ["80", "61", "0.5"]})).by_field["valence"].unit
        == "percent"
    )


def test_loudness_that_is_no_decibels_is_said():
    table = {"energy": numbers("energy"), "loudness": numbers("loudness"), "tempo": ["120", "96", "140"] * 10}
    assert any("Loudness lies between 0 and 1" in note for note in propose_columns(pa.table(table)).notes)
    assert any("Loudness lies between 0 and 1" in said for said in cleaned(table)[2].warnings)
    table["loudness"] = ["-7.1", "0.5", "-3.3"] * 10
    assert not propose_columns(pa.table(table)).notes


class TestListeningHistories:
    HISTORY = {
        "Date": ["2023-05-01", "2023-05-02", "2023-05-02"],
        "Time": ["14:35", "09:12", "22:40"],
        "Track": ["a", "b", "c"],
        "energy": ["0.5", "0.6", "0.7"],
    }

    def test_when_a_song_was_heard_is_not_its_year_nor_its_length(self):
        assert set(propose_columns(pa.table(self.HISTORY)).by_field) == {"title", "energy"}

    @pytest.mark.parametrize("dates", [["1999", "2003", "1987"], ["1999-01-05", "2003-10-02", "1987-06-01"]])
    def test_the_year_and_the_length_of_a_library_stay(self, dates):
        table = {**self.HISTORY, "Date": dates, "Time": ["3:45", "4:02", "12:10"]}
        assert {"release_year", "duration_ms"} <= set(propose_columns(pa.table(table)).by_field)
