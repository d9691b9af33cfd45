"""How well one number of clusters does: its scores and how far they repeat; and what songs without groups score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.choosing.borders import measure_borders, settle
from clustering.analysis.choosing.reference import measure_cloud_null, measure_null, measure_uniform
from clustering.analysis.choosing.starts import starts_for
from clustering.analysis.partition.kmeans import ALGORITHM, MAX_SEED, fit_kmeans
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.scores.quality import calinski_harabasz, davies_bouldin, measure_spread
from clustering.analysis.scores.silhouette import measure_silhouette
from clustering.analysis.scores.stability import measure_stability

SWEEP_ALGORITHM = ALGORITHM.name
"""The algorithm that numbers of clusters are tried with."""

CHOOSING_SONGS = 20_000
"""Songs among which the numbers of clusters are tried: the intervals say how surely."""

EXACT_SONGS = 5_000
"""Up to here the silhouettes of a sweep are exact; above, ±0.01 is far less than songs' own ambiguity."""

DRAWS = 4
DRAW_SONGS = 5_000
"""The borders are measured again so often, with centers that were found in a bootstrap sample, on so many songs."""

MISSED = 1.005
"""A bootstrap sample whose few starts end with so much more inertia than the songs' own grouping has missed it: two
groups in one of ten features are 1 to 3 % of the inertia. What the sampling itself changes is below 0.2 %."""

RESAMPLING_SEED = 0
"""The bootstrap samples are the same for each seed: where there are no groups the number is a choice, which chance
should not make anew each time."""

MAX_TRIED_K = 30


@dataclass(frozen=True, slots=True)
class KCandidate:
    """One number of clusters and how it does.

    Attributes
    ----------
    k : int
    silhouette, silhouette_low, silhouette_high : float
        The mean silhouette and its 95 % interval.
    davies_bouldin, calinski_harabasz, inertia : float
        Measured on the songs that were tried (the inertia is theirs, not that of the whole dataset).
    stability, stability_low, stability_high : float
        The mean adjusted Rand index of bootstrap pairs and its 95 % interval.
    resamples : tuple of float
        Of each bootstrap sample, the mean adjusted Rand index with the others.
    jaccard : tuple of float
        Hennig's Jaccard index of each cluster, the largest cluster first.
    smallest_cluster : int
        How many of the tried songs are in the smallest cluster.
    parts_apart : int
        Into how many parts the clusters fall between which the songs thin out: k where all of them stand apart,
        1 where all are connected.
    draws_apart : tuple of int
        The same of other draws of the songs, with centers of their own.
    sharpest_border, softest_border : float
        By how much the songs thin out between neighboring clusters, at most and at least: 0 not at all, 1 to
        nothing.
    """

    k: int
    silhouette: float
    silhouette_low: float
    silhouette_high: float
    davies_bouldin: float
    calinski_harabasz: float
    inertia: float
    stability: float
    stability_low: float
    stability_high: float
    resamples: tuple[float, ...]
    jaccard: tuple[float, ...]
    smallest_cluster: int
    parts_apart: int
    draws_apart: tuple[int, ...]
    sharpest_border: float
    softest_border: float


@dataclass(frozen=True, slots=True)
class KReference:
    """What songs without groups score in one number of clusters. No verdict rests on it.

    Attributes
    ----------
    k : int
    null_silhouette, null_deviation : float
        The silhouette that k clusters have where features have nothing to do with each other, and how much
        it changes from one shuffling to the next.
    null_cloud_silhouette, null_cloud_deviation : float
        The same of one cloud with the songs' rank correlations, and features of a single peak each.
    uniform_silhouette : float
        The silhouette that k clusters of evenly spread songs have.
    gap, gap_error : float
        Tibshirani's gap statistic and its standard error.
    """

    k: int
    null_silhouette: float
    null_deviation: float
    null_cloud_silhouette: float
    null_cloud_deviation: float
    uniform_silhouette: float
    gap: float
    gap_error: float


