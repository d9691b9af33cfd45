"""K-Means: each song in the group whose center is nearest, and each center the mean of its songs."""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.libraries import load_scikit_learn
from clustering.analysis.partition.algorithm import Algorithm
from clustering.analysis.partition.notebook import NEAREST, NotebookSource
from clustering.analysis.partition.result import (
    Float32s,
    Partition,
    distinct_songs,
    partition_by_centroids,
    require_distinct,
)
from clustering.analysis.partition.starts import plus_plus
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.threads import one_thread

if TYPE_CHECKING:
    from sklearn.cluster import KMeans

START_SONGS = 20_000
"""Songs among which the starts compete: ten full starts on a million songs cost five to fifteen times more
and end within 0.1 % of the same inertia."""

STARTS = 30
"""Random starts among which the best are kept. On real songs the best grouping is found by as few as one
start in seven, so that ten starts miss it one time in five; on the sample, thirty cost about a second."""

BISECTING_STARTS = 3
"""Random starts of each cut of the one start that cuts clusters in two."""

FINALISTS = 3
FINALIST_MARGIN = 0.005
SAME_INERTIA = 0.0002
"""So many of the sample's best groupings, this close to its very best and this different from each other,
are tried on all the songs: a sample cannot tell which of two nearly equal ones is the better."""

ROUND_ITERATIONS = 10
"""Iterations between two reports of progress: about half a second at a million songs."""

MAX_ITERATIONS = 300
"""Iterations after which the best grouping so far is taken, as in scikit-learn."""

MAX_SEED = 2**31

STABILITY_STARTS = 5
"""Starts for each resample: with fewer, what differs would often be the luck of the start, not the songs."""


def fit_kmeans(
    scaled: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress, starts: int = STARTS
) -> Partition:
    """Divide songs into k clusters.

    The best of thirty K-Means++ starts and of one that cuts clusters in two, on at most 20,000 songs, is run to
    convergence on all of them, with scikit-learn's own K-Means and its own criterion of convergence.

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
    load_scikit_learn()  # its threads can be limited once it is there
    songs = np.ascontiguousarray(scaled, dtype=np.float32)
    distinct = require_distinct(songs, k)
    centroids = _best_start(songs, distinct[:k], starts, seed, progress)
    with one_thread() if len(songs) <= START_SONGS else nullcontext():
        centroids, iterations = _converge(songs, centroids, progress)
    return partition_by_centroids(songs, centroids, iterations)


def fit_centroids(songs: Float32s, k: int, starts: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Return the centers of the best of a few random starts, in no order: for the many small fits of a sweep.

    Where songs repeat, fewer than k clusters may come out; their centers are repeated then.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [2.0], [9.0]], dtype=np.float32)
    >>> sorted(fit_centroids(songs, 2, 3, np.random.default_rng(0)).ravel().tolist())
    [1.0, 9.0]
    """
    seed = int(rng.integers(MAX_SEED))
    return np.asarray(
        _kmeans(
            songs, k, n_init=starts, init=plus_plus, max_iter=MAX_ITERATIONS, random_state=seed
        ).cluster_centers_
    )


