"""How many songs of each genre are in each cluster of a run: counted once, kept for pages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from clustering.models import Dataset, GenreCounts, Run
from clustering.storage.song_columns import load_column

MAX_GENRES = 2_000


class GenreTally:
    """Counts the genres of songs by cluster; equal lists are counted before they are taken apart, as there are few.

    Parameters
    ----------
    dataset
        Whose songs they are.
    clusters
        How many there are.
    """

    def __init__(self, dataset: Dataset, clusters: int) -> None:
        self._first = dataset.first_song_id
        column = load_column(dataset, None, "genres")
        self._lists, self._places = column.names, column.values
        self._counts = np.zeros((clusters, len(self._lists) + 1), dtype=np.int64)

    def add(self, song_ids: NDArray[np.int64], cluster: NDArray[np.int32]) -> None:
        """Count some songs, given by their ids (n,) and clusters (n,)."""
        size = self._counts.shape[1]
        places = self._places[song_ids - self._first]  # the last place is that of songs without genres
        cells = cluster.astype(np.int64) * size + np.where(places < 0, size - 1, places)
        self._counts += np.bincount(cells, minlength=self._counts.size).reshape(self._counts.shape)

    def genres(self) -> dict[str, NDArray[np.int64]]:
        """Return the songs of each genre in each cluster, an array of shape (clusters,) by genre."""
        table: dict[str, NDArray[np.int64]] = {}
        for place in np.flatnonzero(self._counts[:, :-1].any(axis=0)):
            for genre in self._lists[place]:
                table.setdefault(genre, np.zeros(len(self._counts), dtype=np.int64))
                table[genre] += self._counts[:, place]
        return table


def save_genre_counts(run: Run, genres: Mapping[str, NDArray[np.int64]]) -> None:
    """Keep the counts of a run's clusters; of very many genres the most common."""
    most_common = sorted(genres, key=lambda genre: (-genres[genre].sum(), genre))[:MAX_GENRES]
    GenreCounts.objects.create(run=run, counts={genre: genres[genre].tolist() for genre in most_common})
