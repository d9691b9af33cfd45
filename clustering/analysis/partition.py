"""Grouping songs with K-Means, and finding the group of songs that were not there."""

import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from clustering.analysis import AnalysisError
from clustering.analysis.progress import Progress, no_progress

START_SONGS = 20_000
"""Songs among which the starts compete: ten full starts on a million songs cost five to fifteen times more
and end within 0.1 % of the same inertia."""

STARTS = 30
"""Random starts among which the best are kept. On real songs the best grouping is found by as few as one
start in seven, so that ten starts miss it one time in five; on the sample, thirty cost about a second."""

FINALISTS = 3
FINALIST_MARGIN = 0.005
SAME_INERTIA = 0.0002
"""So many of the sample's best groupings, this close to its very best and this different from each other,
are tried on all the songs: a sample cannot tell which of two nearly equal ones is the better."""

ROUND_ITERATIONS = 10
"""Iterations between two reports of progress: about half a second at a million songs."""

MAX_ITERATIONS = 300
"""Iterations after which the best grouping so far is taken, as in scikit-learn."""

BATCH_SONGS = 16_384
"""Songs compared with the centres at once, so that memory stays bounded and blocks stay in the cache."""

MAX_SEED = 2**31

Float32s = npt.NDArray[np.float32]
Int32s = npt.NDArray[np.int32]


class Nearest(NamedTuple):
    """The nearest centre of each song, the distance to it, and the second-nearest centre."""

    labels: Int32s
    distances: Float32s
    second: Int32s


@dataclass(frozen=True, slots=True)
class Partition:
    """Songs divided into k clusters, numbered by size.

    Attributes
    ----------
    labels : ndarray of shape (n,), int32
        The cluster of each song; 0 is the largest, equal sizes follow the order of their centroids.
    centroids : ndarray of shape (k, d), float64
        The centres, in scaled space.
    inertia : float
        The sum of squared distances of songs to their centres.
    iterations : int
        How many times all the songs were reassigned.
    distances : ndarray of shape (n,), float32
        The distance of each song to its own centre.
    second : ndarray of shape (n,), int32
        The second-nearest cluster of each song.
    """

    labels: Int32s
    centroids: npt.NDArray[np.float64]
    inertia: float
    iterations: int
    distances: Float32s
    second: Int32s


def fit_kmeans(
    scaled: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress, starts: int = STARTS
) -> Partition:
    """Divide songs into k clusters.

    The best of thirty K-Means++ starts on at most 20,000 songs is run to convergence on all of them, with
    scikit-learn's own K-Means and its own criterion of convergence.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        Scaled values; computed with in float32.
    k : int
        How many clusters.
    seed : int
        The same seed and rows give the same labels.
    progress : callable
        Told how many of at most `MAX_ITERATIONS` iterations are done; what it raises stops the work.
    starts : int
        How many random starts are tried.

    Returns
    -------
    Partition

    Raises
    ------
    AnalysisError
        When k is below 2 or above the number of distinct songs.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [0.1], [0.2], [5.0], [5.1]])
    >>> partition = fit_kmeans(songs, 2, seed=0)
    >>> partition.labels.tolist(), round(partition.inertia, 3)
    ([0, 0, 0, 1, 1], 0.025)
    """
    if k < 2:
        raise AnalysisError(f"{k} clusters were asked for. Ask for at least 2.")
    songs = np.ascontiguousarray(scaled, dtype=np.float32)
    distinct = distinct_songs(songs, k)
    if len(distinct) < k:
        raise AnalysisError(
            f"{k} clusters were asked for, but there are only {len(distinct)} distinct songs "
            f"among {len(songs):,}. Ask for at most {len(distinct)}."
        )
    centroids = _best_start(songs, distinct[:k], starts, seed, progress)
    with threadpool_limits(1 if len(songs) <= START_SONGS else None):
        centroids, iterations = _converge(songs, centroids, progress)
    nearest = assign(songs, centroids)
    sizes = np.bincount(nearest.labels, minlength=k)
    if not sizes.all():
        found = int(np.count_nonzero(sizes))
        raise AnalysisError(f"The songs fall into only {found} groups, not {k}. Ask for at most {found}.")
    # The last key counts most: size first, then the centroid's coordinates from left to right.
    order = np.lexsort((*centroids.T[::-1], -sizes))
    new = np.empty(k, dtype=np.int32)
    new[order] = np.arange(k, dtype=np.int32)
    return Partition(
        labels=new[nearest.labels],
        centroids=centroids[order],
        inertia=float(np.square(nearest.distances, dtype=np.float64).sum()),
        iterations=iterations,
        distances=nearest.distances,
        second=new[nearest.second],
    )


