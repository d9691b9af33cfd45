"""The vocabulary of audio features."""

import subprocess
import sys

import pytest

from clustering.analysis.features import DEFAULT_FEATURES, FEATURES, feature_named


class TestFeatures:
    def test_are_thirteen_in_order(self) -> None:
        assert " ".join(FEATURES) == (
            "danceability energy loudness speechiness acousticness instrumentalness liveness valence tempo "
            "duration_ms key mode time_signature"
        )

    def test_default_to_the_first_ten(self) -> None:
        assert tuple(FEATURES)[:10] == DEFAULT_FEATURES

    def test_hold_a_real_range_words_and_a_sentence(self) -> None:
        for name, feature in FEATURES.items():
            assert feature.name == name
            assert feature.low < feature.high
            assert feature.meaning.endswith(".")
            assert feature.more
            assert feature.less

    def test_have_words_of_their_own(self) -> None:
        words = [word for feature in FEATURES.values() for word in (feature.more, feature.less)]
        assert len(words) == len(set(words))

    def test_call_zero_beats_and_zero_length_implausible_but_loud_songs_real(self) -> None:
        assert FEATURES["tempo"].low > 0
        assert FEATURES["duration_ms"].low > 0
        assert FEATURES["time_signature"].low > 0
        assert FEATURES["loudness"].high > 3.744

    def test_load_nothing_heavy(self) -> None:
        program = (
            "import sys, clustering.analysis.features as f, clustering.analysis.progress as p;"
            "p.no_progress(1, 2);"
            "sys.exit(len({'numpy', 'scipy', 'sklearn', 'django'} & set(sys.modules)))"
        )
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


class TestFormat:
    @pytest.mark.parametrize(
        ("name", "value", "text"),
        [
            ("energy", 0.634, "0.63"),
            ("loudness", -7.24, "-7.2 dB"),
            ("tempo", 120.6, "121 BPM"),
            ("duration_ms", 221_000, "3:41"),
            ("duration_ms", 59_999, "1:00"),
            ("duration_ms", 3_723_000, "1:02:03"),
            ("key", 1, "C♯/D♭"),
            ("key", 5.25, "5.2"),
            ("mode", 1.0, "major"),
            ("mode", 0.61, "0.61"),
            ("time_signature", 4, "4/4"),
            ("time_signature", 3.91, "3.9"),
            ("valence", float("nan"), "–"),
        ],
    )
    def test_reads_as_people_write(self, name: str, value: float, text: str) -> None:
        assert FEATURES[name].format(value) == text


class TestFeatureNamed:
    def test_is_the_known_one(self) -> None:
        assert feature_named("energy") is FEATURES["energy"]

    def test_is_a_plain_one_for_a_column_of_the_file(self) -> None:
        feature = feature_named("sections")
        assert (feature.label, feature.less, feature.default) == ("sections", "lower sections", False)
        assert feature.format(9.25) == "9.25"
        assert feature.format(12) == "12"
