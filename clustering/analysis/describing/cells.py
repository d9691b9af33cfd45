"""Comparing collections of songs by where their songs lie, not by their means.

The feature space is cut into small cells, and a collection (an artist, a genre) is the share of its songs in each.
Two collections are as far apart as the energy distance between these distributions: twice the mean distance from a
song of one to a song of the other, less the mean distances within each. An artist of ballads and of hard rock is so
near neither a balladeer nor a rocker, though the means may be the same as those of somebody in between.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

CELLS = 64
"""Small enough to keep a million songs countable, many enough that a cell is much smaller than a cluster."""

FITTED_SONGS = 20_000
"""Songs that the cells are found on; more do not move them noticeably."""

MAX_EMBEDDING = 32
"""Numbers kept of an embedding; the rest carry under a thousandth of the distances."""

CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Cells:
    """A partition of the feature space into small cells.

    Attributes
    ----------
    centers : ndarray of shape (c, d)
        The cells' centers, in the scaled feature space.
    labels : ndarray of shape (n,), int
        The cell of each song.
    embedding : ndarray of shape (e, c)
        Maps the shares of a distribution to a point, so that the squared Euclidean distance between two
        points is the energy distance between their distributions.
    """

    centers: npt.NDArray[np.float32]
    labels: npt.NDArray[np.intp]
    embedding: npt.NDArray[np.float64]


def fit_cells(scaled: npt.NDArray[np.float32], *, seed: int = 0) -> Cells:
    """Cut the feature space into cells.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        Scaled songs without gaps, at least one.
    seed : int
        The same seed and songs give the same cells.

    Returns
    -------
    Cells

    Examples
    --------
    >>> import numpy as np
    >>> cells = fit_cells(np.array([[0.0], [0.0], [3.0]], dtype=np.float32))
    >>> points = place_collections(cells, np.array([0, 1, 1]), 2)
    >>> round(float(np.square(points[0] - points[1]).sum()), 3)  # 2·½·3 − 0 − 2·¼·3
    1.5
    """
    rng = np.random.default_rng(seed)
    size = len(scaled)
    chosen = np.sort(rng.choice(size, size=min(size, FITTED_SONGS), replace=False))
    sample = np.unique(scaled[chosen], axis=0)
    if len(sample) > CELLS:
        from sklearn.cluster import KMeans

        found = KMeans(CELLS, n_init=1, random_state=seed, max_iter=50).fit(sample)
        centers = found.cluster_centers_.astype(np.float32)
    else:
        centers = sample
    labels = np.concatenate(
        [_nearest(scaled[start : start + CHUNK], centers) for start in range(0, size, CHUNK)]
    )
    return Cells(centers, labels, _energy_embedding(centers))


def _nearest(songs: npt.NDArray[np.float32], centers: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    return np.asarray((np.square(centers).sum(axis=1) - 2 * songs @ centers.T).argmin(axis=1))


def _energy_embedding(centers: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return B with |B(p − q)|² = −(p − q)ᵀ G (p − q), the energy distance, where G are the cells' distances.

    It exists because −G, centered, has no negative eigenvalue (Székely & Rizzo, Energy statistics, 2013).
    """
    wide = centers.astype(np.float64)
    apart = np.sqrt(np.square(wide[:, None, :] - wide[None, :, :]).sum(axis=2))
    centred = apart - apart.mean(axis=0) - apart.mean(axis=1)[:, None] + apart.mean()
    eigenvalues, vectors = np.linalg.eigh(-centred)
    largest = np.argsort(-eigenvalues)[:MAX_EMBEDDING]
    return np.asarray(np.sqrt(np.maximum(eigenvalues[largest], 0))[:, None] * vectors[:, largest].T)


def place_collections(
    cells: Cells, collections: npt.NDArray[Any], count: int, songs: npt.NDArray[Any] | None = None
) -> npt.NDArray[np.float32]:
    """Return the point of each collection of songs.

    Parameters
    ----------
    cells : Cells
    collections : ndarray of shape (m,), int
        The collection, from 0, of each membership; negative where a song is in none.
    count : int
        How many collections there are.
    songs : ndarray of shape (m,), int, optional
        The song of each membership; the songs in their order where not given.

    Returns
    -------
    ndarray of shape (count, e), float32
        Squared distances between the points are energy distances. A collection without songs is NaN.
    """
    labels = cells.labels if songs is None else cells.labels[songs]
    inside = collections >= 0
    size = len(cells.centers)
    points = np.empty((count, len(cells.embedding)), dtype=np.float32)
    order = np.argsort(collections[inside], kind="stable")
    owners, labels = collections[inside][order], labels[inside][order]
    for start in range(0, count, CHUNK):
        end = min(start + CHUNK, count)
        low, high = np.searchsorted(owners, [start, end])
        flat = (owners[low:high] - start) * size + labels[low:high]
        counts = np.bincount(flat, minlength=(end - start) * size).reshape(end - start, size)
        totals = counts.sum(axis=1, keepdims=True)
        shares = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
        points[start:end] = shares @ cells.embedding.T
    return points
