"""What clusters have to do with genres and decades: how common each is, with lift and Cramér's V.

Clusters are made from sound. How far they follow genres or years is measured here, never assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.scores.association import Association, measure_association

GENRES_PER_CLUSTER = 12
MIN_GENRE_SONGS = 5

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Frequency:
    """How common something is in a cluster.

    Attributes
    ----------
    count : int
        How many of the cluster's songs have it.
    share : float
        Their share of the cluster's songs.
    lift : float
        That share over the share of all songs: above 1, it is more common here than elsewhere.
    """

    count: int
    share: float
    lift: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class GenreFrequency(Frequency):
    """How common a genre is in a cluster."""

    genre: str


@dataclass(frozen=True, slots=True)
class DecadeFrequency(Frequency):
    """How common a decade of release is in a cluster; 1990 for the 1990s."""

    decade: int


@dataclass(frozen=True, slots=True)
class Labels:
    """The genres and decades of k clusters.

    Attributes
    ----------
    genres : tuple of tuple of GenreFrequency
        Of each cluster its most frequent genres, the highest lift first.
    decades : tuple of tuple of DecadeFrequency
        Of each cluster all decades, the oldest first.
    associations : dict of str to Association
        How strongly the clusters go together with "genre" and "decade"; without those that nothing is known of.
    """

    genres: tuple[tuple[GenreFrequency, ...], ...]
    decades: tuple[tuple[DecadeFrequency, ...], ...]
    associations: dict[str, Association]


def compare_labels(genres: Mapping[str, Counts], decades: Mapping[int, Counts], sizes: Counts) -> Labels:
    """Compare how common genres and decades are in clusters.

    Parameters
    ----------
    genres, decades : mapping of label to ndarray of shape (k,)
        How many songs of each cluster have the label. Genres of fewer than five songs are left out.
    sizes : ndarray of shape (k,)
        How many songs each cluster has.

    Returns
    -------
    Labels

    Examples
    --------
    >>> jazz, rock = np.array([9, 1]), np.array([0, 10])
    >>> labels = compare_labels({"jazz": jazz, "rock": rock}, {1990: np.array([9, 11])}, np.array([9, 11]))
    >>> labels.genres[0]
    (GenreFrequency(count=9, share=1.0, lift=2.0, genre='jazz'),)
    >>> list(labels.associations)
    ['genre']
    """
    clusters = range(len(sizes))
    common = {genre: counts for genre, counts in genres.items() if counts.sum() >= MIN_GENRE_SONGS}
    measured = {
        "genre": measure_association(np.array(list(common.values())).T),
        "decade": measure_association(np.array(list(decades.values())).T),
    }
    return Labels(
        genres=tuple(_frequent_genres(common, sizes, cluster) for cluster in clusters),
        decades=tuple(
            tuple(
                DecadeFrequency(*_frequency(decades[decade], sizes, cluster), decade)
                for decade in sorted(decades)
            )
            for cluster in clusters
        ),
        associations={name: found for name, found in measured.items() if found is not None},
    )


def _frequent_genres(genres: Mapping[str, Counts], sizes: Counts, cluster: int) -> tuple[GenreFrequency, ...]:
    rows = [
        GenreFrequency(*_frequency(counts, sizes, cluster), genre)
        for genre, counts in genres.items()
        if counts[cluster]
    ]
    rows.sort(key=lambda row: (-row.count, row.genre))
    return tuple(sorted(rows[:GENRES_PER_CLUSTER], key=lambda row: (-row.lift, row.genre)))


def _frequency(counts: Counts, sizes: Counts, cluster: int) -> tuple[int, float, float]:
    """Return the count, share and lift of something in one of the clusters."""
    share = float(counts[cluster] / sizes[cluster]) if sizes[cluster] else 0.0
    return int(counts[cluster]), share, share / float(counts.sum() / sizes.sum())


def count_decades(
    labels: npt.NDArray[np.int32], release_year: npt.NDArray[np.float32], clusters: int
) -> dict[int, Counts]:
    """Count each cluster's songs of each decade.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        Clusters from 0 on; negative for songs of none, which do not count.
    release_year : ndarray of shape (n,)
        NaN where unknown.
    clusters : int

    Returns
    -------
    dict of int to ndarray of shape (clusters,)
        By decade, the oldest first.

    Examples
    --------
    >>> count_decades(np.array([0, 1, 1]), np.array([1969.0, 1970.0, np.nan]), 2)
    {1960: array([1, 0]), 1970: array([0, 1])}
    """
    known = np.isfinite(release_year) & (labels >= 0)
    decade = (release_year[known] // 10).astype(np.int64)
    if not decade.size:
        return {}
    first = int(decade.min())
    width = int(decade.max()) - first + 1
    table = np.bincount(labels[known].astype(np.int64) * width + decade - first, minlength=clusters * width)
    columns = table.reshape(clusters, width).T
    return {(first + place) * 10: column for place, column in enumerate(columns) if column.any()}
