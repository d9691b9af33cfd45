"""How many songs of each genre are in each cluster of a run: counted once, kept for pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from clustering.models import GenreCounts, Run
from clustering.storage.assignments import GenreCount

MAX_GENRES = 2_000


def genres_by_cluster(counts: Sequence[GenreCount], clusters: int) -> dict[str, NDArray[np.int64]]:
    """Return the songs of each genre in each of k clusters, an array of shape (k,) by genre."""
    table: dict[str, NDArray[np.int64]] = {}
    for row in counts:
        table.setdefault(row.genre, np.zeros(clusters, dtype=np.int64))[row.cluster] = row.count
    return table


def save_genre_counts(run: Run, genres: Mapping[str, NDArray[np.int64]]) -> None:
    """Keep the counts of a run's clusters; of very many genres the most common."""
    most_common = sorted(genres, key=lambda genre: (-genres[genre].sum(), genre))[:MAX_GENRES]
    GenreCounts.objects.create(run=run, counts={genre: genres[genre].tolist() for genre in most_common})
