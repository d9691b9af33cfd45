"""What a run's groups have to do with genres and decades: lists with lift and counts, and Cramér's V.

Groups are made from sound. How far they follow genres or years is found here, never assumed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.scores.association import measure_association
from clustering.storage.assignments import GenreCount

GENRES_PER_CLUSTER = 12
MIN_GENRE_SONGS = 5

Row = dict[str, Any]  # {"genre" or "decade", "count", "share", "lift"}


@dataclass(frozen=True)
class Labels:
    """The genres and decades of each group, and how far each goes together with the groups."""

    genres: dict[int, list[Row]]
    decades: dict[int, list[Row]]
    associations: dict[str, Row]


def find_labels(
    counts: Sequence[GenreCount], labels: NDArray[np.int32], release_year: NDArray[np.float32], clusters: int
) -> Labels:
    """Compare how common genres, as counted, and decades of release years are in each cluster."""
    sizes = np.bincount(labels[labels >= 0], minlength=clusters)
    return compare_labels(counts, count_decades(labels, release_year, clusters), sizes)


def compare_labels(
    counts: Sequence[GenreCount], decades: Mapping[int, NDArray[np.int64]], sizes: NDArray[np.int64]
) -> Labels:
    """Compare genres and decades, both as counted, in clusters of known sizes."""
    clusters = len(sizes)
    genres = _by_genre(counts, clusters)
    associations = {}
    for name, columns in (("genre", genres), ("decade", decades)):
        found = measure_association(np.array(list(columns.values())).T)
        if found is not None:
            associations[name] = asdict(found)
    return Labels(
        genres={cluster: _genre_rows(genres, sizes, cluster) for cluster in range(clusters)},
        decades={
            cluster: [_row("decade", decade, decades[decade], sizes, cluster) for decade in sorted(decades)]
            for cluster in range(clusters)
        },
        associations=associations,
    )


def _by_genre(counts: Sequence[GenreCount], clusters: int) -> dict[str, NDArray[np.int64]]:
    genres: defaultdict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(clusters, np.int64))
    for row in counts:
        if row.cluster >= 0:
            genres[row.genre][row.cluster] = row.count
    return {genre: found for genre, found in genres.items() if found.sum() >= MIN_GENRE_SONGS}


def count_decades(
    labels: NDArray[np.int32], release_year: NDArray[np.float32], clusters: int
) -> dict[int, NDArray[np.int64]]:
    """Count each cluster's songs of each decade; a song without a year, or of no cluster, is of none."""
    known = np.isfinite(release_year) & (labels >= 0)
    decade = (release_year[known] // 10).astype(np.int64)
    if not decade.size:
        return {}
    first = int(decade.min())
    width = int(decade.max()) - first + 1
    table = np.bincount(labels[known].astype(np.int64) * width + decade - first, minlength=clusters * width)
    columns = table.reshape(clusters, width).T
    return {(first + place) * 10: column for place, column in enumerate(columns) if column.any()}


def _genre_rows(genres: Mapping[str, NDArray[np.int64]], sizes: NDArray[Any], cluster: int) -> list[Row]:
    """Return the most frequent genres of a cluster, those first that it has more of than others."""
    rows = [
        _row("genre", genre, counts, sizes, cluster) for genre, counts in genres.items() if counts[cluster]
    ]
    rows.sort(key=lambda row: (-row["count"], row["genre"]))
    return sorted(rows[:GENRES_PER_CLUSTER], key=lambda row: (-row["lift"], row["genre"]))


def _row(kind: str, name: object, counts: NDArray[np.int64], sizes: NDArray[Any], cluster: int) -> Row:
    """Compare how often something is in a cluster with how often it is anywhere."""
    share = float(counts[cluster] / sizes[cluster]) if sizes[cluster] else 0.0
    lift = share / float(counts.sum() / sizes.sum())
    return {kind: name, "count": int(counts[cluster]), "share": share, "lift": lift}
