"""Assigning songs that came later to the clusters of a finished run, which stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.prediction.fitted_model import FittedModel


@dataclass(frozen=True, slots=True)
class Assignments:
    """The clusters of n songs.

    Attributes
    ----------
    labels, second : ndarray of shape (n,), int32
        The cluster of each song, and the one it would be in otherwise.
    distances : ndarray of shape (n,), float32
        The distance to the center of its own.
    coordinates : ndarray of shape (n, 2), float32
        Its position on the run's map.
    membership : ndarray of shape (n,), float32, or None
        How surely each song belongs, where the algorithm says so.
    """

    labels: npt.NDArray[np.int32]
    second: npt.NDArray[np.int32]
    distances: npt.NDArray[np.float32]
    coordinates: npt.NDArray[np.float32]
    membership: npt.NDArray[np.float32] | None = None


def assign_songs(scaled: npt.NDArray[Any], model: FittedModel, *, algorithm: str) -> Assignments:
    """Assign songs to the clusters of a stored model, by the rule of the algorithm that made it.

    Of bisecting K-Means and Ward's tree, the model has the centers and not the tree: a song between two clusters can
    be assigned to the other one than in the run itself.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        The songs, scaled as those of the run were.
    model : FittedModel
    algorithm : str
        A name in `clustering.analysis.partition.ALGORITHMS`.

    Raises
    ------
    AnalysisError
        When the algorithm has no rule for further songs.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.scaling import fit_scaling
    >>> songs = np.array([[1.0, 0.0], [4.0, 1.5]])
    >>> model = FittedModel(
    ...     scaling=fit_scaling(songs, ["energy", "valence"]),
    ...     centroids=np.array([[0.0, 0.0], [4.0, 0.0]]),
    ...     axes=np.eye(2),
    ...     pca_mean=np.array([2.0, 0.0]),
    ... )
    >>> places = assign_songs(songs, model, algorithm="kmeans")
    >>> places.labels.tolist(), places.distances.tolist(), places.coordinates.tolist()
    ([0, 1], [1.0, 1.5], [[-1.0, 0.0], [2.0, 1.5]])
    """
    if reason := ALGORITHMS[algorithm].assign_refusal:
        raise AnalysisError(reason)
    songs = np.asarray(scaled, dtype=np.float64)
    coordinates = ((songs - model.pca_mean) @ model.axes.T).astype(np.float32)
    assigned = ALGORITHMS[algorithm].assign(songs, model.centroids, model.parameters)
    return Assignments(assigned.labels, assigned.second, assigned.distances, coordinates, assigned.membership)
