"""Whether single features split into parts on their own."""

import numpy as np
import pytest

from clustering.analysis.choosing.single_features import split_features


@pytest.fixture
def songs() -> np.ndarray:
    """One feature with two peaks, beside a Gaussian one, one that is mostly zero, and one of two values."""
    rng = np.random.default_rng(0)
    made = rng.normal(size=(1000, 4))
    made[:200, 0] = rng.normal(0.85, 0.05, 200)
    made[200:, 0] = rng.exponential(0.05, 800)
    made[:, 2] = np.maximum(made[:, 2] - 1, 0)
    made[:, 3] = made[:, 3] > 0
    return made


def test_finds_the_feature_that_falls_into_two(songs: np.ndarray) -> None:
    split, *others = split_features(songs, seed=0)
    low, high = split
    assert others == [(), (), ()]
    assert low.share == pytest.approx(0.8, abs=0.01)
    assert high.share == pytest.approx(0.2, abs=0.01)
    assert low.high < 0.3 < 0.7 < high.low


def test_finds_the_same_on_any_scale(songs: np.ndarray) -> None:
    parts = split_features(songs[:, :1] * 60_000 + 7, seed=0)[0]
    assert [round(part.share, 1) for part in parts] == [0.8, 0.2]


def test_songs_of_equal_value_count_as_often_as_they_are() -> None:
    rng = np.random.default_rng(0)
    percents = np.c_[np.round(rng.normal(50, 8, 2000)), rng.random(2000)]
    assert split_features(percents, seed=0)[0] == ()


def test_repeated_songs_count_once(songs: np.ndarray) -> None:
    assert split_features(np.repeat(songs, 5, axis=0), seed=0) == split_features(songs, seed=0)


@pytest.mark.parametrize("count", [5, 19])
def test_does_not_judge_a_few_songs(count: int) -> None:
    assert split_features(np.arange(count)[:, None] ** 3.0, seed=0) == ((),)


def test_bears_a_feature_that_does_not_change() -> None:
    songs = np.c_[np.arange(50.0), np.full(50, 2.0)]
    assert split_features(songs, seed=0)[1] == ()
