"""Placing songs that came later among the groups of a finished run, without making the groups anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.partition import ALGORITHMS


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
    """Place songs by a stored model, by the rule of the algorithm that made it.

    Of bisecting K-Means and Ward's tree the centers are stored and not the tree: a song between two groups can so
    come to another than it would have in the run itself.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        The songs, scaled as those of the run were.
    model : mapping
        What the run stored: "centroids", "axes", "pca_mean" and the algorithm's own "parameters".
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
    if reason := ALGORITHMS[algorithm].assign_refusal:
        raise AnalysisError(reason)
    songs = np.asarray(scaled, dtype=np.float64)
    axes, mean = np.asarray(model["axes"]), np.asarray(model["pca_mean"])
    coordinates = ((songs - mean) @ axes.T).astype(np.float32)
    found = ALGORITHMS[algorithm].assign(songs, model)
    return Assignments(found.labels, found.second, found.distances, coordinates, found.membership)
