"""Whether each cluster comes out again when the songs are drawn anew: Hennig's bootstrap."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.scores.comparison import contingency, jaccard

REPLICATES = 20
"""Times that songs are drawn and grouped again: the index is then known to about ±0.03."""

Labels = npt.NDArray[np.int32]
Regroup = Callable[[npt.NDArray[Any], int], Labels]
"""Groups songs (n, d) with a seed, as the grouping in question was made; −1 is no cluster."""


def jaccard_stability(
    scaled: npt.NDArray[Any],
    labels: npt.NDArray[Any],
    regroup: Regroup,
    *,
    clusters: int,
    seed: int,
    most: int = 10_000,
    replicates: int = REPLICATES,
    progress: Progress = no_progress,
) -> tuple[float | None, ...]:
    """Return how much of each cluster comes out again: its mean Jaccard index over bootstrap samples.

    Songs are drawn with replacement and each one drawn is used once, as by default in `fpc::clusterboot`.
    Of the clusters that are found among them, the one most similar to the original counts.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
    labels : ndarray of shape (n,)
        The clusters in question, from 0 on; −1 for songs of none.
    regroup : callable
        Groups songs again. Where it refuses, no cluster has come out again.
    clusters : int
        How many there are.
    seed : int
    most : int
        Songs among which is drawn, for the time it takes. Fewer songs make clusters less stable: of more songs
        than this the index rather says too little than too much.
    replicates : int
    progress : callable
        Told how many samples are done.

    Returns
    -------
    tuple of float or None
        From 0 to 1, in the clusters' order; None for a cluster of which no song was drawn.

    References
    ----------
    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data
    Analysis 52, 258-271.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
    >>> def halve(some, seed):
    ...     return (some[:, 0] > 2).astype(np.int32)
    >>> jaccard_stability(songs, np.array([0, 0, 0, 1, 1, 1]), halve, clusters=2, seed=0)
    (1.0, 1.0)
    """
    rng = np.random.default_rng(seed)
    rows = np.arange(len(scaled))
    if len(rows) > most:
        rows = np.sort(rng.choice(rows, most, replace=False, shuffle=False))
    sums, times = np.zeros(clusters), np.zeros(clusters)
    for replicate in range(replicates):
        progress(replicate, replicates)
        drawn = rows[np.unique(rng.integers(len(rows), size=len(rows)))]
        own = labels[drawn]
        try:
            again = regroup(scaled[drawn], int(rng.integers(2**31)))
        except AnalysisError:
            again = np.full(len(drawn), -1, dtype=np.int32)
        sums += _best_jaccards(own, again, clusters)
        times += np.bincount(own[own >= 0], minlength=clusters) > 0
    progress(replicates, replicates)
    return tuple(float(total / count) if count else None for total, count in zip(sums, times, strict=True))


def _best_jaccards(own: npt.NDArray[Any], again: npt.NDArray[Any], clusters: int) -> npt.NDArray[np.float64]:
    """Return the Jaccard index of each cluster with the most similar one of the others, 0 where it has no song."""
    shape = clusters + 1, int(again.max(initial=-1)) + 2  # row and column 0 are the songs of no cluster
    found = jaccard(contingency(own + 1, again + 1, shape))[1:, 1:]
    best: npt.NDArray[np.float64] = found.max(axis=1, initial=0.0)
    return best
