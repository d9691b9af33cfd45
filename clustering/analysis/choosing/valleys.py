"""Counting songs along the line between two centroids: around either, and between them.

The test and where it comes from are told in docs/choosing_k.md.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

TUBE_SHARE = 0.9
"""So many of the songs of either cluster are in the tube around the line between two centroids."""

HOLLOW_RATIO = 0.5
"""So dense, beside around either centroid, the songs halfway may be at most, however far from the line they are."""

BRIDGE_CHANCE = 0.5
BRIDGE_RATIO = 0.5
"""Two pieces are a bridge where the songs between are surely so dense: of all pairs of a grouping of which none is, one
seems to be every other time."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Pairs = list[tuple[int, int]]


class Window(NamedTuple):
    """Where songs are counted along a line on which the two centroids are at -1 and 1."""

    side: float  # half the width of the stretch around either centroid
    low: float
    high: float  # the ends of the stretch between them


WIDE_WINDOWS = (Window(0.1, -0.9, 0.9), Window(0.2, -0.8, 0.8), Window(0.3, -0.7, 0.7))
HALFWAY = Window(0.3, -0.3, 0.3)
NARROW_WINDOWS = (Window(0.3, -0.6, 0.0), HALFWAY, Window(0.3, 0.0, 0.6))
WINDOWS = WIDE_WINDOWS + NARROW_WINDOWS
"""Wide ones find groups of a few songs, narrow ones groups that come close to each other."""


def project(songs: Floats, centroids: Floats, pairs: Pairs) -> tuple[Floats, Floats]:
    """Return where songs are along the line of each pair, and their squared distances to it, in half pairs."""
    first, second = (centroids[list(side)] for side in zip(*pairs, strict=True))
    halfway, half = (first + second) / 2, (second - first) / 2
    lengths = np.square(half).sum(axis=1)
    lengths[lengths == 0] = 1.0
    along = (songs @ half.T - (halfway * half).sum(axis=1)) / lengths
    squares = np.square(songs).sum(axis=1)[:, None] - 2 * songs @ halfway.T + np.square(halfway).sum(axis=1)
    away = np.maximum(squares / lengths - along**2, 0)
    for place, pair in enumerate(pairs):
        away[_is_beyond(songs, centroids, pair), place] = np.inf
    return along, away


def _is_beyond(songs: Floats, centroids: Floats, pair: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Tell which songs are nearer to a third centroid than to the line between a pair, each third for itself.

    For each third centroid that is the half-space beyond the point halfway between it and the nearest point of the
    line: what remains is convex, as Prékopa's theorem asks.
    """
    start, line = centroids[pair[0]], centroids[pair[1]] - centroids[pair[0]]
    others = np.delete(centroids, pair, axis=0)
    share = np.clip((others - start) @ line / max(float(line @ line), np.finfo(np.float64).tiny), 0, 1)
    nearest = start + share[:, None] * line
    limits = ((others - nearest) * (others + nearest)).sum(axis=1) / 2
    beyond: npt.NDArray[np.bool_] = (songs @ (others - nearest).T > limits).any(axis=1)
    return beyond


def count_songs(along: Floats, away: Floats, labels: Ints, pairs: Pairs) -> Ints:
    """Return for each pair and window how many songs are around the first, between, and around the second.

    Songs that are farther away than the tube is wide do not count; those beyond a third cluster are infinitely far.
    """
    counts = np.zeros((len(pairs), len(WINDOWS) + 1, 3), dtype=np.intp)
    for place, pair in enumerate(pairs):
        own = [away[labels == cluster, place] for cluster in pair]
        own = [one[np.isfinite(one)] for one in own]
        radius = max((np.quantile(one, TUBE_SHARE) for one in own if len(one)), default=0.0)
        inside = along[away[:, place] <= radius, place]
        counts[place, :-1] = [_count_along(inside, window) for window in WINDOWS]
        counts[place, -1] = _count_along(along[np.isfinite(away[:, place]), place], HALFWAY)
    return counts


def _count_along(along: Floats, window: Window) -> tuple[int, int, int]:
    return (
        int(np.count_nonzero(np.abs(along + 1) <= window.side)),
        int(np.count_nonzero((along > window.low) & (along < window.high))),
        int(np.count_nonzero(np.abs(along - 1) <= window.side)),
    )


def valley_chances(counts: Ints) -> Floats:
    """Return how probable so few songs between two centroids are where they do not thin out (Bonferroni)."""
    from scipy.stats import binom

    between = np.array([one.high - one.low for one in WINDOWS])
    share = between / (between + [2 * one.side for one in WINDOWS])
    first, middle, second = np.moveaxis(counts[:, :-1], 2, 0)
    both = np.maximum(binom.cdf(middle, middle + first, share), binom.cdf(middle, middle + second, share))
    p_values: Floats = np.minimum(1.0, both.min(axis=1) * len(WINDOWS))
    return p_values


def density_ratios(counts: Ints) -> Floats:
    """Return how dense the songs are between two centroids, where they are thinnest, beside around them."""
    first, middle, second = np.moveaxis(counts[:, len(WIDE_WINDOWS) : -1], 2, 0)
    around = np.minimum(first, second)
    ratios: Floats = np.where(around > 0, middle / np.maximum(around, 1), 1.0).min(axis=1)
    return ratios


def is_hollow(counts: Ints) -> npt.NDArray[np.bool_]:
    """Tell where only the line itself is empty, as in a ring: songs beside it are halfway, too."""
    first, middle, second = counts[:, -1].T
    found: npt.NDArray[np.bool_] = middle >= HOLLOW_RATIO * np.minimum(first, second)
    return found


def are_surely_dense(counts: Ints) -> npt.NDArray[np.bool_]:
    """Tell where songs between two centroids, where they are thinnest, are surely half as dense as around them."""
    from scipy.stats import binom

    first, middle, second = np.moveaxis(counts[:, len(WIDE_WINDOWS) : -1], 2, 0)
    around, middle = np.minimum(first, second).mean(axis=1), np.round(middle.mean(axis=1))
    share = BRIDGE_RATIO / (1 + BRIDGE_RATIO)
    chances = binom.sf(middle - 1, middle + around, share)
    found: npt.NDArray[np.bool_] = chances < BRIDGE_CHANCE / len(counts)
    return found
