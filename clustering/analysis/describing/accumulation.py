"""Sums over songs that come in batches, too many to be held at once: the same as of all songs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.describing.profiles import (
    BORDERLINE,
    CANDIDATES,
    EXEMPLARS,
    POPULAR,
    ClusterMoments,
    Profile,
    ProfileColumns,
    count_bars,
    smallest,
)
from clustering.analysis.features import CIRCULAR
from clustering.analysis.prediction.assignment import Assignments
from clustering.analysis.scores.quality import Spread

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SongBatch:
    """Some of a dataset's songs.

    Attributes
    ----------
    song_ids : ndarray of shape (n,)
    values : ndarray of shape (n, d)
        In real units, without gaps.
    scaled : ndarray of shape (n, s)
    popularity : ndarray of shape (n,)
        NaN where unknown.
    """

    song_ids: Ids
    values: npt.NDArray[np.float32]
    scaled: npt.NDArray[np.float32]
    popularity: npt.NDArray[np.float32]


class TopK:
    """The songs with the smallest scores of all batches, the smallest first, earlier songs first among equals.

    Examples
    --------
    >>> import numpy as np
    >>> nearest = TopK(2)
    >>> nearest.add(np.array([3.0, 1.0]), np.array([10, 11]))
    >>> nearest.add(np.array([2.0]), np.array([12]))
    >>> nearest.ids
    [11, 12]
    """

    def __init__(self, count: int) -> None:
        """Keep at most so many songs."""
        self._count = count
        self._scores = np.empty(0)
        self._columns: tuple[npt.NDArray[Any], ...] = ()

    def add(self, scores: npt.NDArray[Any], *columns: npt.NDArray[Any]) -> None:
        """Add a batch with the columns to keep of each song, ids first; songs whose score is NaN are skipped."""
        known = ~np.isnan(scores)
        before = self._columns or tuple(column[:0] for column in columns)
        scores = np.concatenate([self._scores, scores[known]])
        kept = list(smallest(scores, np.arange(len(scores)), self._count))
        self._scores = scores[kept]
        self._columns = tuple(
            np.concatenate([old, new[known]])[kept] for old, new in zip(before, columns, strict=True)
        )

    def columns(self, count: int) -> tuple[npt.NDArray[Any], ...]:
        """Return the columns of at most so many songs, those with the smallest scores."""
        return tuple(column[:count] for column in self._columns)

    @property
    def ids(self) -> list[int]:
        """The ids of the songs that were kept."""
        return [int(song_id) for song_id in self._columns[0]]


class ClusterAccumulator:
    """Sums over batches of songs, for each of k clusters.

    Parameters
    ----------
    columns : ProfileColumns
    centers : array_like of shape (k, s)
        What decided where songs belong.
    means : array_like of shape (k, s)
        The means of the scaled songs of each cluster, over all batches to come.
    origin : array_like of shape (d,)
        About the mean of the values: sums of squares from there keep their digits.

    Attributes
    ----------
    sizes : ndarray of shape (k,)
    neighbors : ndarray of shape (k, k)
        How many songs of each cluster have each other one as their second-nearest.
    inertia : float
        The sum of squared distances of songs to the centers of their clusters.
    exemplars, borderline, popular : list of TopK
        The songs nearest the center, those that another cluster misses by the least, the most popular.

    Examples
    --------
    >>> import numpy as np
    >>> columns = ProfileColumns(("energy",), ("energy",), {"energy": (0.0, 4.0, 8.0)})
    >>> accumulator = ClusterAccumulator(columns, centers=[[0.0], [5.0]], means=[[0.5], [5.0]])
    >>> for batch in ([0.0, 5.0], [1.0]):
    ...     songs = np.array(batch, dtype=np.float32)[:, None]
    ...     labels = (songs[:, 0] > 2).astype(np.int32)
    ...     places = Assignments(labels, 1 - labels, songs[:, 0] - 5 * labels, np.zeros((len(songs), 2)))
    ...     accumulator.add(SongBatch(np.arange(len(songs)), songs, songs, songs[:, 0]), places)
    >>> accumulator.sizes.tolist(), accumulator.inertia, accumulator.moments.overall_mean.tolist()
    ([2, 1], 1.0, [2.0])
    """

    def __init__(
        self,
        columns: ProfileColumns,
        *,
        centers: npt.ArrayLike,
        means: npt.ArrayLike,
        origin: npt.ArrayLike = 0.0,
    ) -> None:
        """Begin with no songs."""
        self._columns = columns
        self._centers = np.asarray(centers, dtype=np.float32)
        self._means = np.asarray(means, dtype=np.float64)
        self._origin = np.asarray(origin, dtype=np.float64)
        clusters = len(self._centers)
        self.sizes = np.zeros(clusters, dtype=np.int64)
        self.neighbors = np.zeros((clusters, clusters), dtype=np.int64)
        self.inertia = 0.0
        self.exemplars = [TopK(CANDIDATES * EXEMPLARS) for _ in range(clusters)]
        self.borderline = [TopK(CANDIDATES * BORDERLINE) for _ in range(clusters)]
        self.popular = [TopK(CANDIDATES * POPULAR) for _ in range(clusters)]
        self._sums = np.zeros((clusters, len(columns.features)))
        self._squares = np.zeros((clusters, len(columns.features)))
        self._bars = [
            {name: np.zeros(len(edges) - 1, dtype=np.int64) for name, edges in columns.edges.items()}
            for _ in range(clusters)
        ]
        self._distances_to_mean = np.zeros(clusters)
        self._within = 0.0

    def add(self, songs: SongBatch, places: Assignments) -> None:
        """Add a batch of songs."""
        self.inertia += float(np.square(places.distances, dtype=np.float64).sum())
        for cluster in range(len(self.sizes)):
            rows = np.flatnonzero(places.labels == cluster)
            if len(rows):
                self._add_members(cluster, songs, places, rows)

    def _add_members(
        self, cluster: int, songs: SongBatch, places: Assignments, rows: npt.NDArray[np.intp]
    ) -> None:
        values, scaled, ids = songs.values[rows], songs.scaled[rows], songs.song_ids[rows]
        seconds, distances = places.second[rows], places.distances[rows]
        self.sizes[cluster] += len(rows)
        self.neighbors[cluster] += np.bincount(seconds, minlength=len(self.sizes))
        centered = values - self._origin
        self._sums[cluster] += centered.sum(axis=0)
        self._squares[cluster] += np.square(centered).sum(axis=0)
        for name, counts in count_bars(values, self._columns.edges).items():
            self._bars[cluster][name] += np.array(counts)
        squares = np.square(scaled - self._means[cluster]).sum(axis=1)
        self._within += float(squares.sum())
        self._distances_to_mean[cluster] += float(np.sqrt(squares).sum())
        self.exemplars[cluster].add(distances, ids)
        to_second = np.sqrt(np.square(scaled - self._centers[seconds]).sum(axis=1))
        self.borderline[cluster].add(to_second - distances, ids)
        self.popular[cluster].add(-songs.popularity[rows], ids)

    @property
    def moments(self) -> ClusterMoments:
        """The means and variances of all songs so far."""
        overall = self._sums.sum(axis=0) / self.sizes.sum()
        means = self._sums / self.sizes[:, None]
        variances = np.maximum(self._squares / self.sizes[:, None] - np.square(means), 0)
        return ClusterMoments(self.sizes, overall + self._origin, means - overall, variances)

    @property
    def spread(self) -> Spread:
        """What scores by centers need to know."""
        return Spread(self.sizes, self._means, self._distances_to_mean / self.sizes, self._within)

    def complete(self, profiles: Sequence[Profile]) -> tuple[Profile, ...]:
        """Return the profiles of a sample with the numbers of all songs.

        Medians, and the most common value of a circular feature, stay those of the sample.
        """
        moments = self.moments
        means, z, effects = moments.means, moments.z, moments.effects
        return tuple(
            replace(
                profile,
                size=int(self.sizes[cluster]),
                share=float(self.sizes[cluster] / self.sizes.sum()),
                means=profile.means | self._straight(means[cluster]),
                deviations=self._columns.by_feature(np.sqrt(moments.variances[cluster])),
                z=profile.z | self._straight(z[cluster]),
                effects=profile.effects | self._straight(effects[cluster]),
                scaled_means=self._columns.by_scaled(self._means[cluster]),
                histograms={name: tuple(bars.tolist()) for name, bars in self._bars[cluster].items()},
            )
            for cluster, profile in enumerate(profiles)
        )

    def _straight(self, numbers: Floats) -> dict[str, float]:
        """Return numbers by feature, without those of circular features."""
        return {
            name: number for name, number in self._columns.by_feature(numbers).items() if name not in CIRCULAR
        }
