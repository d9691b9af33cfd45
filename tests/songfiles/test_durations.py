"""In what durations are written: a name that says it wins, and what is negative is no time."""

from __future__ import annotations

import pytest

from clustering.songfiles.durations import find_duration
from tests.songfiles.cleaning import cleaned, numbers


def unit(column: str, *values: float) -> str:
    return find_duration(column, [str(value) for value in values], list(values))[0]


@pytest.mark.parametrize("name", ["Duration (min)", "length_minutes", "Dauer in Minuten"])
def test_a_name_that_says_minutes_wins(name):
    assert unit(name, 22.5, 41.0, 35.25) == "minutes"


def test_what_cannot_be_minutes_is_no_minutes():
    assert unit("Duration (min)", 222_500, 241_000, 235_250) == "milliseconds"
    assert unit("Duration (min)", 0.0026, 0.0031) == "days"


def test_long_pieces_are_in_seconds():
    assert unit("length", 7_900, 8_400, 9_120) == "seconds"
    assert unit("duration_s", 16_000, 18_400, 20_120) == "seconds"


def test_clips_are_in_milliseconds():
    assert unit("length", 10_000, 10_000, 10_000) == "milliseconds"
    assert unit("length", 29_700, 30_000, 30_013) == "milliseconds"


def test_what_is_negative_is_scaled():
    cells = ["-1.2", "0.4", "-0.3", "1.9", "0.8"]
    songs, _, report = cleaned({"energy": numbers("energy", 5), "duration": cells})
    assert songs["duration_ms"].to_pylist() == pytest.approx([float(cell) for cell in cells])
    assert report.scaled == ["duration_ms"]
    assert "Duration seems to be scaled already" in report.warnings[0]


def test_a_negative_number_for_unknown_is_not():
    assert unit("length", -1, 180, 240, -1, 200) == "seconds"
