"""How good a grouping is by its centers: Davies-Bouldin and Calinski-Harabasz."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.partition import Partition

BATCH_SONGS = 65_536
"""Songs taken to double precision at once."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """What both scores need to know of k clusters.

    Attributes
    ----------
    sizes : ndarray of shape (k,)
        How many songs each has.
    centers : ndarray of shape (k, d)
        The means of their scaled songs.
    mean_distances : ndarray of shape (k,)
        The mean distance of the songs to their own mean.
    within : float
        The sum of the squares of those distances.
    """

    sizes: npt.NDArray[np.int64]
    centers: Floats
    mean_distances: Floats
    within: float


def davies_bouldin(spread: Spread) -> float:
    """Return how alike each cluster is to its most alike neighbor: lower is better, 0 the best.

    Exact, as `sklearn.metrics.davies_bouldin_score`. Songs of no group do not count.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.partition import fit_kmeans
    >>> songs = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> davies_bouldin(measure_spread(songs, fit_kmeans(songs, 2, seed=0)))
    0.1
    """
    apart = np.sqrt(np.square(spread.centers[:, None] - spread.centers[None]).sum(axis=2))
    if np.allclose(spread.mean_distances, 0) or np.allclose(apart, 0):
        return 0.0
    apart[apart == 0] = np.inf
    together = spread.mean_distances[:, None] + spread.mean_distances[None]
    return float((together / apart).max(axis=1).mean())


def calinski_harabasz(spread: Spread) -> float:
    """Return the variance between clusters over that within them: higher is better.

    Exact, as `sklearn.metrics.calinski_harabasz_score`. Songs of no group do not count.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.partition import fit_kmeans
    >>> songs = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> calinski_harabasz(measure_spread(songs, fit_kmeans(songs, 2, seed=0)))
    200.0
    """
    songs, clusters = int(spread.sizes.sum()), len(spread.sizes)
    overall = spread.sizes @ spread.centers / songs
    between = float(spread.sizes @ np.square(spread.centers - overall).sum(axis=1))
    if spread.within == 0:
        return 1.0
    return between * (songs - clusters) / (spread.within * (clusters - 1))


def measure_spread(scaled: npt.NDArray[Any], partition: Partition) -> Spread:
    """Return clusters' means and the distances of songs to them, in double precision.

    Partition.centroids are the means of K-Means' last round but one, close but not the same.
    """
    labels, clusters = partition.labels, len(partition.centroids)
    if partition.noise_count:
        scaled, labels = scaled[labels >= 0], labels[labels >= 0]
    sizes = np.bincount(labels, minlength=clusters)
    centers = np.empty((clusters, scaled.shape[1]))
    for column in range(scaled.shape[1]):
        centers[:, column] = np.bincount(labels, weights=scaled[:, column], minlength=clusters) / sizes
    sums, within = np.zeros(clusters), 0.0
    for start in range(0, len(scaled), BATCH_SONGS):
        rows = slice(start, start + BATCH_SONGS)
        squares = np.square(scaled[rows] - centers[labels[rows]]).sum(axis=1)
        within += float(squares.sum())
        sums += np.bincount(labels[rows], weights=np.sqrt(squares), minlength=clusters)
    return Spread(sizes, centers, sums / sizes, within)
