"""Dividing songs into groups. Every algorithm takes a matrix and returns a `Partition`: a seam at which another
engine can take over, for what lies on either side knows nothing else of them."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.partition.bisecting import fit_bisecting
from clustering.analysis.partition.hdbscan import fit_hdbscan
from clustering.analysis.partition.kmeans import fit_kmeans
from clustering.analysis.partition.minibatch import fit_minibatch
from clustering.analysis.partition.mixture import fit_mixture
from clustering.analysis.partition.result import (
    NOISE_LABEL,
    Mixture,
    Nearest,
    Partition,
    assign,
    distinct_songs,
    numbered_by,
    partition_by_labels,
    sample_rows,
)
from clustering.analysis.partition.tree import Tree
from clustering.analysis.partition.ward import fit_ward
from clustering.analysis.progress import Progress, no_progress

__all__ = [
    "FITTERS",
    "NOISE_LABEL",
    "Fitter",
    "Mixture",
    "Nearest",
    "Partition",
    "Tree",
    "assign",
    "distinct_songs",
    "fit_kmeans",
    "fit_partition",
    "numbered_by",
    "partition_by_labels",
    "sample_rows",
]


class Fitter(Protocol):
    """How an algorithm is called: with scaled songs (n, d), and the number of groups or what it asks instead."""

    def __call__(
        self, scaled: npt.NDArray[Any], asked: int, /, *, seed: int, progress: Progress = no_progress
    ) -> Partition:
        """Divide the songs: the same seed and rows give the same labels."""
        ...


FITTERS: Mapping[str, Fitter] = {
    "kmeans": fit_kmeans,
    "minibatch": fit_minibatch,
    "bisecting": fit_bisecting,
    "mixture": fit_mixture,
    "ward": fit_ward,
    "hdbscan": fit_hdbscan,
}
"""The algorithms, named as in `clustering.analysis.algorithms`."""


def fit_partition(
    scaled: npt.NDArray[Any], algorithm: str, asked: int, *, seed: int, progress: Progress = no_progress
) -> Partition:
    """Divide songs by the named algorithm.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        Scaled values; computed with in float32.
    algorithm : str
        One of `FITTERS`.
    asked : int
        The number of clusters; of HDBSCAN, how many songs make one.
    seed : int
        The same seed and rows give the same labels.
    progress : callable
        Told how far it is; what it raises stops the work.

    Raises
    ------
    AnalysisError
        When there is no such algorithm, or the songs cannot be divided so.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [0.1], [0.2], [5.0], [5.1]])
    >>> fit_partition(songs, "ward", 2, seed=0).labels.tolist()
    [0, 0, 0, 1, 1]
    """
    if algorithm not in FITTERS:
        raise AnalysisError(f"There is no algorithm {algorithm!r}. Choose one of {', '.join(FITTERS)}.")
    return FITTERS[algorithm](scaled, asked, seed=seed, progress=progress)
