"""How much closer songs are to their own cluster than to the next: the silhouette, with its uncertainty."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.scores.effects import Z_95
from clustering.analysis.threads import one_thread

EXACT_SONGS = 20_000
"""Up to here every song is compared with every other; the time grows with the square of the songs."""

SAMPLED_SONGS = 1_000
"""Above, about this many songs are compared with all songs: ±0.01, and linear in the songs."""

SAMPLED_PER_CLUSTER = 100
"""At least this many songs of each cluster, so that each cluster's own mean is worth showing."""

ROW_BLOCK = 256
COLUMN_BLOCK = 4_096
"""Distances computed at once: four megabytes in float32, which stay in the cache between the steps."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClusterSilhouette:
    """The silhouette of one cluster: its mean, 95 % interval, songs measured and share below zero."""

    mean: float
    low: float
    high: float
    songs: int
    share_negative: float


@dataclass(frozen=True, slots=True)
class Silhouette:
    """How much closer songs are to their own cluster than to the next.

    Attributes
    ----------
    mean : float
        The mean over all songs, or its estimate.
    low, high : float
        The 95 % interval of the estimate; both the mean itself where it is exact.
    songs : int
        How many songs were measured.
    exact : bool
        Whether those were all of them.
    per_cluster : tuple of ClusterSilhouette
        One for each cluster, in their order.
    rows : ndarray of shape (songs,)
        The positions of the measured songs, ascending.
    values : ndarray of shape (songs,), float32
        Their silhouettes.
    """

    mean: float
    low: float
    high: float
    songs: int
    exact: bool
    per_cluster: tuple[ClusterSilhouette, ...]
    rows: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]


def measure_silhouette(
    scaled: npt.NDArray[Any],
    labels: npt.NDArray[Any],
    *,
    seed: int,
    progress: Progress = no_progress,
    exact_up_to: int = EXACT_SONGS,
) -> Silhouette:
    """Measure the silhouette of a partition.

    Exact up to 20,000 songs. Above, a random sample of each cluster (at least 100 songs) is compared with *all*
    songs, so that each of these silhouettes is exact; the mean weighs clusters by their size and is unbiased,
    unlike that of a sample measured within itself.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
    labels : ndarray of shape (n,)
        Clusters from 0 on; songs with a negative label are in none and do not count.
    seed : int
        Decides which songs are sampled.
    progress : callable
        Told how many comparisons are done, in units of songs.
    exact_up_to : int
        The largest number of songs for which all are measured.

    Returns
    -------
    Silhouette

    Raises
    ------
    AnalysisError
        When there are fewer than two clusters.

    References
    ----------
    Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the interpretation and validation of cluster
    analysis. Journal of Computational and Applied Mathematics 20, 53-65.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> silhouette = measure_silhouette(songs, np.array([0, 0, 1, 1]), seed=0)
    >>> silhouette.exact, round(silhouette.mean, 4)
    (True, 0.8997)
    """
    inside = np.flatnonzero(labels >= 0)
    if len(inside) < len(labels):
        scaled, labels = scaled[inside], labels[inside]
    if np.count_nonzero(np.bincount(labels)) < 2:
        raise AnalysisError("A silhouette compares clusters, and here there is only one. Ask for at least 2.")
    rows = songs_to_measure(labels, seed=seed, exact_up_to=exact_up_to)
    silhouette = _compare_with_all(scaled, labels, rows, progress)
    return replace(silhouette, rows=inside[rows], exact=len(rows) == len(labels))


def _compare_with_all(
    scaled: npt.NDArray[Any], labels: npt.NDArray[Any], rows: npt.NDArray[np.int64], progress: Progress
) -> Silhouette:
    compared = SilhouetteAccumulator(
        scaled[rows],
        labels[rows],
        clusters=int(labels.max()) + 1,
        origin=scaled.mean(axis=0, dtype=np.float64),
        # single precision is exact enough for a sample; where all are measured, agree to the last digit
        precision=np.float64 if len(rows) == len(labels) else np.float32,
    )
    compared.add(scaled, labels, progress=progress)
    return compared.estimate()


class SilhouetteAccumulator:
    """Some songs, compared with batches of all songs.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        The songs to measure.
    labels : ndarray of shape (n,)
        Their clusters.
    clusters : int
    origin : ndarray of shape (d,)
        About the mean of all songs: from there, the expanded square cancels least.
    precision : type

    Examples
    --------
    >>> import numpy as np
    >>> songs, labels = np.array([[0.0], [1.0], [10.0], [11.0]]), np.array([0, 0, 1, 1])
    >>> compared = SilhouetteAccumulator(songs[::2], labels[::2], clusters=2, origin=songs.mean(axis=0))
    >>> for batch in (slice(0, 3), slice(3, 4)):
    ...     compared.add(songs[batch], labels[batch])
    >>> [round(float(value), 4) for value in compared.estimate().values]
    [0.9048, 0.8947]
    """

    def __init__(
        self,
        scaled: npt.NDArray[Any],
        labels: npt.NDArray[Any],
        *,
        clusters: int,
        origin: Floats,
        precision: type[np.float32] | type[np.float64] = np.float32,
    ) -> None:
        """Begin with no other songs."""
        self._own = labels
        self._origin = origin
        self._precision = precision
        self._left = _row_factors(scaled - origin, precision)
        self._sums = np.zeros((len(labels), clusters))
        self._sizes = np.zeros(clusters, dtype=np.int64)
        self._buffer = np.empty(ROW_BLOCK * COLUMN_BLOCK, dtype=precision)
        # rows of numbers, because NumPy takes several times longer for a single one, and to add up
        self._zeros, self._ones = (
            np.zeros(COLUMN_BLOCK, dtype=precision),
            np.ones(COLUMN_BLOCK, dtype=precision),
        )

    def add(
        self, scaled: npt.NDArray[Any], labels: npt.NDArray[Any], *, progress: Progress = no_progress
    ) -> None:
        """Compare with more of all songs."""
        order = np.argsort(labels, kind="stable")
        sizes = np.bincount(labels, minlength=len(self._sizes))
        self._sizes += sizes
        done = 0
        with one_thread():  # the blocks are too small for threads to share
            for cluster, end in enumerate(np.cumsum(sizes)):
                for start in range(end - sizes[cluster], end, COLUMN_BLOCK):
                    others = order[start : min(start + COLUMN_BLOCK, end)]
                    self._compare(_column_factors(scaled[others] - self._origin, self._precision), cluster)
                    done += len(others)
                    progress(done, len(scaled))

    def _compare(self, right: npt.NDArray[Any], cluster: int) -> None:
        width = right.shape[1]
        for top in range(0, len(self._left), ROW_BLOCK):
            block = self._left[top : top + ROW_BLOCK]
            apart = self._buffer[: len(block) * width].reshape(len(block), width)
            np.matmul(block, right, out=apart)
            np.maximum(apart, self._zeros[:width], out=apart)
            np.sqrt(apart, out=apart)
            self._sums[top : top + ROW_BLOCK, cluster] += apart @ self._ones[:width]

    def estimate(self) -> Silhouette:
        """Return the silhouette of all songs, from those that were measured."""
        values = _from_sums(self._sums, self._own, self._sizes)
        per_cluster = []
        means, errors = np.zeros(len(self._sizes)), np.zeros(len(self._sizes))
        for cluster, size in enumerate(self._sizes):
            members = values[self._own == cluster]
            if len(members):
                means[cluster] = members.mean()
                errors[cluster] = _standard_error(members, int(size))
            margin = Z_95 * errors[cluster]
            per_cluster.append(
                ClusterSilhouette(
                    mean=float(means[cluster]),
                    low=float(means[cluster] - margin),
                    high=float(means[cluster] + margin),
                    songs=len(members),
                    share_negative=float((members < 0).mean()) if len(members) else 0.0,
                )
            )
        shares = self._sizes / self._sizes.sum()
        mean = float(shares @ means)
        margin = float(Z_95 * np.sqrt(np.square(shares * errors).sum()))
        return Silhouette(
            mean=mean,
            low=mean - margin,
            high=mean + margin,
            songs=len(values),
            exact=False,
            per_cluster=tuple(per_cluster),
            rows=np.arange(len(values)),
            values=values.astype(np.float32),
        )


def songs_to_measure(
    labels: npt.NDArray[Any], *, seed: int, exact_up_to: int = EXACT_SONGS
) -> npt.NDArray[np.int64]:
    """Return the positions of the songs that `measure_silhouette` measures, ascending.

    Examples
    --------
    >>> import numpy as np
    >>> songs_to_measure(np.array([0, -1, 1, 0]), seed=0).tolist()
    [0, 2, 3]
    """
    inside = np.flatnonzero(labels >= 0)
    if len(inside) <= exact_up_to:
        return inside
    return inside[_stratified(labels[inside], np.bincount(labels[inside]), seed)]


def sample_sizes(sizes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return how many songs of each cluster are sampled where not all are measured: by its share, at least a hundred.

    Examples
    --------
    >>> import numpy as np
    >>> sample_sizes(np.array([90_000, 10_000, 40]))
    array([900, 100, 100])
    """
    by_share: npt.NDArray[np.int64] = np.rint(SAMPLED_SONGS * sizes / sizes.sum()).astype(np.int64)
    return np.maximum(SAMPLED_PER_CLUSTER, by_share)


