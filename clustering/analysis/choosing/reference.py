"""What songs without groups would score: shuffled ones, one cloud, and evenly spread ones with the gap statistic."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.choosing.one_cloud import fit_one_cloud
from clustering.analysis.choosing.starts import starts_for
from clustering.analysis.partition import Assigned, assign
from clustering.analysis.partition.kmeans import fit_centroids, fit_screened
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.scores.silhouette import measure_silhouette
from clustering.analysis.threads import one_thread

REFERENCE_SONGS = 2_000
"""Songs of each reference, where there are so many: its silhouette is then known to ±0.01 or better."""

NULL_ROUNDS = 3
"""How many references of each kind are drawn: from one to the next the silhouette changes by 0.003."""

UNIFORM_ROUNDS = 6
UNIFORM_SILHOUETTES = 2
"""How many evenly spread references the gap statistic has, whose standard error is part of the answer; the
silhouette changes so little from one to the next that two are measured."""

UNIFORM_STARTS = 4
"""Random starts of the fits of the gap statistic: of the evenly spread songs and of the songs themselves alike."""

EXACT_SONGS = 1_000
"""Up to here the silhouette of a reference is exact."""

Float32s = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Null:
    """The silhouette of songs without groups.

    Attributes
    ----------
    silhouette : float
        The mean over the rounds.
    deviation : float
        The standard deviation from one round to the next.
    """

    silhouette: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Uniform:
    """What songs that are spread evenly over the same space would score.

    Attributes
    ----------
    gap : float
        Tibshirani's gap statistic: their mean log inertia minus that of the songs themselves.
    gap_error : float
        Its standard error s_k.
    silhouette : float
        Their mean silhouette.
    """

    gap: float
    gap_error: float
    silhouette: float


def measure_null(songs: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress) -> Null:
    """Shuffle each column by itself, group the result and measure its silhouette, several times.

    Shuffling keeps how each feature is spread and takes away what the features have to do with each other.
    What K-Means then still scores is what it scores without groups. With a single feature there is nothing
    to shuffle: evenly spread values over its range take its place.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        Scaled values; at most 2,000 of them are used.
    k : int
    seed : int
    progress : callable
        Told how many rounds are done.

    Returns
    -------
    Null

    Examples
    --------
    >>> import numpy as np
    >>> square = np.random.default_rng(0).random((300, 2))
    >>> 0.3 < measure_null(square, 4, seed=0).silhouette < 0.5
    True
    """
    rng = np.random.default_rng(seed)
    songs = _some(songs, rng)
    if songs.shape[1] == 1:
        return _null_of(lambda: _uniform(songs, rng), k, rng, seed, progress)
    return _null_of(lambda: rng.permuted(songs, axis=0), k, rng, seed, progress)


def measure_cloud_null(
    songs: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress
) -> Null:
    """Measure what one cloud scores in k clusters that is as close to the songs as one without groups can be.

    Its features are correlated as the songs' are, and each has a single peak. Shuffled songs are a cloud too, of
    independent features: a correlated one scores more, up to 0.5.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        Scaled values; at most 2,000 of them are used, and repeats count once.
    k : int
    seed : int
    progress : callable
        Told how many rounds are done.

    Returns
    -------
    Null

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.random.default_rng(0).normal(size=(300, 1)) + np.zeros(3)
    >>> measure_cloud_null(songs, 2, seed=0).silhouette > measure_null(songs, 2, seed=0).silhouette + 0.2
    True
    """
    rng = np.random.default_rng(seed)
    songs = _some(np.unique(songs, axis=0), rng)
    cloud = fit_one_cloud(songs)
    return _null_of(lambda: cloud.draw(len(songs), rng), k, rng, seed, progress)


def _null_of(
    draw: Callable[[], npt.NDArray[Any]], k: int, rng: np.random.Generator, seed: int, progress: Progress
) -> Null:
    """Group several draws of songs without structure, and return what they score."""
    scores = np.empty(NULL_ROUNDS)
    for done in range(NULL_ROUNDS):
        progress(done, NULL_ROUNDS)
        scores[done] = _score(draw(), k, rng, seed)
    progress(NULL_ROUNDS, NULL_ROUNDS)
    return Null(float(scores.mean()), float(scores.std(ddof=1)))


def measure_uniform(
    songs: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress
) -> Uniform:
    """Compare k clusters with those of songs that fill a box along the songs' principal axes evenly.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        Scaled values; at most 2,000 of them are used.
    k : int
    seed : int
    progress : callable
        Told how many references are done.

    Returns
    -------
    Uniform

    References
    ----------
    Tibshirani, R., Walther, G. and Hastie, T. (2001). Estimating the number of clusters in a data set via
    the gap statistic. Journal of the Royal Statistical Society B 63, 411-423.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.repeat([[0.0, 0.0], [9.0, 9.0]], 50, axis=0) + np.random.default_rng(0).random((100, 2))
    >>> measure_uniform(songs, 2, seed=0).gap > measure_uniform(songs, 3, seed=0).gap > 1
    True
    """
    rng = np.random.default_rng(seed)
    songs = _some(songs, rng)
    songs = songs - songs.mean(axis=0)
    # of the small triangle of a QR decomposition: the axes are the same, and nobody needs the songs' own part
    aligned = songs @ np.linalg.svd(np.linalg.qr(songs, mode="r"))[2].T
    logs, silhouettes = np.empty(UNIFORM_ROUNDS), []
    with one_thread():
        own = _log_inertia(_group(aligned, k, rng))
    for done in range(UNIFORM_ROUNDS):
        progress(done, UNIFORM_ROUNDS)
        even = _uniform(aligned, rng)
        with one_thread():
            groups = _group(even, k, rng)
        logs[done] = _log_inertia(groups)
        if done < UNIFORM_SILHOUETTES:
            silhouettes.append(_silhouette(even, groups, seed))
    progress(UNIFORM_ROUNDS, UNIFORM_ROUNDS)
    return Uniform(
        gap=float(logs.mean() - own),
        gap_error=float(logs.std() * np.sqrt(1 + 1 / UNIFORM_ROUNDS)),
        silhouette=float(np.mean(silhouettes)),
    )


def _some(songs: npt.NDArray[Any], rng: np.random.Generator) -> Float32s:
    if len(songs) > REFERENCE_SONGS:
        songs = songs[np.sort(rng.choice(len(songs), REFERENCE_SONGS, replace=False, shuffle=False))]
    return np.ascontiguousarray(songs, dtype=np.float32)


def _uniform(songs: Float32s, rng: np.random.Generator) -> Float32s:
    low, high = songs.min(axis=0), songs.max(axis=0)
    even: Float32s = low + (high - low) * rng.random(songs.shape, dtype=np.float32)
    return even


def _score(songs: Float32s, k: int, rng: np.random.Generator, seed: int) -> float:
    """Measure the silhouette of a reference, fitted with as many starts as the songs are."""
    with one_thread():
        groups = assign(songs, fit_screened(songs, k, starts_for(k), rng))
    return _silhouette(songs, groups, seed)


def _group(songs: Float32s, k: int, rng: np.random.Generator) -> Assigned:
    return assign(songs, fit_centroids(songs, k, UNIFORM_STARTS, rng))


def _silhouette(songs: Float32s, groups: Assigned, seed: int) -> float:
    return measure_silhouette(songs, groups.labels, seed=seed, exact_up_to=EXACT_SONGS).mean


def _log_inertia(groups: Assigned) -> float:
    inertia = float(np.square(groups.distances, dtype=np.float64).sum())
    return float(np.log(max(inertia, np.finfo(np.float64).tiny)))
