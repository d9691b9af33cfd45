"""What a set of songs sounds like."""

import numpy as np
import pytest

from clustering.analysis.describing.song_sets import SHOWN, describe_songs


@pytest.fixture
def two_hundred_songs():
    return np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)


def test_agrees_with_numpy_where_values_are_missing(two_hundred_songs):
    two_hundred_songs[::5, 1] = np.nan
    rows = np.arange(0, 200, 2)
    found = describe_songs(rows, two_hundred_songs, two_hundred_songs, ["a", "b", "c"])

    assert list(found.means.values()) == pytest.approx(
        np.nanmean(two_hundred_songs[rows], axis=0).tolist(), abs=1e-6
    )
    assert list(found.deviations.values()) == pytest.approx(
        np.nanstd(two_hundred_songs[rows], axis=0).tolist(), abs=1e-6
    )


def test_orders_songs_by_their_distance_from_the_mean(two_hundred_songs):
    rows = np.arange(50, 150)
    found = describe_songs(rows, two_hundred_songs, two_hundred_songs, ["a", "b", "c"])
    order = rows[
        np.argsort(np.linalg.norm(two_hundred_songs[rows] - two_hundred_songs[rows].mean(axis=0), axis=1))
    ]

    assert found.typical == tuple(order[:SHOWN])
    assert found.untypical == tuple(order[::-1][:SHOWN])


def test_songs_with_a_gap_are_neither(two_hundred_songs):
    two_hundred_songs[:, 2] = np.nan
    found = describe_songs(np.arange(5), two_hundred_songs, two_hundred_songs, ["a", "b", "c"])

    assert (found.typical, found.untypical) == ((), ())
    assert list(found.means) == ["a", "b"]
