"""Ward's hierarchical grouping: the two groups whose union spreads least are joined, again and again."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.cluster import AgglomerativeClustering
from threadpoolctl import threadpool_limits

from clustering.analysis.algorithms import WARD_SONGS
from clustering.analysis.partition.result import (
    Partition,
    assign,
    partition_by_labels,
    require_distinct,
    sample_rows,
)
from clustering.analysis.partition.tree import top_of_tree
from clustering.analysis.progress import Progress, no_progress

BRANCHES = 30
"""Branches of the tree that are kept for its picture; at least as many as there are groups."""


def fit_ward(scaled: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress) -> Partition:
    """Divide songs into k clusters by cutting Ward's tree.

    The tree is scikit-learn's, of at most `WARD_SONGS` songs drawn by lot; each other song joins the cluster whose
    mean is nearest. Parameters and errors are those of `fit_kmeans`; of the progress, only the beginning and
    the end are told.

    Returns
    -------
    Partition
        With `tree`.

    References
    ----------
    Ward, J. H. (1963). Hierarchical grouping to optimize an objective function. Journal of the American
    Statistical Association 58, 236-244.

    Examples
    --------
    >>> import numpy as np
    >>> found = fit_ward(np.array([[0.0], [0.1], [0.2], [5.0], [5.1]]), 2, seed=0)
    >>> found.labels.tolist(), found.tree.sizes[:2]
    ([0, 0, 0, 1, 1], (1, 1))
    """
    songs = np.ascontiguousarray(scaled, dtype=np.float32)
    require_distinct(songs, k)
    rows = sample_rows(len(songs), WARD_SONGS, seed)
    progress(0, 1)
    with threadpool_limits(1):
        grown = AgglomerativeClustering(k, linkage="ward", compute_distances=True).fit(songs[rows])
    progress(1, 1)
    if len(rows) == len(songs):
        labels = grown.labels_
    else:
        drawn = partition_by_labels(songs[rows], grown.labels_, k)
        labels = assign(songs, drawn.centroids).labels
        labels[rows] = drawn.labels
    found = partition_by_labels(songs, labels, k)
    branches = min(max(BRANCHES, k), len(rows))
    return replace(found, tree=top_of_tree(grown.children_, grown.distances_, found.labels[rows], branches))
