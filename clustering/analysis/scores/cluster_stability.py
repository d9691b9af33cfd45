"""Whether each cluster comes out again of resampled songs: Hennig's bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.scores.comparison import contingency, jaccard

REPLICATES = 20
"""Bootstrap samples: the index is then known to about ±0.03."""

MAX_SONGS = 10_000
"""Songs of each resample."""

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Resampling:
    """How clusters are looked for again in resampled songs.

    Attributes
    ----------
    refit : callable
        Clusters songs (n, d) with a seed, as the partition in question was made, and returns labels (n,); −1 is no
        cluster.
    seed : int
        The same seed gives the same resamples.
    max_songs : int
        The most songs of a resample, for the time it takes. Fewer songs make clusters less stable: of more songs
        than this, the index says too little rather than too much.
    """

    refit: Callable[[npt.NDArray[Any], int], Labels]
    seed: int
    max_songs: int = MAX_SONGS


def jaccard_stability(
    scaled: npt.NDArray[Any],
    labels: npt.NDArray[Any],
    resampling: Resampling,
    *,
    clusters: int,
    progress: Progress = no_progress,
) -> tuple[float | None, ...]:
    """Return the mean Jaccard index of each cluster over bootstrap samples.

    Songs are drawn with replacement and each song of a sample is used once, as by default in `fpc::clusterboot`.
    Of the clusters found in a sample, the one most similar to the original counts; where the algorithm refuses
    a sample, no cluster has come out again.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
    labels : ndarray of shape (n,)
        The clusters in question, from 0 on; −1 for songs of none.
    resampling : Resampling
    clusters : int
        How many there are.
    progress : callable
        Told how many samples are done.

    Returns
    -------
    tuple of float or None
        From 0 to 1, in the clusters' order; None for a cluster of which no song was in any sample.

    References
    ----------
    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data
    Analysis 52, 258-271.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
    >>> halves = Resampling(lambda sample, seed: (sample[:, 0] > 2).astype(np.int32), seed=0)
    >>> jaccard_stability(songs, np.array([0, 0, 0, 1, 1, 1]), halves, clusters=2)
    (1.0, 1.0)
    """
    rng = np.random.default_rng(resampling.seed)
    rows = np.arange(len(scaled))
    if len(rows) > resampling.max_songs:
        rows = np.sort(rng.choice(rows, resampling.max_songs, replace=False, shuffle=False))
    sums, times = np.zeros(clusters), np.zeros(clusters)
    for replicate in range(REPLICATES):
        progress(replicate, REPLICATES)
        sample = rows[np.unique(rng.integers(len(rows), size=len(rows)))]
        own = labels[sample]
        again = _refit(resampling, scaled[sample], int(rng.integers(2**31)))
        sums += _best_jaccards(own, again, clusters)
        times += np.bincount(own[own >= 0], minlength=clusters) > 0
    progress(REPLICATES, REPLICATES)
    return tuple(float(total / count) if count else None for total, count in zip(sums, times, strict=True))


def _refit(resampling: Resampling, songs: npt.NDArray[Any], seed: int) -> Labels:
    try:
        return resampling.refit(songs, seed)
    except AnalysisError:
        return np.full(len(songs), -1, dtype=np.int32)


def _best_jaccards(own: npt.NDArray[Any], again: npt.NDArray[Any], clusters: int) -> npt.NDArray[np.float64]:
    """Return the Jaccard index of each cluster with the most similar one of the others, 0 where it has no song."""
    shape = clusters + 1, int(again.max(initial=-1)) + 2  # row and column 0 are the songs of no cluster
    indices = jaccard(contingency(own + 1, again + 1, shape))[1:, 1:]
    best: npt.NDArray[np.float64] = indices.max(axis=1, initial=0.0)
    return best
