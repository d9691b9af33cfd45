"""A mixture of Gaussians: groups of any stretch that may overlap, and how surely each song belongs."""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from clustering.analysis.partition.result import (
    Float32s,
    Floats,
    Int32s,
    Mixture,
    Partition,
    partition_by_labels,
    require_distinct,
    sample_rows,
)
from clustering.analysis.progress import Progress, no_progress

FITTED_SONGS = 50_000
"""Songs that the mixture is fitted to: each round computes every song's probability in every component."""

STARTS = 3
"""Random starts, each from a K-Means; the most likely is kept."""

ROUND_ITERATIONS = 5
"""Iterations between two reports of progress: a second or two with many groups."""

MAX_ITERATIONS = 200

BATCH_SONGS = 65_536
"""Songs whose probabilities are computed at once."""


def fit_mixture(
    scaled: npt.NDArray[Any], k: int, *, seed: int, progress: Progress = no_progress
) -> Partition:
    """Divide songs among k Gaussians with full covariances, each song to the most probable.

    Fitted to at most 50,000 songs, drawn by lot, by scikit-learn's expectation-maximisation.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
    k : int
        How many components.
    seed : int
        The same seed and rows give the same labels.
    progress : callable
        Told how many iterations of all starts are done; what it raises stops the work.

    Returns
    -------
    Partition
        With `membership`, the probability of a song's component given the song; `bic` over all songs; and
        `mixture`, its components numbered as the clusters.

    Raises
    ------
    AnalysisError
        When k is below 2 or above the number of distinct songs, or a component gets no song.

    References
    ----------
    Schwarz, G. (1978). Estimating the dimension of a model. Annals of Statistics 6, 461-464.

    Examples
    --------
    >>> import numpy as np
    >>> found = fit_mixture(np.array([[0.0], [0.1], [0.2], [5.0], [5.1]]), 2, seed=0)
    >>> found.labels.tolist(), found.membership.round(3).tolist()
    ([0, 0, 0, 1, 1], [1.0, 1.0, 1.0, 1.0, 1.0])
    """
    songs = np.ascontiguousarray(scaled, dtype=np.float32)
    require_distinct(songs, k)
    sample = songs[sample_rows(len(songs), FITTED_SONGS, seed)]
    with threadpool_limits(1):  # so that sums do not depend on which thread was first
        fits = [_fit(sample, k, seed + start, start, progress) for start in range(STARTS)]
        best = max(fits, key=lambda fit: fit.lower_bound_)
        labels, second, membership, log_likelihood = _belong(songs, best)
    found = partition_by_labels(songs, labels, k)
    order = np.empty(k, dtype=np.int32)
    order[found.labels] = labels  # the component that became each cluster
    new = np.empty(k, dtype=np.int32)
    new[order] = np.arange(k, dtype=np.int32)
    return replace(
        found,
        iterations=int(best.n_iter_),
        second=new[second],
        membership=membership,
        bic=_parameters(k, songs.shape[1]) * float(np.log(len(songs))) - 2 * log_likelihood,
        mixture=Mixture(best.weights_[order], best.means_[order], best.covariances_[order]),
    )


def _fit(sample: Float32s, k: int, seed: int, start: int, progress: Progress) -> GaussianMixture:
    """Fit one start in rounds, between which the work can be stopped."""
    mixture = GaussianMixture(k, max_iter=ROUND_ITERATIONS, warm_start=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a round ends before it converges
        for iteration in range(0, MAX_ITERATIONS, ROUND_ITERATIONS):
            progress(start * MAX_ITERATIONS + iteration, STARTS * MAX_ITERATIONS)
            if mixture.fit(sample).converged_:
                break
    return mixture


def _belong(songs: Float32s, mixture: GaussianMixture) -> tuple[Int32s, Int32s, Float32s, float]:
    """Return each song's most and second most probable component, how probable the first is, and log p(songs)."""
    labels = np.empty(len(songs), dtype=np.int32)
    second = np.empty(len(songs), dtype=np.int32)
    membership = np.empty(len(songs), dtype=np.float32)
    log_likelihood = 0.0
    for start in range(0, len(songs), BATCH_SONGS):
        rows = slice(start, start + BATCH_SONGS)
        batch = songs[rows]
        probabilities: Floats = mixture.predict_proba(batch)
        here = np.arange(len(batch))
        labels[rows] = probabilities.argmax(axis=1)
        membership[rows] = probabilities[here, labels[rows]]
        probabilities[here, labels[rows]] = -1
        second[rows] = probabilities.argmax(axis=1)
        log_likelihood += float(mixture.score_samples(batch).sum())
    return labels, second, membership, log_likelihood


def _parameters(k: int, width: int) -> int:
    """Return how many numbers a mixture with full covariances has."""
    return k * width * (width + 1) // 2 + k * width + k - 1
