"""Songs divided into groups, whichever way: the one result that all algorithms return, and how it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.partition.tree import Tree

BATCH_SONGS = 16_384
"""Songs compared with the centers at once, so that memory stays bounded and blocks stay in the cache."""

NOISE_LABEL = -1
"""The label of a song that is in no group, as scikit-learn has it."""

Float32s = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]


class Assigned(NamedTuple):
    """The cluster of each song, the distance to its center, and the cluster it would be in otherwise.

    ``membership`` says how surely each song belongs, from 0 to 1, where the algorithm says so.
    """

    labels: Int32s
    distances: Float32s
    second: Int32s
    membership: Float32s | None = None


@dataclass(frozen=True, slots=True)
class Partition:
    """Songs divided into k clusters, numbered by size.

    Attributes
    ----------
    labels : ndarray of shape (n,), int32
        The cluster of each song; 0 is the largest, equal sizes follow the order of their centroids.
        `NOISE_LABEL` for a song that is in none.
    centroids : ndarray of shape (k, d), float64
        The centers, in scaled space.
    inertia : float
        The sum of squared distances of songs to their centers; songs of no group do not count.
    iterations : int
        How many times all the songs were reassigned; 0 where the algorithm has no such rounds.
    distances : ndarray of shape (n,), float32
        The distance of each song to its own center, and of one in no group to the nearest.
    second : ndarray of shape (n,), int32
        The cluster that each song would be in otherwise: the second-nearest, or of a mixture the second most
        probable; the nearest for a song of no group.
    membership : ndarray of shape (n,), float32, or None
        How surely each song belongs, from 0 to 1, where the algorithm says so.
    bic : float or None
        The Bayesian information criterion of a mixture: lower is better.
    tree : Tree or None
        The top of the tree of a hierarchical grouping.
    parameters : mapping of str to ndarray
        What the algorithm learned besides its centers, for songs that come later.
    """

    labels: Int32s
    centroids: Floats
    inertia: float
    iterations: int
    distances: Float32s
    second: Int32s
    membership: Float32s | None = None
    bic: float | None = None
    tree: Tree | None = None
    parameters: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def numbered(self) -> Int32s:
        """The labels with the songs of no group as one more group, the last."""
        return np.where(self.labels == NOISE_LABEL, len(self.centroids), self.labels).astype(np.int32)

    @property
    def noise_count(self) -> int:
        """How many songs are in no group."""
        return int(np.count_nonzero(self.labels == NOISE_LABEL))


def partition_by_labels(songs: Float32s, labels: npt.NDArray[Any], k: int) -> Partition:
    """Return the partition that labels describe, around the means of its clusters.

    Parameters
    ----------
    songs : ndarray of shape (n, d), float32
    labels : ndarray of shape (n,)
        Clusters from 0 to k - 1, in any order; `NOISE_LABEL` for a song that is in none.
    k : int
        How many clusters.

    Raises
    ------
    AnalysisError
        When a cluster is empty.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [5.0], [6.0], [9.0]], dtype=np.float32)
    >>> found = partition_by_labels(songs, np.array([0, 1, 1, -1]), 2)
    >>> found.labels.tolist(), found.centroids.ravel().tolist(), found.second.tolist()
    ([1, 0, 0, -1], [5.5, 0.0], [0, 1, 1, 0])
    """
    inside = labels >= 0
    sizes = np.bincount(labels[inside], minlength=k)
    refuse_empty(sizes)
    centroids = np.empty((len(sizes), songs.shape[1]))
    for column in range(songs.shape[1]):
        centroids[:, column] = np.bincount(labels[inside], weights=songs[inside, column]) / sizes
    order, new = numbering(sizes, centroids)
    renumbered = np.where(inside, new[labels], NOISE_LABEL).astype(np.int32)
    centroids = centroids[order]
    near = _near(songs, centroids, renumbered)
    return Partition(
        labels=renumbered,
        centroids=centroids,
        inertia=float(np.square(near.distances[inside], dtype=np.float64).sum()),
        iterations=0,
        distances=near.distances,
        second=near.second,
    )


def partition_by_centroids(songs: Float32s, centroids: Floats, iterations: int) -> Partition:
    """Return the partition in which each song is with the nearest centroid.

    Raises
    ------
    AnalysisError
        When a centroid is the nearest of no song.
    """
    nearest = assign(songs, centroids)
    sizes = np.bincount(nearest.labels, minlength=len(centroids))
    refuse_empty(sizes)
    order, new = numbering(sizes, centroids)
    return Partition(
        labels=new[nearest.labels],
        centroids=centroids[order],
        inertia=float(np.square(nearest.distances, dtype=np.float64).sum()),
        iterations=iterations,
        distances=nearest.distances,
        second=new[nearest.second],
    )


def numbered_by(partition: Partition, sizes: npt.NDArray[Any]) -> tuple[Partition, npt.NDArray[np.intp]]:
    """Renumber the clusters of a sample by the sizes that they have among all songs.

    Parameters
    ----------
    partition : Partition
        By centers alone: without membership, tree and parameters.
    sizes : ndarray of shape (k,)
        How many songs each cluster has, by its present number.

    Returns
    -------
    tuple of Partition and ndarray of shape (k,)
        The same partition, and the former number of each cluster.

    Examples
    --------
    >>> import numpy as np
    >>> found = partition_by_labels(np.array([[0.0], [1.0], [5.0]], np.float32), np.array([0, 0, 1]), 2)
    >>> again, former = numbered_by(found, np.array([20, 30]))
    >>> again.labels.tolist(), again.centroids.ravel().tolist(), former.tolist()
    ([1, 1, 0], [5.0, 0.5], [1, 0])
    """
    order, new = numbering(sizes, partition.centroids)
    numbered = replace(
        partition,
        labels=new[partition.labels],
        centroids=partition.centroids[order],
        second=new[partition.second],
    )
    return numbered, order


def numbering(sizes: npt.NDArray[Any], centroids: Floats) -> tuple[npt.NDArray[np.intp], Int32s]:
    """Return the clusters in order of size, and the new number of each old one."""
    # The last key counts most: size first, then the centroid's coordinates from left to right.
    order = np.lexsort((*centroids.T[::-1], -sizes))
    new = np.empty(len(sizes), dtype=np.int32)
    new[order] = np.arange(len(sizes), dtype=np.int32)
    return order, new


def refuse_empty(sizes: npt.NDArray[Any]) -> None:
    """Refuse a grouping in which a cluster has no songs."""
    if not sizes.all():
        found = int(np.count_nonzero(sizes))
        raise AnalysisError(
            f"The songs fall into only {found} groups, not {len(sizes)}. Ask for at most {found}."
        )


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


def require_distinct(songs: Float32s, k: int) -> Float32s:
    """Return at least k distinct songs, or refuse to make k clusters.

    Raises
    ------
    AnalysisError
        When k is below 2 or above the number of distinct songs.
    """
    if k < 2:
        raise AnalysisError(f"{k} clusters were asked for. Ask for at least 2.")
    distinct = distinct_songs(songs, k)
    if len(distinct) < k:
        raise AnalysisError(
            f"{k} clusters were asked for, but there are only {len(distinct)} distinct songs "
            f"among {len(songs):,}. Ask for at most {len(distinct)}."
        )
    return distinct


def sample_rows(songs: int, most: int, seed: int) -> npt.NDArray[np.int64]:
    """Return the rows of all songs, or of a random sample of at most so many, ascending."""
    if songs <= most:
        return np.arange(songs)
    rows = np.random.default_rng(seed).choice(songs, most, replace=False, shuffle=False)
    return np.sort(rows)


def assign(scaled: npt.NDArray[Any], centroids: npt.NDArray[Any]) -> Assigned:
    """Find the two nearest centers of each song.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
    centroids : ndarray of shape (k, d)

    Returns
    -------
    Assigned
        Labels, distances and second-nearest centers, each of shape (n,). With a single center the
        second-nearest is that one too.

    Examples
    --------
    >>> import numpy as np
    >>> near = assign(np.array([[1.0], [8.0]]), np.array([[0.0], [10.0], [3.0]]))
    >>> near.labels.tolist(), near.distances.tolist(), near.second.tolist()
    ([0, 1], [1.0, 2.0], [2, 2])
    """
    return _near(scaled, centroids)


def _near(scaled: npt.NDArray[Any], centroids: npt.NDArray[Any], labels: Int32s | None = None) -> Assigned:
    """Find the two nearest centers of each song; with labels, the distance to its own and the nearest other."""
    centers = np.asarray(centroids, dtype=np.float32)
    squares = np.square(centers).sum(axis=1)
    nearest = np.empty(len(scaled), dtype=np.int32)
    second = np.zeros(len(scaled), dtype=np.int32)
    distances = np.empty(len(scaled), dtype=np.float32)
    for start in range(0, len(scaled), BATCH_SONGS):
        rows = slice(start, start + BATCH_SONGS)
        batch = np.asarray(scaled[rows], dtype=np.float32)
        # The squared distances but for |x|², which is the same for all centers of a song.
        scores = squares - 2 * (batch @ centers.T)
        own = scores.argmin(axis=1)
        inside = np.arange(len(own))
        if labels is not None:
            inside = np.flatnonzero(labels[rows] != NOISE_LABEL)
            own[inside] = labels[rows][inside]
        nearest[rows] = own
        # From the difference itself: the expanded square cancels badly close to a center.
        distances[rows] = np.sqrt(np.square(batch - centers[own]).sum(axis=1))
        if len(centers) > 1:
            scores[inside, own[inside]] = np.inf
            second[rows] = scores.argmin(axis=1)
    return Assigned(nearest, distances, second)
