"""What is added up of songs that come in batches, too many to be held at once: the same as of all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.describing.profiles import (
    BORDERLINE,
    EXEMPLARS,
    BinEdges,
    Profile,
    count_bars,
    effects_of,
    smallest,
)
from clustering.analysis.features import CIRCULAR
from clustering.analysis.prediction.assignment import Assignments
from clustering.analysis.scores.quality import Spread

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Songs:
    """Songs of one batch: ids (n,), real units (n, f) without gaps, and scaled (n, d)."""

    song_ids: Ids
    values: npt.NDArray[np.float32]
    scaled: npt.NDArray[np.float32]
    popularity: npt.NDArray[np.float32]


class TopK:
    """The songs with the smallest numbers of all that pass by, the smallest first, earlier ones first among equals."""

    def __init__(self, count: int) -> None:
        """Keep so many."""
        self._count = count
        self._numbers = np.empty(0)
        self._columns: tuple[npt.NDArray[Any], ...] = ()

    def add(self, numbers: npt.NDArray[Any], *columns: npt.NDArray[Any]) -> None:
        """Let more pass by, with what is to be kept of each, its id first; NaN is no number."""
        known = ~np.isnan(numbers)
        before = self._columns or tuple(column[:0] for column in columns)
        numbers = np.concatenate([self._numbers, numbers[known]])
        kept = list(smallest(numbers, np.arange(len(numbers)), self._count))
        self._numbers = numbers[kept]
        self._columns = tuple(
            np.concatenate([old, new[known]])[kept] for old, new in zip(before, columns, strict=True)
        )

    def columns(self, count: int) -> tuple[npt.NDArray[Any], ...]:
        """Return what was kept of at most so many, the smallest."""
        return tuple(column[:count] for column in self._columns)

    @property
    def ids(self) -> list[int]:
        """The ids of what was kept."""
        return [int(one) for one in self._columns[0]]


class ClusterAccumulator:
    """Sums over batches of songs, for each of k clusters.

    Attributes
    ----------
    sizes : ndarray of shape (k,)
    neighbors : ndarray of shape (k, k)
        How many songs of each cluster have each other one as their second-nearest.
    inertia : float
        The sum of squared distances of songs to the centers of their clusters.
    exemplars, borderline, popular : list of First
        The songs nearest the center, those that another cluster misses by the least, the most popular.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.prediction.assignment import assign_songs
    >>> model = {"centroids": [[0.0], [5.0]], "axes": [[1.0], [0.0]], "pca_mean": [0.0]}
    >>> edges = {"energy": (0.0, 4.0, 8.0)}
    >>> tally = ClusterAccumulator(["energy"], edges, centers=[[0.0], [5.0]], means=[[0.5], [5.0]], popular=9)
    >>> for batch in ([0.0, 5.0], [1.0]):
    ...     column = np.array(batch, dtype=np.float32)[:, None]
    ...     places = assign_songs(column, model, algorithm="kmeans")
    ...     tally.add(Songs(np.arange(len(column)), column, column, column[:, 0]), places)
    >>> tally.sizes.tolist(), tally.inertia, tally.overall()[0].tolist()
    ([2, 1], 1.0, [2.0])
    """

    def __init__(
        self,
        features: Sequence[str],
        edges: BinEdges,
        *,
        centers: npt.ArrayLike,
        means: npt.ArrayLike,
        popular: int,
        middle: npt.ArrayLike = 0.0,
    ) -> None:
        """Begin with no songs.

        ``centers`` (k, d) decided where songs belong, ``means`` (k, d) are those of all that will come, ``middle``
        (f,) is about the mean of the values, from which they are measured so that sums of squares keep their digits.
        """
        self._features = tuple(features)
        self._edges = edges
        self._centers = np.asarray(centers, dtype=np.float32)
        self._means = np.asarray(means, dtype=np.float64)
        self._middle = np.asarray(middle, dtype=np.float64)
        clusters = len(self._centers)
        self.sizes = np.zeros(clusters, dtype=np.int64)
        self.neighbors = np.zeros((clusters, clusters), dtype=np.int64)
        self.inertia = 0.0
        self.exemplars = [TopK(EXEMPLARS) for _ in range(clusters)]
        self.borderline = [TopK(BORDERLINE) for _ in range(clusters)]
        self.popular = [TopK(popular) for _ in range(clusters)]
        self._sums = np.zeros((clusters, len(self._features)))
        self._squares = np.zeros((clusters, len(self._features)))
        self._bars = [
            {name: np.zeros(len(edges[name]) - 1, dtype=np.int64) for name in features}
            for _ in range(clusters)
        ]
        self._apart = np.zeros(clusters)
        self._within = 0.0

    def add(self, songs: Songs, places: Assignments) -> None:
        """Count a batch of songs."""
        self.inertia += float(np.square(places.distances, dtype=np.float64).sum())
        for cluster in range(len(self.sizes)):
            rows = np.flatnonzero(places.labels == cluster)
            if len(rows):
                self._add_members(cluster, songs, places, rows)

    def _add_members(
        self, cluster: int, songs: Songs, places: Assignments, rows: npt.NDArray[np.intp]
    ) -> None:
        values, scaled, ids = songs.values[rows], songs.scaled[rows], songs.song_ids[rows]
        seconds, distances = places.second[rows], places.distances[rows]
        self.sizes[cluster] += len(rows)
        self.neighbors[cluster] += np.bincount(seconds, minlength=len(self.sizes))
        centred = values - self._middle
        self._sums[cluster] += centred.sum(axis=0)
        self._squares[cluster] += np.square(centred).sum(axis=0)
        for name, counts in count_bars(values, self._features, self._edges).items():
            self._bars[cluster][name] += np.array(counts)
        squares = np.square(scaled - self._means[cluster]).sum(axis=1)
        self._within += float(squares.sum())
        self._apart[cluster] += float(np.sqrt(squares).sum())
        self.exemplars[cluster].add(distances, ids)
        to_next = np.sqrt(np.square(scaled - self._centers[seconds]).sum(axis=1))
        self.borderline[cluster].add(to_next - distances, ids)
        self.popular[cluster].add(-songs.popularity[rows], ids)

    def overall(self) -> tuple[Floats, Floats]:
        """Return the mean and the standard deviation of each feature."""
        songs = self.sizes.sum()
        means = self._sums.sum(axis=0) / songs
        variances = self._squares.sum(axis=0) / songs - np.square(means)
        return means + self._middle, np.sqrt(np.maximum(variances, 0))

    def spread(self) -> Spread:
        """Return what scores by centers need to know."""
        return Spread(self.sizes, self._means, self._apart / self.sizes, self._within)

    def complete(self, profiles: Sequence[Profile], scaled_columns: Sequence[str]) -> tuple[Profile, ...]:
        """Return the profiles of a sample with all that was counted here in its place.

        Medians, and the most common value of a feature that goes round, stay those of the sample.
        """
        means = self._sums / self.sizes[:, None]
        variances = np.maximum(self._squares / self.sizes[:, None] - np.square(means), 0)
        middle, deviation = self.overall()
        gaps = means + self._middle - middle
        z = np.divide(gaps, deviation, out=np.zeros_like(gaps), where=deviation > 0)
        effects = effects_of(self.sizes, gaps, variances)
        return tuple(
            replace(
                profile,
                size=int(self.sizes[place]),
                share=float(self.sizes[place] / self.sizes.sum()),
                means=profile.means | self._straight(means[place] + self._middle),
                deviations=self._by_name(np.sqrt(variances[place])),
                z=profile.z | self._straight(z[place]),
                effects=profile.effects | self._straight(effects[place]),
                scaled_means=dict(zip(scaled_columns, self._means[place].tolist(), strict=True)),
                histograms={name: tuple(bars.tolist()) for name, bars in self._bars[place].items()},
            )
            for place, profile in enumerate(profiles)
        )

    def _by_name(self, numbers: Floats) -> dict[str, float]:
        return dict(zip(self._features, (float(number) for number in numbers), strict=True))

    def _straight(self, numbers: Floats) -> dict[str, float]:
        """Name the features that do not go round."""
        return {name: number for name, number in self._by_name(numbers).items() if name not in CIRCULAR}
