"""Families of songs that were written before the rule was changed last, and not run until it stood."""

from __future__ import annotations

import numpy as np

from benchmarks.families import Family, Floats, correlated, places_apart


def share_their_highest(rng: np.random.Generator) -> Floats:
    """Draw six features that go together where they are high, and not where they are low."""
    return np.maximum(rng.gumbel(size=(1400, 1)), rng.gumbel(size=(1400, 6)))


def funnel(rng: np.random.Generator) -> Floats:
    """Draw a cloud that is the wider the higher one feature is."""
    height = rng.normal(size=(1500, 1))
    return np.concatenate([height, np.exp(height / 2) * rng.normal(size=(1500, 4))], axis=1)


def laplace(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud with a sharp peak: Laplace's distribution in eight features."""
    drawn: Floats = correlated(rng, 1500, 8) * np.sqrt(rng.exponential(size=(1500, 1)))
    return drawn


def twenty_features(rng: np.random.Generator) -> Floats:
    """Draw a correlated Gaussian cloud of twenty features."""
    return correlated(rng, 1000, 20)


def ball(rng: np.random.Generator) -> Floats:
    """Draw songs that fill a ball of four features evenly."""
    songs = rng.normal(size=(1500, 4))
    drawn: Floats = songs / np.linalg.norm(songs, axis=1, keepdims=True) * rng.random((1500, 1)) ** (1 / 4)
    return drawn


def counts(rng: np.random.Generator) -> Floats:
    """Draw five features that are counts, and share what makes them high."""
    rate = 12 * rng.gamma(6, 1 / 6, size=(1500, 1))
    return rng.poisson(rate, (1500, 5)).astype(np.float64)


def seven(rng: np.random.Generator) -> Floats:
    """Draw seven round groups in six features."""
    places = places_apart(rng, 7, 6, 8.0, 8.0)
    return places[np.arange(1400) % 7] + rng.normal(size=(1400, 6))


def boxes(rng: np.random.Generator) -> Floats:
    """Draw four evenly spread groups with gaps between them, half as wide as they are."""
    corners = np.array([[0, 0, 0], [1.5, 0, 0], [0, 1.5, 0], [0, 0, 1.5]])
    return corners[np.arange(1600) % 4] + rng.random((1600, 3))


def in_three_features(rng: np.random.Generator) -> Floats:
    """Draw three groups in three of fifteen features."""
    songs = rng.normal(size=(1800, 15))
    which = np.arange(1800) % 3
    songs[np.arange(1800), which] += 6
    return songs


def wide_and_narrow(rng: np.random.Generator) -> Floats:
    """Draw a wide group and a narrow one that has three in ten songs."""
    narrow = np.arange(1500) % 10 < 3
    songs = rng.normal(size=(1500, 6)) * np.where(narrow, 0.7, 2.0)[:, None]
    songs[narrow, 0] += 12
    return songs


def four_that_come_close(rng: np.random.Generator) -> Floats:
    """Draw four groups, each two five deviations apart."""
    axes = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    drawn: Floats = 5 / np.sqrt(2) * axes[np.arange(1600) % 4] + rng.normal(size=(1600, 8))
    return drawn


def tenth_beside_a_cloud(rng: np.random.Generator) -> Floats:
    """Draw a correlated cloud and a tenth of the songs beside it."""
    songs = correlated(rng, 2000)
    direction = rng.normal(size=10)
    songs[:200] = 0.6 * rng.normal(size=(200, 10)) + 8 * direction / np.linalg.norm(direction)
    return songs


HELD_BACK = {
    "gumbel": Family("Dependent where high only", share_their_highest, fresh=True),
    "funnel": Family("Wider where one feature is high", funnel, fresh=True),
    "laplace": Family("A sharp peak, correlated", laplace, fresh=True),
    "twenty-features": Family("Twenty features, correlated", twenty_features, fresh=True),
    "ball": Family("A ball of four features", ball, fresh=True),
    "counts": Family("Five counts that go together", counts, fresh=True),
    "seven": Family("Seven groups in six features", seven, (7,), fresh=True),
    "boxes": Family("Four boxes", boxes, (4,), fresh=True),
    "three-of-fifteen": Family(
        "Three groups in three of fifteen features", in_three_features, (3,), fresh=True
    ),
    "wide-narrow": Family("A wide group and a narrow one", wide_and_narrow, (2,), fresh=True),
    "close-four": Family("Four groups that come close", four_that_come_close, (4,), fresh=True),
    "tenth": Family("A tenth beside a correlated cloud", tenth_beside_a_cloud, (2,), fresh=True),
}
