"""Repeated songs: found by 64-bit fingerprints, so that a million ids need eight megabytes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clustering.songfiles.arrays import YES, as_text, booleans, numbers, values_of
from clustering.songfiles.conversion import ISRC, joined

Prints = npt.NDArray[np.uint64]

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)
_WORD = 8
SONG_TEXTS = ("external_id", "title", "artist")
_ISRC_LENGTH = 12


def _mix(prints: Prints, words: Prints) -> Prints:
    mixed = (prints ^ words) * _PRIME
    mixed ^= mixed >> _SHIFT
    mixed *= _SECOND
    mixed ^= mixed >> np.uint64(32)
    return mixed


def fingerprints(column: pa.ChunkedArray) -> Prints:
    """Return a fingerprint of each text of a column; an empty cell has one too."""
    array = pc.cast(column, pa.large_binary()).combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.nulls(0, pa.large_binary())
    lengths = values_of(pc.binary_length(array), 0).astype(np.int64)
    prints = np.zeros(len(array), dtype=np.uint64)
    _, offsets_buffer, data_buffer = array.buffers()
    if not len(array) or data_buffer is None:
        return prints
    offsets = np.frombuffer(offsets_buffer, dtype=np.int64)[array.offset : array.offset + len(array)]
    end = int(offsets[-1] + lengths[-1])
    # eight bytes from each byte on, also from the last one
    data = np.concatenate(
        (np.frombuffer(data_buffer, dtype=np.uint8)[offsets[0] : end], np.zeros(8, np.uint8))
    )
    words_from = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))
    offsets = offsets - offsets[0]
    prints[:] = lengths
    rows = np.flatnonzero(lengths)
    read = 0
    while len(rows):
        words, left = words_from[offsets[rows] + read], lengths[rows] - read
        last = np.flatnonzero(left < _WORD)
        words[last] &= (np.uint64(1) << (8 * left[last]).astype(np.uint64)) - np.uint64(1)
        prints[rows] = _mix(prints[rows], words)
        rows = rows[left > _WORD]
        read += _WORD
    return prints


class SeenSongs:
    """The fingerprints seen so far, in a few sorted runs."""

    def __init__(self) -> None:
        self._runs: list[Prints] = []

    def first_seen(self, prints: Prints) -> npt.NDArray[np.bool_]:
        """Return which of these were never seen before, here or earlier; from now on they all are."""
        values, firsts = np.unique(prints, return_index=True)
        new = np.ones(len(values), dtype=bool)
        for run in self._runs:
            places = np.minimum(np.searchsorted(run, values), len(run) - 1)
            new &= run[places] != values
        result = np.zeros(len(prints), dtype=bool)
        result[firsts[new]] = True
        if new.any():
            self._keep(values[new])
        return result

    def _keep(self, run: Prints) -> None:
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.concatenate((self._runs.pop(), run))
            run.sort(kind="stable")
        self._runs.append(run)


def song_fingerprints(songs: pa.Table) -> Prints:
    """Return a fingerprint of each song of a table with `external_id` and, where they are known, title and artist.

    An id that names a recording is enough. Any other can be a playlist's or an artist's, which many songs share: a
    song is the same only where its title and artist are, too.
    """
    ids = joined(songs.column("external_id"))
    prints = fingerprints(pa.chunked_array([ids]))
    certain = _name_recordings(ids)
    if certain.all():
        return prints
    alone = prints
    for place, name in enumerate(SONG_TEXTS[1:], start=1):
        if name in songs.column_names:
            prints = _mix(prints, fingerprints(songs.column(name)) + np.uint64(place))
    return np.where(certain, alone, prints)


def _name_recordings(ids: pa.Array) -> npt.NDArray[np.bool_]:
    """Return which ids say that they are a recording's: Spotify's addresses of tracks, and ISRCs."""
    addresses = pc.or_(pc.starts_with(ids, "spotify:track:"), pc.match_substring(ids, "/track/"))
    certain = booleans(pc.fill_null(addresses, YES))
    lengths = values_of(pc.binary_length(ids), 0)
    rows = np.flatnonzero(lengths == _ISRC_LENGTH)
    if len(rows):
        codes = pc.match_substring_regex(ids.take(numbers(rows)), ISRC)
        certain[rows] |= booleans(codes)
    return certain


def row_fingerprints(table: pa.Table) -> Prints:
    """Return a fingerprint of each whole row."""
    prints = np.zeros(table.num_rows, dtype=np.uint64)
    for index, column in enumerate(table.columns):
        prints = _mix(prints, fingerprints(as_text(column)) + np.uint64(index + 1))
    return prints
