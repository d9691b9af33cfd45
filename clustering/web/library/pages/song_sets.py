"""What artists and genres have in common: songs that belong together, and whose places others can be compared with."""

from __future__ import annotations

from typing import TypeVar

from pgvector.django import L2Distance

from clustering.models import Artist, Genre

SongSet = TypeVar("SongSet", Artist, Genre)


def similar(songs: SongSet, count: int) -> tuple[SongSet, ...]:
    """Return those of the same dataset whose songs are spread most alike, by energy distance."""
    if songs.vector is None:
        return ()
    others = type(songs).objects.filter(dataset_id=songs.dataset_id, vector__isnull=False)
    nearest = others.exclude(pk=songs.pk).order_by(L2Distance("vector", songs.vector), "id")
    return tuple(nearest.only("name", "songs_count")[:count])
