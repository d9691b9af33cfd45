"""Columns of songs in the order of their rows: what a page filters, sorts and counts a million songs by.

Index r of a column is row r of the dataset. They are kept in the database: numbers and genres by the import, all of
them by the job that prepares a dataset's songs, and those of a run by the one that makes it. Until then, or when songs
were added since, they are read from the songs themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, F, Func
from numpy.typing import NDArray

from clustering.analysis.bins import Bins, round_bins
from clustering.models import Dataset, Run, SongColumn
from clustering.storage import binary
from clustering.storage.assignments import Placement, load_placed
from clustering.storage.kept_columns import (
    EXTRA,
    IS_SONG,
    MAX_KEPT,
    Column,
    bins_as_json,
    keep_columns,
    kept_column,
    number_names,
)
from clustering.storage.matrix import read_matrix

TEXTS = ("title", "artist")
"""Texts that songs are sorted by: a column has each song's place among all, from 1, and 0 without a text.

Where a row is no song it has -1, so a column of texts also says which rows are songs.
"""

RUN_NUMBERS = ("distance", "x", "y")
VALUES_AT_ONCE = 20_000_000


def load_column(dataset: Dataset, run: Run | None, name: str) -> Column:
    """Return a column: a number, "title", "artist" or "genres"; of a run "cluster", "distance", "x" or "y".

    Raises
    ------
    KeyError
        Where there is no such column.
    """
    size = dataset.last_row + 1
    if name == "cluster" or name in RUN_NUMBERS:
        if run is None:
            raise KeyError(name)
        return _filled(kept_column(dataset, run, name) or _run_columns(run)[name], size)
    kept = kept_column(dataset, None, name)
    if kept is not None and len(kept.values) == size and name != IS_SONG:
        return kept if kept.bins or name in (*TEXTS, "genres") else _in_steps(kept)
    if name in TEXTS:
        return _ranks(dataset, name, size)
    if name == "genres":
        return _genres(dataset, size)
    return next(iter(_numbers(dataset, [name], size).values()))


def save_song_columns(dataset: Dataset) -> None:
    """Keep the columns of a dataset's songs; those that an import kept stay, and get what they lack."""
    size = dataset.last_row + 1
    names = number_names(dataset)[:MAX_KEPT]
    fresh = kept_names(dataset)
    if IS_SONG not in fresh:  # songs were added or changed since
        fresh = frozenset()
    there = SongColumn.objects.filter(dataset=dataset, run=None)
    there.exclude(name__in=fresh & {*names, "genres", IS_SONG}).delete()
    for name in fresh.intersection(names):
        if column := kept_column(dataset, None, name):
            there.filter(name=name).update(bins=bins_as_json(_in_steps(column)))
    names = [name for name in names if name not in fresh]
    together = max(1, VALUES_AT_ONCE // size)
    for start in range(0, len(names), together):
        keep_columns(dataset, None, _numbers(dataset, names[start : start + together], size))
    ranks = {name: _ranks(dataset, name, size) for name in TEXTS}
    keep_columns(dataset, None, ranks)
    if IS_SONG not in fresh:
        keep_columns(dataset, None, {IS_SONG: Column(ranks[TEXTS[0]].values >= 0)})
    if "genres" not in fresh:
        keep_columns(dataset, None, {"genres": _genres(dataset, size)})


def kept_names(dataset: Dataset) -> frozenset[str]:
    """Return the names of the columns that are kept of as many rows as there are: those that are read at once."""
    size = dataset.last_row + 1
    length = Func(F("values"), function="octet_length", output_field=BigIntegerField())
    kept = SongColumn.objects.filter(dataset=dataset, run=None).annotate(length=length)
    return frozenset(
        name
        for name, kind, length in kept.values_list("name", "kind", "length")
        if length == size * np.dtype(kind).itemsize
    )


def save_run_columns(run: Run, placement: Placement | None = None) -> None:
    """Keep where a run put its songs: all of them, where they are given, or else as they are stored."""
    SongColumn.objects.filter(run=run).delete()
    columns = _run_columns(run) if placement is None else _placed_columns(run.dataset, placement)
    keep_columns(run.dataset, run, columns)


def _placed_columns(dataset: Dataset, placement: Placement) -> dict[str, Column]:
    """Return what `_run_columns` reads, without the database."""
    rows, size = placement.song_ids - dataset.first_song_id, dataset.last_row + 1
    cluster = np.full(size, -1, dtype=np.int16)
    cluster[rows] = placement.cluster
    columns = {"cluster": Column(cluster)}
    for name in RUN_NUMBERS:
        values = np.full(size, np.nan, dtype=np.float32)
        values[rows] = getattr(placement, name)
        columns[name] = Column(values)
    return columns


def _filled(column: Column, size: int) -> Column:
    """Return a run's column with rows for songs that were added since."""
    missing = size - len(column.values)
    if missing <= 0:
        return column
    nothing = np.full(missing, np.nan if column.values.dtype.kind == "f" else -1, dtype=column.values.dtype)
    return Column(np.concatenate([column.values, nothing]), column.names)


def _numbers(dataset: Dataset, names: list[str], size: int) -> dict[str, Column]:
    """Read numbers from the songs."""
    if unknown := set(names) - set(number_names(dataset)):
        raise KeyError(*unknown)
    matrix = read_matrix(dataset, [name.removeprefix(EXTRA) for name in names])
    rows = matrix.song_ids - dataset.first_song_id
    columns = {}
    for place, name in enumerate(names):
        values = np.full(size, np.nan, dtype=np.float32)
        values[rows] = matrix.values[:, place]
        columns[name] = _in_steps(Column(values))
    return columns


def _in_steps(column: Column) -> Column:
    """Return a column of numbers with the steps of its histogram."""
    bins = round_bins(column.values)
    counts = np.bincount(bins.codes(column.values), minlength=256)[: len(bins.edges) - 1]
    return replace(column, bins=bins, counts=counts)


def _ranks(dataset: Dataset, name: str, size: int) -> Column:
    """Read the place of each song's text among all texts."""
    statement = (
        f"COPY (SELECT id, CASE WHEN {name} IS NULL THEN 0 ELSE dense_rank() OVER "  # noqa: S608 – one of TEXTS
        f'(ORDER BY lower({name}) COLLATE "C") END::int4 FROM clustering_song WHERE id BETWEEN %s AND %s) '
        "TO STDOUT (FORMAT binary)"
    )
    return Column(_read_places(dataset, statement, size))


def _genres(dataset: Dataset, size: int) -> Column:
    """Read each song's list of genres, as its place among all different lists: there are few."""
    bounds = (dataset.first_song_id, dataset.last_song_id)
    lists = (
        "SELECT genres, (row_number() OVER (ORDER BY genres) - 1)::int4 AS place FROM ("
        "SELECT DISTINCT genres FROM clustering_song WHERE id BETWEEN %s AND %s AND genres[1] IS NOT NULL) AS different"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT genres FROM ({lists}) AS lists ORDER BY place", bounds)  # noqa: S608 – the words above
        names = [row[0] for row in cursor.fetchall()]
    statement = (
        f"COPY (SELECT id, place FROM clustering_song JOIN ({lists}) AS lists USING (genres) "  # noqa: S608
        "WHERE id BETWEEN %s AND %s) TO STDOUT (FORMAT binary)"
    )
    return Column(_read_places(dataset, statement, size, twice=True), names)


def _read_places(dataset: Dataset, statement: str, size: int, *, twice: bool = False) -> NDArray[np.int32]:
    fields: Mapping[str, str] = {"id": ">i8", "place": ">i4"}
    bounds = (dataset.first_song_id, dataset.last_song_id)
    values = np.full(size, -1, dtype=np.int32)
    for rows in binary.copy_out(statement, fields, bounds * 2 if twice else bounds):
        values[rows["id"] - dataset.first_song_id] = rows["place"]
    return values


def _run_columns(run: Run) -> dict[str, Column]:
    placed = load_placed(run, RUN_NUMBERS, with_left_out=False)
    columns = {"cluster": Column(placed.cluster)}
    for name in RUN_NUMBERS:
        columns[name] = Column(np.where(placed.is_song, placed.values[name], np.float32(np.nan)))
    return columns


def summaries(dataset: Dataset, names: Iterable[str]) -> dict[str, tuple[Bins, NDArray[np.int64]]]:
    """Return the steps of numbers and how many songs are in each, without reading the songs where they are kept."""
    length = Func(F("values"), function="octet_length", output_field=BigIntegerField())
    kept = SongColumn.objects.filter(dataset=dataset, run=None, name__in=list(names)).annotate(length=length)
    fresh = kept.filter(length=4 * (dataset.last_row + 1))
    return {
        name: (Bins(np.array(bins["edges"])), np.array(bins["counts"]))
        for name, bins in fresh.values_list("name", "bins")
        if bins
    }
