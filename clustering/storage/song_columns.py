"""Columns of songs in the order of their rows: what a page filters, sorts and counts a million songs by.

Index r of a column is row r of the dataset. They are kept in the database by the job that prepares a dataset's songs
and by the one that makes a run; until then, or when songs were added since, they are read from the songs themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.postgresql.psycopg_any import mogrify
from django.db.models import BigIntegerField, F, Func
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from clustering.analysis.bins import Bins, round_bins
from clustering.analysis.features import SONG_NUMBERS
from clustering.models import Dataset, Run, SongColumn
from clustering.storage import binary
from clustering.storage.assignments import load_placed
from clustering.storage.songs import load_matrix

EXTRA = "extra:"
"""Before the name of a file's own column, which can be called like anything else."""

TEXTS = ("title", "artist")
"""Texts that songs are sorted by: a column has each song's place among all, from 1, and 0 without a text.

Where a row is no song it has -1, so a column of texts also says which rows are songs.
"""

RUN_NUMBERS = ("distance", "x", "y")
MAX_KEPT = 40
"""Numbers of a dataset that are kept as columns; a file with more has the others read from the songs."""

VALUES_AT_ONCE = 20_000_000
HEAD = 4 + 2  # of a field in binary COPY's only row: how many fields, and how long this one is


@dataclass(frozen=True)
class Column:
    """Numbers by row: NaN, or -1 of whole numbers, where a song has none.

    ``names`` say what whole numbers stand for.
    """

    values: NDArray[Any]
    names: list[Any] = field(default_factory=list)
    bins: Bins | None = None
    counts: NDArray[np.int64] | None = None
    """How many songs are in each step of ``bins``."""


def number_names(dataset: Dataset) -> list[str]:
    """Return the names of a dataset's numbers, as addresses have them."""
    mapped = {
        match.get("field")
        for upload in dataset.uploads.all()
        for match in upload.column_map.get("matches", ())
    }
    known = [name for name in SONG_NUMBERS if name in mapped and name not in dataset.features]
    return [*dataset.features, *known, *(EXTRA + name for name in dataset.extra_columns)]


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
        return _filled(_kept(dataset, run, name) or _run_columns(run)[name], size)
    kept = _kept(dataset, None, name)
    if kept is not None and len(kept.values) == size:
        return kept
    if name in TEXTS:
        return _ranks(dataset, name, size)
    if name == "genres":
        return _genres(dataset, size)
    return next(iter(_numbers(dataset, [name], size).values()))


def save_song_columns(dataset: Dataset) -> None:
    """Keep the columns of a dataset's songs."""
    size = dataset.last_row + 1
    SongColumn.objects.filter(dataset=dataset, run=None).delete()
    names = number_names(dataset)[:MAX_KEPT]
    together = max(1, VALUES_AT_ONCE // size)
    for start in range(0, len(names), together):
        _keep(dataset, None, _numbers(dataset, names[start : start + together], size))
    for name in TEXTS:
        _keep(dataset, None, {name: _ranks(dataset, name, size)})
    _keep(dataset, None, {"genres": _genres(dataset, size)})


def forget_song_columns(dataset: Dataset) -> None:
    """Let the songs be read themselves until their columns are kept again: some of them changed."""
    SongColumn.objects.filter(dataset=dataset, run=None).delete()


def columns_version(dataset: Dataset) -> int:
    """Return a number that is another one after the songs changed: browsers keep what they have of the same."""
    newest = SongColumn.objects.filter(dataset=dataset, run=None).order_by("-pk")
    return newest.values_list("pk", flat=True).first() or 0


def save_run_columns(run: Run) -> None:
    """Keep where a run put its songs."""
    SongColumn.objects.filter(run=run).delete()
    _keep(run.dataset, run, _run_columns(run))


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
    matrix = load_matrix(dataset, [name.removeprefix(EXTRA) for name in names])
    rows = matrix.song_ids - dataset.first_song_id
    columns = {}
    for place, name in enumerate(names):
        values = np.full(size, np.nan, dtype=np.float32)
        values[rows] = matrix.values[:, place]
        bins = round_bins(values)
        codes = bins.codes(values)
        counts = np.bincount(codes, minlength=256)[: len(bins.edges) - 1]
        columns[name] = Column(values, bins=bins, counts=counts)
    return columns


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


def _keep(dataset: Dataset, run: Run | None, columns: Mapping[str, Column]) -> None:
    fields = 'dataset_id, run_id, name, kind, names, bins, "values"'
    statement = f"COPY clustering_songcolumn ({fields}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["int8", "int8", "text", "text", "jsonb", "jsonb", "bytea"])
        for name, column in columns.items():
            values = np.ascontiguousarray(column.values)
            kind = values.dtype.newbyteorder("<").str
            bins = _bins_as_json(column)
            key = (dataset.pk, run.pk if run else None, name, kind)
            copy.write_row((*key, Jsonb(column.names), Jsonb(bins), values.tobytes()))


def _bins_as_json(column: Column) -> dict[str, list[float]]:
    if column.bins is None or column.counts is None:
        return {}
    return {"edges": column.bins.edges.tolist(), "counts": column.counts.tolist()}


def _kept(dataset: Dataset, run: Run | None, name: str) -> Column | None:
    found = SongColumn.objects.filter(dataset=dataset, run=run, name=name)
    head = found.values_list("pk", "kind", "names", "bins").first()
    if head is None:
        return None
    number, kind, names, bins = head
    # not through Django: it would have the bytes sent as hexadecimal text
    statement = 'COPY (SELECT "values" FROM clustering_songcolumn WHERE id = %s) TO STDOUT (FORMAT binary)'
    with (
        connection.cursor() as cursor,
        cursor.copy(mogrify(statement, [number], connection.connection)) as copy,
    ):
        whole = b"".join(bytes(piece) for piece in copy)
    first = len(binary.SIGNATURE) + HEAD
    if len(whole) < first:
        return None  # it was made anew meanwhile
    length = int.from_bytes(whole[first - 4 : first], "big")
    values = np.frombuffer(whole, dtype=np.dtype(kind), offset=first, count=length // np.dtype(kind).itemsize)
    counts = np.array(bins["counts"]) if bins else None
    return Column(values, names, Bins(np.array(bins["edges"])) if bins else None, counts)


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
