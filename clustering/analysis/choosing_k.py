"""How many clusters to look for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.partition import distinct_songs, fit_kmeans
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.quality import calinski_harabasz, davies_bouldin
from clustering.analysis.silhouette import measure_silhouette

CHOOSING_SONGS = 20_000
"""Songs among which the numbers of clusters are tried, so that a sweep takes seconds; the intervals say how surely."""

EXACT_SONGS = 5_000
"""Up to here the silhouettes of a sweep are exact; above, ±0.01 is far less than songs' own ambiguity."""

STARTS = 10
"""Random starts for each candidate: a score for comparing needs no more."""

FEWEST_CLUSTERS = 2
MOST_CLUSTERS = 10


@dataclass(frozen=True, slots=True)
class KCandidate:
    """One number of clusters and how it scores.

    Attributes
    ----------
    k : int
    silhouette, silhouette_low, silhouette_high : float
        The mean silhouette and its 95 % interval.
    davies_bouldin, calinski_harabasz, inertia : float
        Measured on the songs that were tried (the inertia is theirs, not that of the whole dataset).
    smallest_cluster : int
        How many of the tried songs are in the smallest cluster.
    """

    k: int
    silhouette: float
    silhouette_low: float
    silhouette_high: float
    davies_bouldin: float
    calinski_harabasz: float
    inertia: float
    smallest_cluster: int


@dataclass(frozen=True, slots=True)
class KChoice:
    """The number of clusters with the highest silhouette, among the candidates, and those."""

    k: int
    candidates: tuple[KCandidate, ...]


def best_silhouette_k(
    scaled: npt.NDArray[Any],
    *,
    seed: int,
    low: int = FEWEST_CLUSTERS,
    high: int = MOST_CLUSTERS,
    progress: Progress = no_progress,
) -> KChoice:
    """Try numbers of clusters and choose the one with the highest silhouette.

    Parameters
    ----------
    scaled : ndarray of shape (n, d)
        At most 20,000 of the songs are tried.
    seed : int
        Of the sample, the starts and the silhouettes.
    low, high : int
        The smallest and largest number tried. Where there are fewer distinct songs, the largest is theirs.
    progress : callable
        Told how many candidates are done; also called within each, so that it can be stopped.

    Returns
    -------
    KChoice

    Raises
    ------
    AnalysisError
        When the range is empty or there are fewer distinct songs than `low`.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2], [9.0], [9.1], [9.2]])
    >>> best_silhouette_k(songs, seed=0, high=5).k
    3
    """
    if not FEWEST_CLUSTERS <= low <= high:
        raise AnalysisError(f"Cannot try {low} to {high} clusters. Begin at 2 or more and end no lower.")
    songs = _sample(scaled, seed)
    distinct = len(distinct_songs(songs, high))
    if distinct < low:
        raise AnalysisError(
            f"There are only {distinct} distinct songs, too few for {low} clusters. Add songs or features."
        )
    total = min(high, distinct) - low + 1
    candidates = tuple(
        _try(songs, low + done, seed, lambda *_, done=done: progress(done, total)) for done in range(total)
    )
    progress(total, total)
    # max keeps the first of equals: the fewest clusters that do as well
    return KChoice(max(candidates, key=lambda candidate: candidate.silhouette).k, candidates)


def _sample(scaled: npt.NDArray[Any], seed: int) -> npt.NDArray[np.float32]:
    if len(scaled) > CHOOSING_SONGS:
        rng = np.random.default_rng(seed)
        rows = rng.choice(len(scaled), CHOOSING_SONGS, replace=False, shuffle=False)
        scaled = scaled[np.sort(rows)]
    return np.ascontiguousarray(scaled, dtype=np.float32)


def _try(songs: npt.NDArray[np.float32], k: int, seed: int, progress: Progress) -> KCandidate:
    partition = fit_kmeans(songs, k, seed=seed, progress=progress, starts=STARTS)
    silhouette = measure_silhouette(
        songs, partition.labels, seed=seed, progress=progress, exact_up_to=EXACT_SONGS
    )
    return KCandidate(
        k=k,
        silhouette=silhouette.mean,
        silhouette_low=silhouette.low,
        silhouette_high=silhouette.high,
        davies_bouldin=davies_bouldin(songs, partition),
        calinski_harabasz=calinski_harabasz(songs, partition),
        inertia=partition.inertia,
        smallest_cluster=int(np.bincount(partition.labels).min()),
    )
