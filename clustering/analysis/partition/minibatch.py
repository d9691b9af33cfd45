"""Mini-batch K-Means: centers that move after every few thousand songs."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from clustering.analysis.partition.algorithm import Algorithm
from clustering.analysis.partition.notebook import NEAREST, NotebookSource
from clustering.analysis.partition.result import Partition, partition_by_centroids, require_distinct
from clustering.analysis.progress import Progress, no_progress

BATCH_SONGS = 4_096
"""Songs that are looked at before the centers move."""

STARTS = 10
"""Random starts, each judged by a few thousand songs."""


def fit_minibatch(
    scaled: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress
) -> Partition:
    """Divide songs into k clusters with scikit-learn's mini-batch K-Means.

    Parameters, errors and result are those of `fit_kmeans`; of the progress, only the beginning and the end
    are told.

    References
    ----------
    Sculley, D. (2010). Web-scale k-means clustering. Proceedings of WWW 2010, 1177-1178.

    Examples
    --------
    >>> import numpy as np
    >>> fit_minibatch(np.array([[0.0], [0.1], [0.2], [5.0], [5.1]]), 2, seed=0).labels.tolist()
    [0, 0, 0, 1, 1]
    """
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    songs = np.ascontiguousarray(scaled, dtype=np.float32)
    require_distinct(songs, k)
    progress(0, 1)
    # one thread: batches are too small to share, and the sums then do not depend on who was first
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # "fewer distinct clusters": said in our own words
        fitted = MiniBatchKMeans(k, batch_size=BATCH_SONGS, n_init=STARTS, random_state=seed).fit(songs)
    progress(1, 1)
    return partition_by_centroids(
        songs, np.asarray(fitted.cluster_centers_, dtype=np.float64), int(fitted.n_iter_)
    )


ALGORITHM = Algorithm(
    name="minibatch",
    label="Mini-batch K-Means",
    order=20,
    description="K-Means on a few songs at a time. Faster on millions of songs, slightly less accurate.",
    fit=fit_minibatch,
    by_centers=True,
    stability_songs=10_000,
    notebook=NotebookSource(
        imports="from sklearn.cluster import MiniBatchKMeans",
        constants={"BATCH_SONGS": BATCH_SONGS, "STARTS": STARTS},
        code=f"""\
{NEAREST}


fit = MiniBatchKMeans(K, batch_size=BATCH_SONGS, n_init=STARTS, random_state=SEED).fit(X[fitted])
labels = nearest(X, fit.cluster_centers_)""",
    ),
)
