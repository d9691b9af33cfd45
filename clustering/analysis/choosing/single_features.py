"""Whether single features split into parts on their own, which a grouping by many features may not show."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.choosing.borders import measure_borders, spread_steps
from clustering.analysis.partition import fit_kmeans
from clustering.analysis.progress import Progress, no_progress

CUTS = (2, 3, 4)
"""Numbers of pieces that a feature is cut into: the lowest that shows parts is taken."""

STARTS = 8
"""Random starts of each cut: along a line there are few groupings to miss."""

FEATURE_SONGS = 5_000
"""Distinct songs on which single features are judged, where there are so many."""

MIN_SONGS = 20
"""Below so many distinct songs a single feature is not judged."""

TYPICAL = (0.05, 0.95)
"""The quantiles between which a part's songs are said to be."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FeaturePart:
    """One of the parts that a feature falls into.

    Attributes
    ----------
    low, high : float
        Nine in ten of its songs are between.
    share : float
        Of the distinct songs.
    """

    low: float
    high: float
    share: float


def split_features(
    songs: npt.NDArray[Any], *, seed: int, progress: Progress = no_progress
) -> tuple[tuple[FeaturePart, ...], ...]:
    """Find the features that fall into parts by themselves.

    Each feature is cut into a few pieces, and the borders of these are tested as those of clusters are. A feature
    of a few values, as a musical mode or key, is never said to fall into parts.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        Values, scaled or not. Repeats count once; at most 5,000 songs are used.
    seed : int
    progress : callable
        Told how many features are done.

    Returns
    -------
    tuple of tuple of FeaturePart
        For each feature its parts from low to high, or none where it is all connected.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> songs = rng.normal(size=(400, 2))
    >>> songs[:100, 1] += 9
    >>> connected, apart = split_features(songs, seed=0)
    >>> connected, [round(part.share, 2) for part in apart]
    ((), [0.75, 0.25])
    """
    rng = np.random.default_rng(seed)
    distinct = np.unique(np.asarray(songs, dtype=np.float64), axis=0)
    chosen = distinct[rng.permutation(len(distinct))[:FEATURE_SONGS]]
    found = []
    for done, column in enumerate(chosen.T):
        progress(done, chosen.shape[1])
        found.append(_split(column, rng, seed) if len(chosen) >= MIN_SONGS else ())
    progress(chosen.shape[1], chosen.shape[1])
    return tuple(found)


def _split(column: Floats, rng: np.random.Generator, seed: int) -> tuple[FeaturePart, ...]:
    if len(np.unique(column)) <= max(CUTS):
        return ()
    # songs of equal value count as often as they are: repeats of whole songs are out already
    spread = spread_steps(column, rng)
    spread = ((spread - spread.mean()) / spread.std())[:, None]
    for count in CUTS:
        pieces = fit_kmeans(spread, count, seed=seed, starts=STARTS)
        borders = measure_borders(spread, pieces.centroids, seed=seed)
        if borders.parts_apart > 1:
            return _describe(column, np.array(borders.parts)[pieces.labels])
    return ()


def _describe(column: Floats, parts: npt.NDArray[Any]) -> tuple[FeaturePart, ...]:
    described = []
    for part in np.unique(parts):
        own = column[parts == part]
        low, high = np.quantile(own, TYPICAL)
        described.append(FeaturePart(float(low), float(high), len(own) / len(column)))
    return tuple(sorted(described, key=lambda one: one.low))
