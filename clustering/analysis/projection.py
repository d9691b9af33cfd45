"""The plane on which songs are drawn: their first two principal components. For drawing only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.features import feature_named

BATCH_SONGS = 65_536
"""Songs taken to double precision at once."""

DIMENSIONS = 2

WORD_SHARE = 0.6
"""A feature is named on an axis when its loading is at least this share of the axis' largest."""

AXIS_FEATURES = 4
"""At most this many features are named on an axis."""


POLES = {"key_cos": "keys around C", "key_sin": "keys around A"}
"""What lies at the high end of the two columns that make the circle of fifths."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Songs on a plane.

    Attributes
    ----------
    coordinates : ndarray of shape (n, 2), float32
    axes : ndarray of shape (2, d), float64
        The direction of each axis in scaled space, of length 1, its largest loading positive.
    mean : ndarray of shape (d,), float64
        The point that is drawn at the origin.
    explained_variance : tuple of float
        The share of the variance that each component holds, all d of them (at least two numbers).
    """

    coordinates: npt.NDArray[np.float32]
    axes: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]
    explained_variance: tuple[float, ...]


def fit_projection(scaled: npt.NDArray[Any]) -> Projection:
    """Project songs on their first two principal components.

    Exact: the eigenvectors of the covariance in double precision, as `sklearn.decomposition.PCA` has them
    up to their sign, which is fixed here by the largest loading.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)

    Returns
    -------
    Projection

    Raises
    ------
    AnalysisError
        When there are fewer than two songs.

    Examples
    --------
    >>> import numpy as np
    >>> flat = fit_projection(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]))
    >>> [round(share, 6) + 0.0 for share in flat.explained_variance]
    [1.0, 0.0]
    >>> [round(float(x), 3) for x in flat.coordinates[:, 0]]
    [-1.414, 0.0, 1.414]
    """
    songs, width = scaled.shape
    if songs < 2:
        raise AnalysisError(f"A map needs at least 2 songs, and there are {songs}.")
    mean = scaled.mean(axis=0, dtype=np.float64)
    covariance = np.zeros((width, width))
    for start in range(0, songs, BATCH_SONGS):
        centred = scaled[start : start + BATCH_SONGS] - mean
        covariance += centred.T @ centred
    covariance /= songs - 1
    variances, vectors = np.linalg.eigh(covariance)  # the smallest first
    variances = np.maximum(variances[::-1], 0)
    axes = np.zeros((DIMENSIONS, width))
    axes[: min(DIMENSIONS, width)] = vectors.T[::-1][:DIMENSIONS]
    largest = axes[np.arange(DIMENSIONS), np.abs(axes).argmax(axis=1)]
    axes *= np.where(largest < 0, -1.0, 1.0)[:, None]
    coordinates = np.empty((songs, DIMENSIONS), dtype=np.float32)
    for start in range(0, songs, BATCH_SONGS):
        coordinates[start : start + BATCH_SONGS] = (scaled[start : start + BATCH_SONGS] - mean) @ axes.T
    total = float(variances.sum())
    shares = [float(variance) / total if total else 0.0 for variance in variances]
    shares += [0.0] * (DIMENSIONS - width)
    return Projection(coordinates, axes, mean, tuple(shares))


def axis_words(projection: Projection, features: Sequence[str]) -> tuple[str, str]:
    """Say what each axis is made of: the features of its low end, ↔, those of its high end.

    Examples
    --------
    >>> import numpy as np
    >>> axes = np.array([[0.7, -0.6, 0.2], [0.1, 0.2, 0.9]])
    >>> plane = Projection(np.zeros((0, 2), np.float32), axes, np.zeros(3), (0.6, 0.3, 0.1))
    >>> axis_words(plane, ["energy", "acousticness", "tempo"])
    ('acousticness ↔ energy', 'less tempo ↔ more tempo')
    """
    first, second = (_words(axis, features) for axis in projection.axes)
    return first, second


def _words(axis: npt.NDArray[np.float64], features: Sequence[str]) -> str:
    weights = np.abs(axis)
    order = [
        int(column)
        for column in np.argsort(-weights, kind="stable")[:AXIS_FEATURES]
        if weights[column] >= WORD_SHARE * weights.max() and weights[column] > 0
    ]
    labels = [POLES.get(name) or feature_named(name).inside for name in features]
    low = ", ".join(labels[column] for column in order if axis[column] < 0)
    high = ", ".join(labels[column] for column in order if axis[column] > 0)
    if not order:
        return ""
    # The largest loading is positive, so only the low end can be without a name.
    return f"{low} ↔ {high}" if low else f"less {high} ↔ more {high}"
