"""Placing songs that came later among the groups of a finished run, without making the groups anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.algorithms import NO_LATER_SONGS
from clustering.analysis.partition.result import assign

BATCH_SONGS = 65_536
"""Songs whose probabilities are computed at once."""


@dataclass(frozen=True, slots=True)
class Assignments:
    """Where n songs belong.

    Attributes
    ----------
    labels, second : ndarray of shape (n,), int32
        The cluster of each song, and the one it would be in otherwise.
    distances : ndarray of shape (n,), float32
        The distance to the center of its own.
    coordinates : ndarray of shape (n, 2), float32
        Its place on the run's map.
    membership : ndarray of shape (n,), float32, or None
        How surely each song belongs, where the algorithm says so.
    """

    labels: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    distances: npt.NDArray[np.float32]
    coordinates: npt.NDArray[np.float32]
    membership: npt.NDArray[np.float32] | None = None


def assign_songs(scaled: npt.NDArray[Any], model: Mapping[str, Any], *, algorithm: str) -> Assignments:
    """Place songs by a stored model: with the nearest center, or of a mixture the most probable component.

    Of bisecting K-Means and Ward's tree the centers are stored and not the tree: a song between two groups can so
    come to another than it would have in the run itself.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        The songs, scaled as those of the run were.
    model : mapping
        What the run stored: "centroids", "axes", "pca_mean" and, of a mixture, "mixture".
    algorithm : str
        How the groups were made.

    Raises
    ------
    AnalysisError
        When the algorithm has no rule for further songs.

    Examples
    --------
    >>> import numpy as np
    >>> model = {"centroids": [[0.0, 0.0], [4.0, 0.0]], "axes": [[1.0, 0.0], [0.0, 1.0]], "pca_mean": [2.0, 0.0]}
    >>> places = assign_songs(np.array([[1.0, 0.0], [4.0, 1.5]]), model, algorithm="kmeans")
    >>> places.labels.tolist(), places.distances.tolist(), places.coordinates.tolist()
    ([0, 1], [1.0, 1.5], [[-1.0, 0.0], [2.0, 1.5]])
    """
    if algorithm == "hdbscan":
        raise AnalysisError(NO_LATER_SONGS)
    songs = np.asarray(scaled, dtype=np.float64)
    axes, mean = np.asarray(model["axes"]), np.asarray(model["pca_mean"])
    coordinates = ((songs - mean) @ axes.T).astype(np.float32)
    centroids = np.asarray(model["centroids"])
    if "mixture" not in model:
        nearest = assign(songs, centroids)
        return Assignments(nearest.labels, nearest.second, nearest.distances, coordinates)
    labels, second, membership = _most_probable(songs, model["mixture"])
    distances = np.linalg.norm(songs - centroids[labels], axis=1).astype(np.float32)
    return Assignments(labels, second, distances, coordinates, membership)


def _most_probable(
    songs: npt.NDArray[np.float64], mixture: Mapping[str, Any]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    weights, means = np.asarray(mixture["weights"]), np.asarray(mixture["means"])
    roots = np.linalg.cholesky(np.asarray(mixture["covariances"]))
    labels = np.empty(len(songs), dtype=np.int32)
    second = np.empty(len(songs), dtype=np.int32)
    membership = np.empty(len(songs), dtype=np.float32)
    for start in range(0, len(songs), BATCH_SONGS):
        rows = slice(start, start + BATCH_SONGS)
        # the logarithm of each component's weight times its density, but for what all have in common
        logs = np.empty((len(songs[rows]), len(weights)))
        for k, (weight, middle, root) in enumerate(zip(weights, means, roots, strict=True)):
            spread = np.linalg.solve(root, (songs[rows] - middle).T)
            logs[:, k] = np.log(weight) - np.log(np.diag(root)).sum() - np.square(spread).sum(axis=0) / 2
        logs -= logs.max(axis=1, keepdims=True)
        shares = np.exp(logs)
        shares /= shares.sum(axis=1, keepdims=True)
        order = np.argsort(-shares, axis=1, kind="stable")
        labels[rows], second[rows] = order[:, 0], order[:, min(1, len(weights) - 1)]
        membership[rows] = shares[np.arange(len(shares)), order[:, 0]]
    return labels, second, membership
