"""Whether the same clusters come out again on other songs of the same kind: the bootstrap."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.partition import assign
from clustering.analysis.partition.kmeans import fit_centroids
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.scores.comparison import adjusted_rand, contingency, jaccard
from clustering.analysis.scores.effects import Z_95
from clustering.analysis.threads import one_thread

RESAMPLES = 12
"""Bootstrap samples: every two are compared, which makes 66 pairs of twelve fits."""

BOOTSTRAP_SONGS = 4_000
"""Songs in each bootstrap sample, where there are so many. Fewer would make real groups look unstable."""

COMPARED_SONGS = 4_000
"""Songs on which two groupings are compared."""

STARTS = 4
"""Random starts of each fit: with one, what differs would often be the luck of the start, not the songs."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stability:
    """How far a grouping repeats itself.

    Attributes
    ----------
    mean, low, high : float
        The mean adjusted Rand index of pairs of bootstrap samples, and its 95 % interval: 1 says that the
        same groups come out again, 0 that they agree no more than by chance.
    jaccard : tuple of float
        For each cluster of the reference, Hennig's mean Jaccard index: how much of it is found again.
    resamples : tuple of float
        Of each bootstrap sample, the mean adjusted Rand index with the others.
    fits : tuple of ndarray of shape (k, d)
        The centers that were found in each.
    """

    mean: float
    low: float
    high: float
    jaccard: tuple[float, ...]
    resamples: tuple[float, ...]
    fits: tuple[npt.NDArray[Any], ...] = field(repr=False, compare=False)


def measure_stability(
    songs: npt.NDArray[Any],
    centroids: npt.NDArray[Any],
    *,
    seed: int,
    progress: Progress = no_progress,
    resamples: int = RESAMPLES,
) -> Stability:
    """Group bootstrap samples of the songs, and see how far the groupings agree.

    All fits group the same songs by their nearest center, and the adjusted Rand index says how far each two
    of them agree (Fang and Wang). Each fit is also compared with the reference, cluster by cluster (Hennig).

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        Scaled values.
    centroids : ndarray of shape (k, d)
        The reference: the centers found on all the songs.
    seed : int
    progress : callable
        Told how many bootstrap samples are done.
    resamples : int
        How many there are; the first ones are the same, however many follow.

    Returns
    -------
    Stability

    References
    ----------
    Fang, Y. and Wang, J. (2012). Selection of the number of clusters via the bootstrap method.
    Computational Statistics & Data Analysis 56, 468-477.

    Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational Statistics & Data
    Analysis 52, 258-271.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.repeat([[0.0], [5.0]], 40, axis=0) + np.linspace(0, 1, 80)[:, None]
    >>> found = measure_stability(songs, np.array([[0.25], [5.75]]), seed=0)
    >>> found.mean, found.jaccard
    (1.0, (1.0, 1.0))
    """
    rng = np.random.default_rng(seed)
    k = len(centroids)
    compared = songs if len(songs) <= COMPARED_SONGS else songs[rng.permutation(len(songs))[:COMPARED_SONGS]]
    with one_thread():
        fits = _fit_resamples(songs, k, rng, resamples, progress)
        groupings = [assign(compared, fit).labels for fit in fits]
    agreement = _agreement(groupings, k)
    reference = assign(compared, centroids).labels
    found_again = [jaccard(contingency(reference, labels, (k, k))).max(axis=1) for labels in groupings]
    return Stability(
        *_mean_and_interval(agreement),
        jaccard=tuple(float(value) for value in np.mean(found_again, axis=0)),
        resamples=tuple((agreement.sum(axis=1) / (resamples - 1)).tolist()),
        fits=tuple(fits),
    )


def _fit_resamples(
    songs: npt.NDArray[Any], k: int, rng: np.random.Generator, resamples: int, progress: Progress
) -> list[Floats]:
    """Return the centers that are found in each bootstrap sample."""
    size, fits = min(len(songs), BOOTSTRAP_SONGS), []
    for done in range(resamples):
        progress(done, resamples)
        fits.append(fit_centroids(songs[rng.integers(len(songs), size=size)], k, STARTS, rng))
    progress(resamples, resamples)
    return fits


def _mean_and_interval(agreement: Floats) -> tuple[float, float, float]:
    """Return the mean agreement of two groupings, and both ends of its 95 % interval."""
    mean = agreement.sum() / (len(agreement) * (len(agreement) - 1))
    margin = Z_95 * _jackknife_error(agreement)
    return float(mean), float(mean - margin), float(min(1.0, mean + margin))


def _agreement(groupings: Sequence[npt.NDArray[Any]], k: int) -> Floats:
    """Return the adjusted Rand index of each two groupings into k clusters, 0 on the diagonal."""
    agreement = np.zeros((len(groupings), len(groupings)))
    for first, second in combinations(range(len(groupings)), 2):
        agreement[first, second] = adjusted_rand(contingency(groupings[first], groupings[second], (k, k)))
    return agreement + agreement.T


def _jackknife_error(agreement: Floats) -> float:
    """Return the standard error of the mean agreement: pairs that share a resample are not independent."""
    others = len(agreement) - 1
    without = (agreement.sum() - 2 * agreement.sum(axis=1)) / (others * (others - 1))
    return float(np.sqrt(others / len(agreement) * np.square(without - without.mean()).sum()))
