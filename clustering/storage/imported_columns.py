"""Columns of the songs of an import, kept as they go by: runs and pages then need not read the songs."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import DTypeLike, NDArray

from clustering.analysis.features import FEATURES, SONG_NUMBERS
from clustering.models import Dataset
from clustering.songfiles.arrays import texts, values_of
from clustering.storage.kept_columns import (
    EXTRA,
    IS_SONG,
    MAX_KEPT,
    Column,
    forget_song_columns,
    keep_columns,
    number_names,
)

BETWEEN = "\0"
"""Between the genres of a list: no genre has it, since PostgreSQL takes no text that does."""

MOST_LISTS = 100_000
"""Different lists of genres; where there are more, the column is left to the job that prepares the songs."""

ROWS, GENRES = "rows", "genres"


class ImportedColumns:
    """Takes the songs of a dataset's first file, batch by batch, and keeps their numbers and genres as columns.

    Each column waits in a file without a name, so that memory holds one of them at a time.

    Parameters
    ----------
    extra_names
        The names of the songs' extras, in their order.
    """

    def __init__(self, extra_names: Sequence[str]) -> None:
        self._extra_names = extra_names
        self._files: dict[str, IO[bytes]] = {}
        self._opened = ExitStack()
        self._lists: dict[str, int] = {}

    def __enter__(self) -> ImportedColumns:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def add(self, songs: pa.Table) -> None:
        """Take in cleaned songs (``songfiles.cleaning.SONG_SCHEMA``)."""
        self._write(ROWS, _values(songs["row_number"], 0, np.int32))
        for name in (*FEATURES, *SONG_NUMBERS):
            if name in self._files or songs[name].null_count < len(songs):
                self._write(name, _values(songs[name].cast(pa.float32()), np.nan, np.float32))
        if self._extra_names:
            extras = _values(songs["extras"].combine_chunks().flatten(), np.nan, np.float32)
            for name, column in zip(
                self._extra_names[:MAX_KEPT], extras.reshape(len(songs), -1).T, strict=False
            ):
                self._write(EXTRA + name, column)
        if len(self._lists) <= MOST_LISTS:
            self._write(GENRES, self._places(songs["genres"]))

    def keep(self, dataset: Dataset) -> None:
        """Keep what was taken in, now that the dataset says which columns it has."""
        forget_song_columns(dataset)
        size, rows = dataset.last_row + 1, self._read(ROWS, np.int32)
        is_song = np.zeros(size, dtype=np.bool_)
        is_song[rows] = True
        keep_columns(dataset, None, {IS_SONG: Column(is_song)})
        for name in number_names(dataset)[:MAX_KEPT]:
            values = np.full(size, np.nan, dtype=np.float32)
            values[rows] = self._read(name, np.float32, len(rows))
            keep_columns(dataset, None, {name: Column(values)})
        if len(self._lists) <= MOST_LISTS:
            places = np.full(size, -1, dtype=np.int32)
            places[rows] = self._read(GENRES, np.int32)
            keep_columns(dataset, None, {GENRES: self._in_order(places)})

    def _places(self, genres: pa.ChunkedArray) -> NDArray[np.int32]:
        """Return the place of each song's list among all that were seen, -1 for none."""
        coded = pc.binary_join(genres.combine_chunks(), texts([BETWEEN])[0]).dictionary_encode()
        places = [self._lists.setdefault(text, len(self._lists)) for text in coded.dictionary.to_pylist()]
        codes = _values(coded.indices, -1, np.int32)
        found: NDArray[np.int32] = np.array([*places, -1], dtype=np.int32)[codes]
        return found

    def _in_order(self, places: NDArray[np.int32]) -> Column:
        """Return the column with the lists numbered by their order instead of by where they came first."""
        lists = [text.split(BETWEEN) for text in self._lists]
        order = sorted(range(len(lists)), key=lists.__getitem__)
        new = np.full(len(lists) + 1, -1, dtype=np.int32)
        new[order] = np.arange(len(order))
        return Column(new[places], [lists[place] for place in order])

    def _write(self, name: str, values: NDArray[np.float32] | NDArray[np.int32]) -> None:
        """Put values of the newest songs behind those of the songs before, which had none where it is new."""
        if name not in self._files:
            self._files[name] = self._opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 – until `__exit__`
            if name not in (ROWS, GENRES):
                before = self._files[ROWS].tell() // values.itemsize - len(values)
                self._files[name].write(np.full(before, np.nan, dtype=np.float32).tobytes())
        self._files[name].write(np.ascontiguousarray(values).data)

    def _read(self, name: str, kind: DTypeLike, size: int = 0) -> NDArray[np.float32] | NDArray[np.int32]:
        """Read a column back; `size` missing values if no song had one."""
        if name not in self._files:
            return np.full(size, np.nan, dtype=np.float32)
        self._files[name].seek(0)
        return np.fromfile(self._files[name], dtype=kind)


def _values(column: pa.Array | pa.ChunkedArray, gap: float, kind: DTypeLike) -> NDArray[np.float32]:
    """Return a column's numbers, a gap where it is null."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return values_of(array, gap).astype(kind, copy=False)