def draw_songs(count: int, *, seed: int, size: int = CHOOSING_SONGS) -> npt.NDArray[np.int64]:
    """Draw the rows of a sample, stratified by the order of the file.

    The rows are cut into `size` stretches of equal length and one song is drawn from each: files are often
    sorted by year, genre or artist, and so each has its share. Up to `size` songs, all are taken.

    Returns
    -------
    ndarray of shape (min(count, size),)
        Positions, ascending.

    Examples
    --------
    >>> draw_songs(3, seed=0).tolist()
    [0, 1, 2]
    >>> rows = draw_songs(100, seed=0, size=10)
    >>> (rows // 10).tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    if count <= size:
        return np.arange(count)
    edges = np.arange(size + 1) * count // size
    return np.random.default_rng(seed).integers(edges[:-1], edges[1:])


def score_k(songs: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress) -> KCandidate:
    """Group songs into k clusters and measure all that advice on k rests on.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        The scaled values of the sample.
    k, seed : int
        The seed is that of the starts, the resamples and the silhouettes.
    progress : callable
        Called within each step, so that it can be stopped.

    Raises
    ------
    AnalysisError
        When there are fewer than k distinct songs.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.repeat([[0.0, 0.0], [9.0, 9.0]], 50, axis=0) + np.random.default_rng(0).random((100, 2))
    >>> found = score_k(songs, 2, seed=0)
    >>> found.silhouette > 0.9, found.stability, found.jaccard, found.smallest_cluster
    (True, 1.0, (1.0, 1.0), 50)
    """
    songs = np.ascontiguousarray(songs, dtype=np.float32)
    partition = fit_kmeans(songs, k, seed=seed, progress=progress, starts=starts_for(k))
    silhouette = measure_silhouette(
        songs, partition.labels, seed=seed, progress=progress, exact_up_to=EXACT_SONGS
    )
    borders = measure_borders(songs, partition.centroids, seed=seed, progress=progress)
    stability = measure_stability(songs, partition.centroids, seed=RESAMPLING_SEED, progress=progress)
    draws = draw_again(songs, partition.centroids, stability.fits[:DRAWS], seed=seed, progress=progress)
    spread = measure_spread(songs, partition)
    return KCandidate(
        k=k,
        silhouette=silhouette.mean,
        silhouette_low=silhouette.low,
        silhouette_high=silhouette.high,
        davies_bouldin=davies_bouldin(spread),
        calinski_harabasz=calinski_harabasz(spread),
        inertia=partition.inertia,
        stability=stability.mean,
        stability_low=stability.low,
        stability_high=stability.high,
        resamples=stability.resamples,
        jaccard=stability.jaccard,
        smallest_cluster=int(np.bincount(partition.labels).min()),
        parts_apart=borders.parts_apart,
        draws_apart=draws,
        sharpest_border=max(borders.sharpness),
        softest_border=min(borders.sharpness),
    )


def score_reference(
    songs: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress
) -> KReference:
    """Measure what songs without groups score in k clusters: shuffled, of one cloud, and evenly spread.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        The scaled values of the sample.
    k, seed : int
    progress : callable
        Called within each step, so that it can be stopped.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.repeat([[0.0, 0.0], [9.0, 9.0]], 50, axis=0) + np.random.default_rng(0).random((100, 2))
    >>> found = score_reference(songs, 2, seed=0)
    >>> found.null_silhouette < 0.8, found.gap > 1
    (True, True)
    """
    songs = np.ascontiguousarray(songs, dtype=np.float32)
    null = measure_null(songs, k, seed=seed, progress=progress)
    cloud = measure_cloud_null(songs, k, seed=seed, progress=progress)
    uniform = measure_uniform(songs, k, seed=seed, progress=progress)
    return KReference(
        k=k,
        null_silhouette=null.silhouette,
        null_deviation=null.deviation,
        null_cloud_silhouette=cloud.silhouette,
        null_cloud_deviation=cloud.deviation,
        uniform_silhouette=uniform.silhouette,
        gap=uniform.gap,
        gap_error=uniform.gap_error,
    )


def draw_again(
    songs: npt.NDArray[Any],
    centroids: npt.NDArray[Any],
    fits: Sequence[npt.NDArray[Any]],
    *,
    seed: int,
    progress: Progress = no_progress,
) -> tuple[int, ...]:
    """Return into how many parts the clusters of other fits fall, each seen on songs of another draw.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        Scaled values; 5,000 of them are drawn for each fit, where there are so many.
    centroids : ndarray of shape (k, d)
        The best that were found on all the songs: taken where a fit missed them.
    fits : sequence of ndarray of shape (k, d)
    seed : int
    progress : callable

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.repeat([[0.0], [9.0]], 50, axis=0) + np.random.default_rng(0).random((100, 1))
    >>> draw_again(songs, np.array([[0.5], [9.5]]), [np.array([[0.4], [9.6]]), np.array([[0.0], [9.0]])], seed=0)
    (2, 2)
    """
    rng = np.random.default_rng(seed)
    found = []
    for fit in fits:
        drawn = np.asarray(songs[rng.permutation(len(songs))[:DRAW_SONGS]], dtype=np.float64)
        missed = _settled_inertia(drawn, fit) > MISSED * _settled_inertia(drawn, centroids)
        borders = measure_borders(
            drawn, centroids if missed else fit, seed=int(rng.integers(MAX_SEED)), progress=progress
        )
        found.append(borders.parts_apart)
    return tuple(found)


def _settled_inertia(songs: npt.NDArray[np.float64], centroids: npt.NDArray[Any]) -> float:
    settled, labels = settle(songs, np.asarray(centroids, dtype=np.float64))
    return float(np.square(songs - settled[labels]).sum())