def assign(scaled: npt.NDArray[Any], centroids: npt.NDArray[Any]) -> Nearest:
    """Find the two nearest centres of each song.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
    centroids : ndarray of shape (k, d)

    Returns
    -------
    Nearest
        Labels, distances and second-nearest centres, each of shape (n,). With a single centre the
        second-nearest is that one too.

    Examples
    --------
    >>> import numpy as np
    >>> near = assign(np.array([[1.0], [8.0]]), np.array([[0.0], [10.0], [3.0]]))
    >>> near.labels.tolist(), near.distances.tolist(), near.second.tolist()
    ([0, 1], [1.0, 2.0], [2, 2])
    """
    centers = np.asarray(centroids, dtype=np.float32)
    squares = np.square(centers).sum(axis=1)
    labels = np.empty(len(scaled), dtype=np.int32)
    second = np.zeros(len(scaled), dtype=np.int32)
    distances = np.empty(len(scaled), dtype=np.float32)
    for start in range(0, len(scaled), BATCH_SONGS):
        rows = slice(start, start + BATCH_SONGS)
        batch = np.asarray(scaled[rows], dtype=np.float32)
        # The squared distances but for |x|², which is the same for all centres of a song.
        scores = squares - 2 * (batch @ centers.T)
        own = scores.argmin(axis=1)
        labels[rows] = own
        # From the difference itself: the expanded square cancels badly close to a centre.
        distances[rows] = np.sqrt(np.square(batch - centers[own]).sum(axis=1))
        if len(centers) > 1:
            scores[np.arange(len(own)), own] = np.inf
            second[rows] = scores.argmin(axis=1)
    return Nearest(labels, distances, second)


def distinct_songs(scaled: Float32s, enough: int) -> Float32s:
    """Return distinct rows: all there are, or at least `enough` as soon as that many are found.

    Examples
    --------
    >>> import numpy as np
    >>> len(distinct_songs(np.zeros((50, 2), dtype=np.float32), 3))
    1
    """
    found = scaled[:0]
    for start in range(0, len(scaled), BATCH_SONGS):
        found = np.unique(np.concatenate([found, scaled[start : start + BATCH_SONGS]]), axis=0)
        if len(found) >= enough:
            break
    return found


def _best_start(songs: Float32s, distinct: Float32s, starts: int, seed: int, progress: Progress) -> Any:
    """Return the centres of the best start on a sample of the songs."""
    k = len(distinct)
    rng = np.random.default_rng(seed)
    sample = songs
    if len(songs) > START_SONGS:
        rows = rng.choice(len(songs), START_SONGS, replace=False, shuffle=False)
        sample = songs[np.sort(rows)]
        if len(distinct_songs(sample, k)) < k:  # a sea of repeats: make sure that k different songs are there
            sample = np.concatenate([sample, distinct])
    fits = []
    # A sample is too small to share: beside other busy processes, threads waiting for each other take
    # a hundred times longer than one alone.
    with threadpool_limits(1):
        for _ in range(starts):
            progress(0, MAX_ITERATIONS)
            fits.append(_kmeans(sample, k, "k-means++", MAX_ITERATIONS, int(rng.integers(MAX_SEED))))
    finalists = _finalists(fits)
    if sample is not songs and len(finalists) > 1:
        for place, finalist in enumerate(finalists):
            progress(0, MAX_ITERATIONS)
            finalists[place] = _kmeans(songs, k, finalist.cluster_centers_, ROUND_ITERATIONS, 0)
    return min(finalists, key=lambda fit: fit.inertia_).cluster_centers_


def _finalists(fits: list[KMeans]) -> list[KMeans]:
    """Return the few best fits that differ from each other, the best first."""
    ranked = sorted(fits, key=lambda fit: fit.inertia_)
    kept = ranked[:1]
    for fit in ranked[1:]:
        if fit.inertia_ > ranked[0].inertia_ * (1 + FINALIST_MARGIN) or len(kept) == FINALISTS:
            break
        if fit.inertia_ > kept[-1].inertia_ * (1 + SAME_INERTIA):
            kept.append(fit)
    return kept


def _converge(songs: Float32s, centroids: Any, progress: Progress) -> tuple[npt.NDArray[np.float64], int]:
    """Run K-Means on all songs in rounds, between which the work can be stopped."""
    iterations = 0
    while iterations < MAX_ITERATIONS:
        progress(iterations, MAX_ITERATIONS)
        fitted = _kmeans(songs, len(centroids), centroids, ROUND_ITERATIONS, 0)
        centroids = fitted.cluster_centers_
        iterations += fitted.n_iter_
        if fitted.n_iter_ < ROUND_ITERATIONS:
            break
    progress(MAX_ITERATIONS, MAX_ITERATIONS)
    return np.asarray(centroids, dtype=np.float64), iterations


def _kmeans(songs: Float32s, k: int, init: Any, max_iter: int, seed: int) -> KMeans:
    with warnings.catch_warnings():
        # "fewer distinct clusters than k": answered by our own sentence once the songs are assigned.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(k, init=init, n_init=1, max_iter=max_iter, random_state=seed).fit(songs)
