"""Ordering the songs of a playlist: from stored songs to the mathematics and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.playlists.camelot import camelot_key
from clustering.analysis.playlists.sequencing import (
    around_locked,
    energy_arc,
    harmonic_path,
    keep_apart,
    similarity_path,
    tempo_ramp,
)
from clustering.analysis.playlists.titles import artist_key
from clustering.models import Dataset, Playlist, Song

NO_KEYS = "Harmonic mixing needs key and mode, and none of these songs has both. Choose another order."
NO_FEATURE = "This order needs {what}, which none of these songs has. Choose another order."


@dataclass(frozen=True, slots=True)
class Ordered:
    """Songs in their new order, and what is to be said about it."""

    songs: list[Song]
    note: str


def ordered(dataset: Dataset, songs: Sequence[Song], *, order: str, locked: Mapping[int, int]) -> Ordered:
    """Put songs in order; those with a place of their own (song → position from 1) stay there.

    Raises
    ------
    AnalysisError
        Where no song has what the order goes by.
    """
    artists = [artist_key(song.artist) for song in songs]
    places, last = _order(dataset, songs, order, artists)
    index = {song.pk: i for i, song in enumerate(songs)}
    own = _own_places({index[song]: place - 1 for song, place in locked.items() if song in index}, len(songs))
    places = around_locked(places, own, artists)
    return Ordered([songs[i] for i in places], last)


def _order(
    dataset: Dataset, songs: Sequence[Song], order: str, artists: Sequence[str]
) -> tuple[NDArray[np.intp], str]:
    tempo = _values(songs, "tempo")
    if order == Playlist.Order.SIMILARITY:
        return similarity_path(_standardized(dataset, songs), artists), ""
    if order == Playlist.Order.TEMPO:
        return tempo_ramp(tempo, artists), _at_the_end(np.isnan(tempo), "a tempo")
    if order == Playlist.Order.ARC:
        energy = _values(songs, "energy")
        return energy_arc(energy, artists), _at_the_end(np.isnan(energy), "an energy")
    if order == Playlist.Order.HARMONIC:
        keys = [camelot_key(song.key, song.mode) for song in songs]
        without = np.array([key is None for key in keys])
        if without.all():
            raise AnalysisError(NO_KEYS)
        return harmonic_path(keys, tempo, artists), _at_the_end(without, "a key")
    return keep_apart(np.arange(len(songs)), artists), ""


def _at_the_end(without: NDArray[np.bool_], what: str) -> str:
    """Say how many songs come last for want of what the order goes by."""
    count = int(without.sum())
    if count == len(without):
        raise AnalysisError(NO_FEATURE.format(what=what))
    if not count:
        return ""
    return f"{count:,} {'song without' if count == 1 else 'songs without'} {what} {'is' if count == 1 else 'are'} last."


def _values(songs: Sequence[Song], feature: str) -> NDArray[np.float64]:
    found = [getattr(song, feature) for song in songs]
    return np.array([np.nan if value is None else value for value in found], dtype=np.float64)


def _standardized(dataset: Dataset, songs: Sequence[Song]) -> NDArray[np.float64]:
    """Return the songs' usual features with the dataset's mean 0 and deviation 1; a gap is the mean."""
    usual, quality = dataset.usual_features, dataset.quality
    columns = [column for column in (quality.columns if quality else ()) if column.field in usual]
    points = [
        (_values(songs, column.field) - column.mean) / column.deviation
        for column in sorted(columns, key=lambda column: usual.index(column.field))
        if column.mean is not None and column.deviation
    ]
    return np.nan_to_num(np.stack(points, axis=1)) if points else np.zeros((len(songs), 1))


def _own_places(locked: Mapping[int, int], size: int) -> dict[int, int]:
    """Return places within the list: in a shorter one, locked songs move up to its end, in their order."""
    own: dict[int, int] = {}
    last = size
    for song, place in sorted(locked.items(), key=lambda item: -item[1]):
        last = own[song] = min(place, last - 1)
    return own
