"""HDBSCAN: groups are where songs crowd, and a song between them is in none."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from clustering.analysis import AnalysisError
from clustering.analysis.partition.algorithm import Algorithm
from clustering.analysis.partition.notebook import NotebookSource
from clustering.analysis.partition.result import NOISE_LABEL, Partition, partition_by_labels
from clustering.analysis.progress import Progress, no_progress

HDBSCAN_SONGS = 20_000
"""The most songs that it is given: its time grows with their square, and it cannot be stopped meanwhile."""

NEIGHBORS = 10
"""How many neighbors say how crowded a place is. With more, as by scikit-learn's own default, real songs fall
into no groups at all."""

MIN_SIZE = 2
"""The smallest group that can be asked for."""

MAX_GROUPS = 50
"""More groups than this are no help to anybody who reads about each."""


def fit_hdbscan(
    scaled: npt.NDArray[Any], min_cluster_size: int, *, seed: int, progress: Progress = no_progress
) -> Partition:
    """Find the groups that songs crowd in.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
    min_cluster_size : int
        How many songs make a group.
    seed : int
        Unused: nothing is left to chance. Here so that all algorithms are called alike.
    progress : callable
        Told of the beginning and the end.

    Returns
    -------
    Partition
        Songs that crowd nowhere have the label `NOISE_LABEL` and a membership of 0.

    Raises
    ------
    AnalysisError
        When there are too many songs, or fewer than two groups, or too many.

    References
    ----------
    Campello, R. J. G. B., Moulavi, D. and Sander, J. (2013). Density-based clustering based on hierarchical
    density estimates. PAKDD 2013, 160-172.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2], [5.3], [60.0]])
    >>> fit_hdbscan(songs, 3, seed=0).labels.tolist()
    [1, 1, 1, 0, 0, 0, 0, -1]
    """
    from sklearn.cluster import HDBSCAN

    songs = np.ascontiguousarray(scaled, dtype=np.float32)
    reason = ALGORITHM.refusal(len(songs))
    if reason:
        raise AnalysisError(reason)
    if not MIN_SIZE <= min_cluster_size <= len(songs):
        raise AnalysisError(
            f"The minimum group size must be between {MIN_SIZE} and {len(songs):,}; it is {min_cluster_size:,}."
        )
    progress(0, 1)
    neighbors = min(NEIGHBORS, min_cluster_size)
    with threadpool_limits(1):
        fitted = HDBSCAN(min_cluster_size=min_cluster_size, min_samples=neighbors, copy=True).fit(songs)
    progress(1, 1)
    labels = np.maximum(fitted.labels_, NOISE_LABEL)
    _refuse_few_or_many(int(labels.max()) + 1, min_cluster_size)
    return replace(
        partition_by_labels(songs, labels, int(labels.max()) + 1),
        membership=fitted.probabilities_.astype(np.float32),
    )


def _refuse_few_or_many(groups: int, min_cluster_size: int) -> None:
    if groups < 2:
        raise AnalysisError(
            f"HDBSCAN found {'one group' if groups else 'no groups'} of at least {min_cluster_size:,} "
            "songs: these songs don't form separate dense areas. Try a smaller minimum group size or fewer "
            "features, or use K-Means to divide them into handy parts."
        )
    if groups > MAX_GROUPS:
        raise AnalysisError(
            f"HDBSCAN found {groups:,} groups of at least {min_cluster_size:,} songs, more than the {MAX_GROUPS} "
            "that can be shown. Increase the minimum group size."
        )


ALGORITHM = Algorithm(
    name="hdbscan",
    label="HDBSCAN",
    order=60,
    description="Finds dense areas, however many there are, and leaves the songs between them ungrouped. "
    "Good for tight scenes and outliers. Often finds no groups, or leaves nearly all songs out. Up to "
    f"{HDBSCAN_SONGS:,} songs.",
    fit=fit_hdbscan,
    needs="min_cluster_size",
    max_songs=HDBSCAN_SONGS,
    assign_refusal="HDBSCAN can’t place songs that are added later, because each new song can change which "
    "areas are dense. Run it again with all songs.",
    membership="how close it is to the core of its group",
    notebook=NotebookSource(
        imports="from sklearn.cluster import HDBSCAN",
        constants={"NEIGHBORS": NEIGHBORS},
        code="""\
fit = HDBSCAN(min_cluster_size=MIN_CLUSTER_SIZE, min_samples=min(NEIGHBORS, MIN_CLUSTER_SIZE), copy=True)
labels = np.maximum(fit.fit_predict(X), -1)""",
    ),
)
