"""What could not be judged, and advice on songs of which little can be said."""

import numpy as np
import pytest

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.advice import Advice, advise
from clustering.analysis.choosing.candidates import score_k
from clustering.analysis.choosing.unjudged import name_unjudged
from clustering.analysis.partition import distinct_songs


def scaled(songs: np.ndarray) -> np.ndarray:
    """Standardize songs, as the application does; a constant feature becomes zero."""
    deviations = songs.std(axis=0)
    return ((songs - songs.mean(axis=0)) / np.where(deviations > 0, deviations, 1)).astype(np.float32)


def names(songs: np.ndarray) -> list[str]:
    """Name the features A, B, …"""
    return [chr(ord("A") + place) for place in range(songs.shape[1])]


def advice_on(songs: np.ndarray) -> Advice:
    """Try two to six groups, or as many as songs differ."""
    most = min(6, len(distinct_songs(songs, 6)))
    return advise([score_k(songs, k, seed=0) for k in range(2, most + 1)])


def cloud(songs: int, features: int = 4) -> np.ndarray:
    """Draw a Gaussian cloud whose features go together."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(songs, features)) + rng.normal(size=(songs, 1))


class TestBadInput:
    """A verdict of none, and what it could not judge."""

    def test_ten_songs(self) -> None:
        songs = scaled(cloud(10))
        assert advice_on(songs).verdict == "none"
        assert "With 10 different songs, not much can be said" in " ".join(name_unjudged(songs, names(songs)))

    def test_songs_that_are_all_equal_are_refused(self) -> None:
        with pytest.raises(AnalysisError, match="only 1 distinct"):
            score_k(scaled(np.ones((50, 3))), 2, seed=0)

    def test_a_hundred_songs_twenty_times_each(self) -> None:
        songs = scaled(np.repeat(cloud(100), 20, axis=0))
        assert advice_on(songs).verdict == "none"
        assert name_unjudged(songs, names(songs)) == (
            "Only 100 of 2,000 songs differ in these features; repeats count once.",
        )

    def test_one_feature(self) -> None:
        songs = scaled(cloud(300, features=1))
        assert advice_on(songs).verdict == "none"
        assert name_unjudged(songs, names(songs)) == ()

    def test_two_groups_in_one_feature_are_found(self) -> None:
        songs = cloud(300, features=1)
        songs[:100] += 12
        assert advice_on(scaled(songs)).groups_apart == 2

    def test_features_of_0_and_1(self) -> None:
        songs = scaled((cloud(400, features=3) > 0).astype(float))
        assert advice_on(songs).verdict == "none"
        said = name_unjudged(songs, names(songs))
        assert sum("has only 2 values" in sentence for sentence in said) == 3
        assert any("Only 8 of 400 songs differ" in sentence for sentence in said)

    def test_one_song_of_six_hours(self) -> None:
        songs = cloud(500)
        songs[7, 2] = 300
        assert advice_on(scaled(songs)).verdict == "none"
        (said,) = name_unjudged(scaled(songs), names(songs))
        assert said.startswith("C has a few extreme values")

    def test_a_constant_feature(self) -> None:
        songs = cloud(300)
        songs[:, 1] = 5
        assert advice_on(scaled(songs)).verdict == "none"
        assert name_unjudged(scaled(songs), names(songs)) == (
            "B is the same for every song, so it was ignored.",
        )
