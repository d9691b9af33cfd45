"""The Camelot wheel, against the chart that is printed on it."""

import pytest

from clustering.analysis.playlists.camelot import CamelotKey, camelot_key

# as DJs know it, by the names of the keys
WHEEL = {
    "1A": "G♯ minor", "2A": "D♯ minor", "3A": "A♯ minor", "4A": "F minor", "5A": "C minor", "6A": "G minor",
    "7A": "D minor", "8A": "A minor", "9A": "E minor", "10A": "B minor", "11A": "F♯ minor", "12A": "C♯ minor",
    "1B": "B major", "2B": "F♯ major", "3B": "C♯ major", "4B": "G♯ major", "5B": "D♯ major", "6B": "A♯ major",
    "7B": "F major", "8B": "C major", "9B": "G major", "10B": "D major", "11B": "A major", "12B": "E major",
}  # fmt: skip
NOTES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")


class TestCamelotKey:
    @pytest.mark.parametrize(("place", "name"), WHEEL.items())
    def test_is_where_the_wheel_has_it(self, place, name):
        note, mode = name.split()
        assert str(camelot_key(NOTES.index(note), mode == "major")) == place

    def test_goes_with_four_keys(self):
        keys = [camelot_key(note, mode) for note in range(12) for mode in (0, 1)]
        a_minor = CamelotKey(8, False)
        assert {str(key) for key in keys if key and a_minor.goes_with(key)} == {"7A", "8A", "9A", "8B"}

    def test_the_clock_has_no_end(self):
        assert CamelotKey(12, True).goes_with(CamelotKey(1, True))
        assert not CamelotKey(12, True).goes_with(CamelotKey(1, False))

    @pytest.mark.parametrize(
        ("key", "mode"), [(None, 1), (0, None), (float("nan"), 1), (-1, 1), (12, 0), (1.5, 1), (1, 0.5)]
    )
    def test_is_none_where_there_is_no_key(self, key, mode):
        assert camelot_key(key, mode) is None
