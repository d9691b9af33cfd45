"""Bisecting K-Means: the widest group is halved until there are enough."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from clustering.analysis.partition.algorithm import Algorithm
from clustering.analysis.partition.notebook import DRAWN, NotebookSource
from clustering.analysis.partition.result import Partition, partition_by_labels, require_distinct, sample_rows
from clustering.analysis.progress import Progress, no_progress

BISECTED_SONGS = 100_000
"""Songs that are halved again and again; others fall into the half whose center is nearer."""

STARTS = 10
"""Random starts of each halving."""


def fit_bisecting(
    scaled: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress
) -> Partition:
    """Divide songs into k clusters with scikit-learn's bisecting K-Means.

    Parameters, errors and result are those of `fit_kmeans`; of the progress, only the beginning and the end
    are told. Above 100,000 songs a sample of so many decides the halves.

    References
    ----------
    Steinbach, M., Karypis, G. and Kumar, V. (2000). A comparison of document clustering techniques. KDD
    Workshop on Text Mining.

    Examples
    --------
    >>> import numpy as np
    >>> fit_bisecting(np.array([[0.0], [0.1], [0.2], [5.0], [5.1]]), 2, seed=0).labels.tolist()
    [0, 0, 0, 1, 1]
    """
    from sklearn.cluster import BisectingKMeans
    from sklearn.exceptions import ConvergenceWarning

    songs = np.ascontiguousarray(scaled, dtype=np.float32)
    require_distinct(songs, k)
    progress(0, 1)
    rows = sample_rows(len(songs), BISECTED_SONGS, seed)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # "fewer distinct clusters": said in our own words
        fitted = BisectingKMeans(k, n_init=STARTS, random_state=seed).fit(songs[rows])
    progress(1, 1)
    labels = fitted.labels_ if len(rows) == len(songs) else fitted.predict(songs)
    return partition_by_labels(songs, labels, k)


ALGORITHM = Algorithm(
    name="bisecting",
    label="Bisecting K-Means",
    order=30,
    description="Splits the widest group in two, again and again. Good for groups of similar size that nest "
    "inside each other.",
    fit=fit_bisecting,
    stability_songs=10_000,
    notebook=NotebookSource(
        imports="from sklearn.cluster import BisectingKMeans",
        constants={"BISECTED_SONGS": BISECTED_SONGS, "STARTS": STARTS},
        code=f"""\
{DRAWN}


rows = drawn(len(X), BISECTED_SONGS)
with threadpool_limits(1):  # as in the run: threads add in another order, and near ties fall otherwise
    fit = BisectingKMeans(K, n_init=STARTS, random_state=SEED).fit(X[rows])
labels = fit.labels_ if len(rows) == len(X) else fit.predict(X)""",
    ),
)
