"""Whether a run's groups come out again: its songs drawn anew, and grouped as the run was."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.partition import ALGORITHMS, Partition
from clustering.analysis.progress import Progress
from clustering.analysis.run_settings import MIN_K, RunSettings
from clustering.analysis.scores.cluster_stability import jaccard_stability


def measure_stability(
    settings: RunSettings, scaled: NDArray[np.float32], groups: Partition, *, progress: Progress
) -> tuple[float | None, ...]:
    """Return Hennig's mean Jaccard index of each of a run's groups."""
    algorithm, k = ALGORITHMS[settings.algorithm], len(groups.centroids)
    refit = algorithm.refit or algorithm.fit

    def regroup(songs: NDArray[np.float32], seed: int) -> NDArray[np.int32]:
        size = k
        if not algorithm.needs_n_clusters:  # the smallest group of a part of the songs is as much smaller
            size = max(MIN_K, round((settings.min_cluster_size or MIN_K) * len(songs) / len(scaled)))
        return refit(songs, size, seed=seed).labels

    return jaccard_stability(
        scaled,
        groups.labels,
        regroup,
        clusters=k,
        seed=settings.seed,
        most=algorithm.stability_songs,
        progress=progress,
    )
