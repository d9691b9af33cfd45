"""Whether a run's groups come out again: its songs drawn anew, and grouped as the run was."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.algorithms import ALGORITHMS
from clustering.analysis.partition import Partition, fit_kmeans, fit_partition
from clustering.analysis.progress import Progress
from clustering.analysis.scores.cluster_stability import jaccard_stability
from clustering.models import Run

STARTS = 5
"""Of K-Means: with fewer, what differs would often be the luck of the start, not the songs."""

DRAWN_SONGS = {Run.Algorithm.KMEANS: 10_000, Run.Algorithm.MINIBATCH: 10_000, Run.Algorithm.BISECTING: 10_000}
FEW_SONGS = 3_000
"""For the algorithms whose time grows faster than the songs: they are run twenty times."""


def measure_stability(
    run: Run, scaled: NDArray[np.float32], groups: Partition, *, progress: Progress
) -> tuple[float | None, ...]:
    """Return Hennig's mean Jaccard index of each of a run's groups."""
    k = len(groups.centroids)

    def regroup(songs: NDArray[np.float32], seed: int) -> NDArray[np.int32]:
        if run.algorithm == Run.Algorithm.KMEANS:
            return fit_kmeans(songs, k, seed=seed, starts=STARTS).labels
        asked = k
        if not ALGORITHMS[
            run.algorithm
        ].asks_k:  # the smallest group of a part of the songs is as much smaller
            asked = max(2, round((run.min_cluster_size or 2) * len(songs) / len(scaled)))
        return fit_partition(songs, run.algorithm, asked, seed=seed).labels

    return jaccard_stability(
        scaled,
        groups.labels,
        regroup,
        clusters=k,
        seed=run.seed,
        most=DRAWN_SONGS.get(Run.Algorithm(run.algorithm), FEW_SONGS),
        progress=progress,
    )