def fit_screened(songs: Float32s, k: int, starts: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Return the centers of the random start that is best after ten iterations, converged: for the many fits of a null.

    That takes less than half as long as to converge all starts, and ends 0.1 % of the inertia above.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [2.0], [9.0]], dtype=np.float32)
    >>> sorted(fit_screened(songs, 2, 3, np.random.default_rng(0)).ravel().tolist())
    [1.0, 9.0]
    """
    seed = int(rng.integers(MAX_SEED))
    best = _kmeans(songs, k, n_init=starts, init=plus_plus, max_iter=ROUND_ITERATIONS, random_state=seed)
    return np.asarray(_kmeans(songs, k, init=best.cluster_centers_, max_iter=MAX_ITERATIONS).cluster_centers_)


def _best_start(songs: Float32s, distinct: Float32s, starts: int, seed: int, progress: Progress) -> Any:
    """Return the centers of the best start on a sample of the songs."""
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
    with one_thread():
        for _ in range(starts):
            progress(0, MAX_ITERATIONS)
            fits.append(
                _kmeans(
                    sample,
                    k,
                    init=plus_plus,
                    max_iter=MAX_ITERATIONS,
                    random_state=int(rng.integers(MAX_SEED)),
                )
            )
        progress(0, MAX_ITERATIONS)
        fits.append(
            _kmeans(sample, k, init=_bisected(sample, k, rng), max_iter=MAX_ITERATIONS, random_state=0)
        )
    finalists = _finalists(fits)
    if sample is not songs and len(finalists) > 1:
        for place, finalist in enumerate(finalists):
            progress(0, MAX_ITERATIONS)
            finalists[place] = _kmeans(
                songs, k, init=finalist.cluster_centers_, max_iter=ROUND_ITERATIONS, random_state=0
            )
    return min(finalists, key=lambda fit: fit.inertia_).cluster_centers_


def _bisected(songs: Float32s, k: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    """Return the centers of clusters cut in two again and again: another start than songs chosen at random.

    Groups in a few of many features are cut apart one feature after the other, where random starts find them
    one time in ten.
    """
    from sklearn.cluster import BisectingKMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # as for the other starts
        cut = BisectingKMeans(k, n_init=BISECTING_STARTS, random_state=int(rng.integers(MAX_SEED))).fit(songs)
    return np.asarray(cut.cluster_centers_)


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
        fitted = _kmeans(songs, len(centroids), init=centroids, max_iter=ROUND_ITERATIONS, random_state=0)
        centroids = fitted.cluster_centers_
        iterations += fitted.n_iter_
        if fitted.n_iter_ < ROUND_ITERATIONS:
            break
    progress(MAX_ITERATIONS, MAX_ITERATIONS)
    return np.asarray(centroids, dtype=np.float64), iterations


def _kmeans(songs: Float32s, k: int, *, n_init: int = 1, **settings: Any) -> KMeans:
    """Fit scikit-learn's K-Means, from a single start where not asked for more."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        # "fewer distinct clusters than k": answered by our own sentence once the songs are assigned.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(k, n_init=n_init, **settings).fit(songs)


ALGORITHM = Algorithm(
    name="kmeans",
    label="K-Means",
    order=10,
    description="Round groups of similar width, each around a center. Fast on any number of songs, and a "
    "good place to start.",
    fit=fit_kmeans,
    by_centers=True,
    stability_songs=10_000,
    refit=partial(fit_kmeans, starts=STABILITY_STARTS),
    notebook=NotebookSource(
        imports="from sklearn.cluster import BisectingKMeans, KMeans",
        constants={
            "START_SONGS": START_SONGS,
            "STARTS": STARTS,
            "BISECTING_STARTS": BISECTING_STARTS,
            "FINALISTS": FINALISTS,
            "FINALIST_MARGIN": FINALIST_MARGIN,
            "SAME_INERTIA": SAME_INERTIA,
            "ROUND_ITERATIONS": ROUND_ITERATIONS,
            "MAX_ITERATIONS": MAX_ITERATIONS,
        },
        code=f"""\
{NEAREST}


def kmeans(songs, init, iterations, seed):
    return KMeans(K, init=init, n_init=1, max_iter=iterations, random_state=seed).fit(songs)


# thirty random starts, and one of clusters cut in two, compete on a few songs, the best few that differ on all that
# groups are found on
rng = np.random.default_rng(SEED)
all_fitted = X[fitted]
sample = all_fitted
if len(all_fitted) > START_SONGS:
    sample = all_fitted[np.sort(rng.choice(len(all_fitted), START_SONGS, replace=False, shuffle=False))]
fits = [kmeans(sample, "k-means++", MAX_ITERATIONS, int(rng.integers(2**31))) for _ in range(STARTS)]
halves = BisectingKMeans(K, n_init=BISECTING_STARTS, random_state=int(rng.integers(2**31))).fit(sample)
fits.append(kmeans(sample, halves.cluster_centers_, MAX_ITERATIONS, 0))
fits.sort(key=lambda fit: fit.inertia_)
finalists = fits[:1]
for fit in fits[1:]:
    if fit.inertia_ > fits[0].inertia_ * (1 + FINALIST_MARGIN) or len(finalists) == FINALISTS:
        break
    if fit.inertia_ > finalists[-1].inertia_ * (1 + SAME_INERTIA):
        finalists.append(fit)
if sample is not all_fitted and len(finalists) > 1:
    finalists = [kmeans(all_fitted, fit.cluster_centers_, ROUND_ITERATIONS, 0) for fit in finalists]
centers = min(finalists, key=lambda fit: fit.inertia_).cluster_centers_

# the winner runs until it converges
for _ in range(0, MAX_ITERATIONS, ROUND_ITERATIONS):
    fit = kmeans(all_fitted, centers, ROUND_ITERATIONS, 0)
    centers = fit.cluster_centers_
    if fit.n_iter_ < ROUND_ITERATIONS:
        break
labels = nearest(X, centers)""",
    ),
)
