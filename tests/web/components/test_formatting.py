"""Names and numbers as pages write them."""

from clustering.analysis.features import NO_VALUE
from clustering.web.components.formatting import formatted, label_of, meaning_of, percent


class TestWords:
    def test_of_a_column_that_is_no_known_feature(self):
        assert label_of("playlist_adds") == "playlist_adds"
        assert label_of("mood score") == "mood score"
        assert "numeric column" in meaning_of("playlist_adds")
        assert formatted("playlist_adds", 1234.5) == "1,234"
        assert formatted("release_year", 2013) == "2013"
        assert formatted("energy", None) == NO_VALUE
        assert label_of("duration_ms") == "Duration"

    def test_of_a_small_share(self):
        assert percent(0.5) == "50\u202f%"
        assert percent(0.0001) == "<\u202f1\u202f%"
        assert percent(0) == "0\u202f%"
