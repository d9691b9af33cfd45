"""Dividing songs into clusters: one module for each algorithm, which exports its `Algorithm` as ``ALGORITHM``.

Every module of this package that has one is offered: in forms, at the command line, in notebooks. What lies on
either side of `fit_partition` knows nothing else of the algorithms.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.partition.algorithm import Algorithm
from clustering.analysis.partition.kmeans import fit_kmeans
from clustering.analysis.partition.result import (
    NOISE_LABEL,
    Assigned,
    Partition,
    assign,
    distinct_songs,
    numbered_by,
    partition_by_labels,
    sample_rows,
)
from clustering.analysis.partition.tree import Tree
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.run_settings import RunSettings

__all__ = [
    "ALGORITHMS",
    "NOISE_LABEL",
    "Algorithm",
    "Assigned",
    "Partition",
    "Tree",
    "assign",
    "distinct_songs",
    "fit_kmeans",
    "fit_partition",
    "numbered_by",
    "partition_by_labels",
    "sample_refusal",
    "sample_rows",
]


def _discover() -> dict[str, Algorithm]:
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    algorithms = [module.ALGORITHM for module in modules if hasattr(module, "ALGORITHM")]
    return {algorithm.name: algorithm for algorithm in sorted(algorithms, key=lambda one: one.order)}


ALGORITHMS: Mapping[str, Algorithm] = _discover()
"""Every algorithm by name, in the order in which forms offer them."""


def fit_partition(
    scaled: npt.NDArray[Any], settings: RunSettings, *, progress: Progress = no_progress
) -> Partition:
    """Divide songs by the algorithm of the settings.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        Scaled values; computed with in float32.
    settings : RunSettings
        Its algorithm, what that needs of ``n_clusters`` and ``min_cluster_size``, and the seed; the same seed and
        rows give the same labels.
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
    >>> fit_partition(songs, RunSettings(algorithm="ward", n_clusters=2)).labels.tolist()
    [0, 0, 0, 1, 1]
    """
    algorithm = ALGORITHMS.get(settings.algorithm)
    if algorithm is None:
        names = ", ".join(ALGORITHMS)
        raise AnalysisError(f"“{settings.algorithm}” is not an algorithm. Choose one of {names}.")
    size = settings.n_clusters if algorithm.needs_n_clusters else settings.min_cluster_size
    if size is None:
        raise ValueError(f"{algorithm.name} needs {algorithm.needs}")
    return algorithm.fit(scaled, size, seed=settings.seed, progress=progress)


def sample_refusal(algorithm: Algorithm) -> str:
    """Say why an algorithm cannot be fitted on a sample of a run's songs; nothing where it can.

    Examples
    --------
    >>> sample_refusal(ALGORITHMS["kmeans"]), sample_refusal(ALGORITHMS["ward"])[:40]
    ('', 'Ward’s tree can’t be fitted on a sample,')
    """
    if algorithm.by_centers:
        return ""
    able = " or ".join(one.label for one in ALGORITHMS.values() if one.by_centers)
    return (
        f"{algorithm.label} can’t be fitted on a sample, because its centers alone don’t tell where the "
        f"other songs belong. Choose {able}, or use all songs."
    )
