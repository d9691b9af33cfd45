"""Numbers of songs as one matrix: what runs, advice and the catalog are computed from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.progress import Progress, no_progress
from clustering.models import Dataset, Song
from clustering.storage import binary
from clustering.storage.kept_columns import EXTRA, IS_SONG, kept_column, number_names

PLAIN_COLUMN = re.compile(r"^[a-z_]+$")


@dataclass(frozen=True)
class Matrix:
    """Numbers of a dataset's songs: ``song_ids`` (n,) and ``values`` (n, d), NaN where missing."""

    song_ids: NDArray[np.int64]
    values: NDArray[np.float32]


def load_matrix(
    dataset: Dataset,
    columns: Sequence[str],
    *,
    after: int = 0,
    most: int | None = None,
    only: NDArray[np.int64] | None = None,
    progress: Progress = no_progress,
) -> Matrix:
    """Return the named numbers of a dataset's songs, in the order of their rows.

    Reads all songs, or those `after` a row and at `most` that many, or `only` those at the given positions (ascending),
    and allocates memory for these alone. Reads the kept columns, a tenth of the work, or else the songs.
    """
    if not after and most is None:
        kept = _kept_matrix(dataset, columns, only, progress)
        if kept is not None:
            return kept
    return read_matrix(dataset, columns, after=after, most=most, only=only, progress=progress)


def read_matrix(
    dataset: Dataset,
    columns: Sequence[str],
    *,
    after: int = 0,
    most: int | None = None,
    only: NDArray[np.int64] | None = None,
    progress: Progress = no_progress,
) -> Matrix:
    """Return what `load_matrix` does, from the songs themselves."""
    expressions = [_expression(dataset, name) for name in columns]
    select = ", ".join(["id", *(f"coalesce(({e})::real, 'NaN')" for e in expressions)])
    size = dataset.songs_count if most is None else min(most, dataset.songs_count)
    statement = (
        f"COPY (SELECT {select} FROM {Song._meta.db_table} "  # noqa: S608 – names checked above
        "WHERE id BETWEEN %s AND %s ORDER BY id LIMIT %s) TO STDOUT (FORMAT binary)"
    )
    fields = {"id": ">i8"} | {f"c{i}": ">f4" for i in range(len(columns))}
    kept = size if only is None else len(only)
    song_ids = np.empty(kept, dtype=np.int64)
    values = np.empty((kept, len(columns)), dtype=np.float32)
    start = seen = 0
    # the limit: songs that were added since the dataset was read are not of this matrix
    bounds = (dataset.first_song_id + after + 1, dataset.last_song_id, size)
    for rows in binary.copy_out(statement, fields, bounds):
        read = seen + len(rows)
        if only is not None:
            first, last = np.searchsorted(only, (seen, read))
            rows = rows[only[first:last] - seen]
        end = start + len(rows)
        song_ids[start:end] = rows["id"]
        for i in range(len(columns)):
            values[start:end, i] = rows[f"c{i}"]
        start, seen = end, read
        progress(seen, size)
    return Matrix(song_ids=song_ids[:start], values=values[:start])


def _expression(dataset: Dataset, name: str) -> str:
    if name in dataset.extra_columns:
        return f"extras[{dataset.extra_columns.index(name) + 1}]"
    if name not in dataset.number_columns or not PLAIN_COLUMN.match(name):
        raise ValueError(f"{name!r} is not a number of this dataset")
    return name


def _kept_matrix(
    dataset: Dataset, columns: Sequence[str], only: NDArray[np.int64] | None, progress: Progress
) -> Matrix | None:
    """Return the matrix from kept columns; None where one is not there, or where songs were added since."""
    is_song = kept_column(dataset, None, IS_SONG)
    if is_song is None or len(is_song.values) != dataset.last_row + 1:
        return None
    rows = np.flatnonzero(is_song.values)[: dataset.songs_count]
    if only is not None:
        rows = rows[only]
    values = np.empty((len(rows), len(columns)), dtype=np.float32)
    known = set(number_names(dataset))
    for place, name in enumerate(columns):
        _expression(dataset, name)  # raises if the name is not a number of the dataset
        key = EXTRA + name if name in dataset.extra_columns else name
        if key not in known:
            values[:, place] = np.nan
            continue
        column = kept_column(dataset, None, key)
        if column is None or len(column.values) != len(is_song.values):
            return None
        values[:, place] = column.values[rows]
        progress((place + 1) * len(rows) // len(columns), len(rows))
    return Matrix(song_ids=rows + np.int64(dataset.first_song_id), values=values)
