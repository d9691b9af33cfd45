"""A mixture of Gaussians: groups of any stretch that may overlap, and how surely each song belongs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from clustering.analysis.partition.algorithm import Algorithm
from clustering.analysis.partition.notebook import DRAWN, NotebookSource
from clustering.analysis.partition.result import (
    Assigned,
    Float32s,
    Floats,
    Int32s,
    Partition,
    partition_by_labels,
    require_distinct,
    sample_rows,
)
from clustering.analysis.progress import Progress, no_progress

if TYPE_CHECKING:
    from sklearn.mixture import GaussianMixture

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

    Fitted to a random sample of at most 50,000 songs by scikit-learn's expectation-maximisation.

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
        With `membership`, the probability of a song's component given the song; `bic` over all songs; and in
        `parameters` the components, numbered as the clusters: ``weights`` (k,), ``means`` (k, d) and
        ``covariances`` (k, d, d).

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
        best = _best_fit(sample, k, seed, progress)
        labels, second, membership, log_likelihood = _belong(songs, best)
    found = partition_by_labels(songs, labels, k)
    order = _components_by_cluster(found.labels, labels, k)
    return replace(
        found,
        iterations=int(best.n_iter_),
        second=np.argsort(order).astype(np.int32)[second],
        membership=membership,
        bic=_parameters(k, songs.shape[1]) * float(np.log(len(songs))) - 2 * log_likelihood,
        parameters={
            "weights": best.weights_[order],
            "means": best.means_[order],
            "covariances": best.covariances_[order],
        },
    )


def _components_by_cluster(clusters: Int32s, components: Int32s, k: int) -> Int32s:
    """Return the component that became each cluster, from what each song is in."""
    order = np.empty(k, dtype=np.int32)
    order[clusters] = components
    return order


def _best_fit(sample: Float32s, k: int, seed: int, progress: Progress) -> GaussianMixture:
    """Return the most likely of several starts."""
    from sklearn.mixture import GaussianMixture

    fits = []
    for start in range(STARTS):
        begun = GaussianMixture(k, max_iter=ROUND_ITERATIONS, warm_start=True, random_state=seed + start)
        fits.append(_fit(begun, sample, start, progress))
    return max(fits, key=lambda fit: fit.lower_bound_)


def _fit(mixture: GaussianMixture, sample: Float32s, start: int, progress: Progress) -> GaussianMixture:
    """Fit one start in rounds, between which the work can be stopped."""
    from sklearn.exceptions import ConvergenceWarning

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


def assign_to_most_probable(songs: Floats, centroids: Floats, parameters: Mapping[str, Floats]) -> Assigned:
    """Assign songs to the most probable of the mixture's components.

    Examples
    --------
    >>> means = np.array([[0.0], [9.0]])
    >>> mixture = {"weights": np.array([0.5, 0.5]), "means": means, "covariances": np.ones((2, 1, 1))}
    >>> assigned = assign_to_most_probable(np.array([[1.0]]), means, mixture)
    >>> assigned.labels.tolist(), assigned.membership.tolist()
    ([0], [1.0])
    """
    weights, means = parameters["weights"], parameters["means"]
    roots = np.linalg.cholesky(parameters["covariances"])
    labels = np.empty(len(songs), dtype=np.int32)
    second = np.empty(len(songs), dtype=np.int32)
    membership = np.empty(len(songs), dtype=np.float32)
    for start in range(0, len(songs), BATCH_SONGS):
        rows = slice(start, start + BATCH_SONGS)
        # the logarithm of each component's weight times its density, but for what all have in common
        logs = np.empty((len(songs[rows]), len(weights)))
        for k, (weight, middle, root) in enumerate(zip(weights, means, roots, strict=True)):
            spread = np.linalg.solve(root, (songs[rows] - middle).T)
            logs[:, k] = np.log(weight) - np.log(np.diag(root)).sum() - np.square(spread).sum(axis=0) / 2
        logs -= logs.max(axis=1, keepdims=True)
        shares = np.exp(logs)
        shares /= shares.sum(axis=1, keepdims=True)
        order = np.argsort(-shares, axis=1, kind="stable")
        labels[rows], second[rows] = order[:, 0], order[:, min(1, len(weights) - 1)]
        membership[rows] = shares[np.arange(len(shares)), order[:, 0]]
    own = centroids[labels]
    distances = np.linalg.norm(songs - own, axis=1).astype(np.float32)
    return Assigned(labels, distances, second, membership)


ALGORITHM = Algorithm(
    name="mixture",
    label="Gaussian mixture",
    order=40,
    description="Stretched, overlapping groups, with the probability that each song belongs. Good where one "
    "style blends into the next.",
    fit=fit_mixture,
    assign=assign_to_most_probable,
    membership="the probability that it belongs to its group and to no other",
    other_shapes="Try several numbers of groups and compare the BIC: the lowest is best.",
    notebook=NotebookSource(
        imports="from sklearn.mixture import GaussianMixture",
        constants={"FITTED_SONGS": FITTED_SONGS, "STARTS": STARTS, "MAX_ITERATIONS": MAX_ITERATIONS},
        code=f"""\
{DRAWN}


sample = X[drawn(len(X), FITTED_SONGS)]
fits = [
    GaussianMixture(K, max_iter=MAX_ITERATIONS, random_state=SEED + start).fit(sample) for start in range(STARTS)
]
fit = max(fits, key=lambda fit: fit.lower_bound_)
labels = fit.predict(X)
print(f"BIC {{fit.bic(X):,.4f}}")""",
    ),
)
