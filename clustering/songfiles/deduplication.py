"""Repeated songs: found by 64-bit fingerprints, so that a million ids need eight megabytes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from clustering.songfiles.arrays import as_text

Prints = npt.NDArray[np.uint64]

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)


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
    lengths = pc.fill_null(pc.binary_length(array), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    prints = np.zeros(len(array), dtype=np.uint64)
    _, offsets_buffer, data_buffer = array.buffers()
    if not len(array) or data_buffer is None:
        return prints
    offsets = np.frombuffer(offsets_buffer, dtype=np.int64)[array.offset : array.offset + len(array)]
    data = np.frombuffer(data_buffer, dtype=np.uint8)
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        if not length:
            continue
        width = -(-length // 8) * 8
        result = np.full(len(rows), length, dtype=np.uint64)
        step = max(1, 2**23 // width)  # a few long cells must not become a table of gigabytes
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            letters = np.zeros((len(part), width), dtype=np.uint8)
            letters[:, :length] = data[offsets[part][:, None] + np.arange(length)]
            words = letters.view(np.uint64)
            mixed = result[start : start + step]
            for index in range(words.shape[1]):
                mixed = _mix(mixed, words[:, index])
            result[start : start + step] = mixed
        prints[rows] = result
    return prints


class SeenSongs:
    """The fingerprints seen so far, in a few sorted runs."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._runs: list[Prints] = []
        known = list(ids)
        if known:
            self.add_ids(pa.chunked_array([pa.array(known, pa.string())]))

    def add_ids(self, ids: pa.ChunkedArray) -> None:
        """Note the ids of songs that are there already."""
        self.first_seen(fingerprints(ids))

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


def row_fingerprints(table: pa.Table) -> Prints:
    """Return a fingerprint of each whole row."""
    prints = np.zeros(table.num_rows, dtype=np.uint64)
    for index, column in enumerate(table.columns):
        prints = _mix(prints, fingerprints(as_text(column)) + np.uint64(index + 1))
    return prints