def _stratified(labels: npt.NDArray[Any], sizes: npt.NDArray[Any], seed: int) -> npt.NDArray[np.int64]:
    """Return a random sample of each cluster."""
    rng = np.random.default_rng(seed)
    samples = []
    for cluster, count in enumerate(np.minimum(sizes, sample_sizes(sizes)).tolist()):
        members = np.flatnonzero(labels == cluster)
        samples.append(members[rng.choice(len(members), count, replace=False, shuffle=False)])
    return np.sort(np.concatenate(samples))


def _standard_error(values: Floats, size: int) -> float:
    """Return the standard error of the mean of a random sample without replacement of `size` songs."""
    if len(values) == size or len(values) < 2:
        return 0.0
    return float(values.std(ddof=1) / np.sqrt(len(values)) * np.sqrt(1 - len(values) / size))


def _row_factors(songs: Floats, precision: type[np.float32] | type[np.float64]) -> npt.NDArray[Any]:
    """Return rows whose product with `_column_factors` is the squared distance |x|² − 2xy + |y|²."""
    squares = np.square(songs).sum(axis=1, keepdims=True)
    return np.hstack([-2 * songs, squares, np.ones_like(squares)]).astype(precision)


def _column_factors(songs: Floats, precision: type[np.float32] | type[np.float64]) -> npt.NDArray[Any]:
    squares = np.square(songs).sum(axis=1, keepdims=True)
    return np.hstack([songs, np.ones_like(squares), squares]).astype(precision).T


def _from_sums(sums: Floats, own: npt.NDArray[Any], sizes: npt.NDArray[Any]) -> Floats:
    """Return (b − a) / max(a, b) from each song's summed distances to each cluster."""
    here = np.arange(len(own))
    alone = sizes[own] == 1
    within = sums[here, own] / np.where(alone, 1, sizes[own] - 1)  # a song is no neighbor of its own
    means = sums / np.where(sizes == 0, 1, sizes)
    means[:, sizes == 0] = np.inf
    means[here, own] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(within, nearest)
    values: Floats = np.divide(nearest - within, larger, out=np.zeros_like(larger), where=larger > 0)
    values[alone] = 0.0  # by Rousseeuw's definition
    return values
