"""Ward's hierarchical grouping: the two groups whose union spreads least are joined, again and again."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from clustering.analysis.partition.algorithm import Algorithm
from clustering.analysis.partition.notebook import DRAWN, NEAREST, NotebookSource
from clustering.analysis.partition.result import (
    Partition,
    assign,
    partition_by_labels,
    require_distinct,
    sample_rows,
)
from clustering.analysis.partition.tree import top_of_tree
from clustering.analysis.progress import Progress, no_progress

WARD_SONGS = 10_000
"""Songs among which the tree is grown: it compares all pairs, 0.8 GB for so many and four times as much for twice as
many, and cannot be stopped meanwhile. The other songs join the group whose center is nearest."""

BRANCHES = 30
"""Branches of the tree that are kept for its picture; at least as many as there are groups."""


def fit_ward(scaled: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress) -> Partition:
    """Divide songs into k clusters by cutting Ward's tree.

    The tree is scikit-learn's, of a random sample of at most `WARD_SONGS` songs; each other song joins the cluster
    whose mean is nearest. Parameters and errors are those of `fit_kmeans`; of the progress, only the beginning and
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
    from sklearn.cluster import AgglomerativeClustering

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


ALGORITHM = Algorithm(
    name="ward",
    label="Ward’s tree",
    order=50,
    description="Merges the two most similar groups, again and again, and draws the tree. Good for seeing "
    f"how groups relate. Above {WARD_SONGS:,} songs, the tree is built from a sample and the other songs join the "
    "nearest group.",
    fit=fit_ward,
    other_shapes="Its tree shows the alternatives.",
    notebook=NotebookSource(
        imports="from sklearn.cluster import AgglomerativeClustering",
        constants={"WARD_SONGS": WARD_SONGS},
        code=f"""\
{NEAREST}


{DRAWN}


rows = drawn(len(X), WARD_SONGS)
branches = AgglomerativeClustering(K, linkage="ward").fit_predict(X[rows])
labels = branches
if len(rows) < len(X):  # the others join the group whose mean is nearest
    means = np.stack([X[rows][branches == branch].mean(axis=0, dtype="float64") for branch in range(K)])
    labels = nearest(X, means)
    labels[rows] = branches""",
    ),
)
