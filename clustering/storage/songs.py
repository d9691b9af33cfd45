"""Songs into PostgreSQL, and their features out again as one matrix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import Count
from numpy.typing import NDArray
from pgpq import ArrowToPostgresBinaryEncoder

from clustering.analysis.progress import Progress, no_progress
from clustering.models import Dataset, Song
from clustering.storage import binary
from clustering.storage.catalog import clear_catalog

IDS_AT_ONCE = 50_000
PLAIN_COLUMN = re.compile(r"^[a-z_]+$")


@dataclass(frozen=True)
class Matrix:
    """Numbers of a dataset's songs: ``song_ids`` (n,) and ``values`` (n, d), NaN where missing."""

    song_ids: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class SongRows:
    """Songs as COPY takes them: the names of the columns and the binary rows."""

    columns: tuple[str, ...]
    rows: memoryview


def encode_songs(dataset: Dataset, songs: pa.Table, *, first_row: int = 0) -> SongRows:
    """Write cleaned songs (``songfiles.cleaning.SONG_SCHEMA``) of a dataset as COPY takes them."""
    rows = pc.add(songs["row_number"], first_row).cast(pa.int32())
    size = len(songs)
    columns = {
        "id": pc.add(rows.cast(pa.int64()), dataset.first_song_id),
        "dataset_id": pa.repeat(pa.scalar(dataset.pk, pa.int64()), size),
        "row_number": rows,
    }
    for name in songs.column_names:
        if name != "row_number" and songs[name].null_count < size:  # else left to the default, which is NULL
            columns[name] = songs[name]
    table = pa.table(columns)
    encoder = ArrowToPostgresBinaryEncoder(table.schema)
    pieces = [encoder.write_header(), *map(encoder.write_batch, table.to_batches()), encoder.finish()]
    return SongRows(tuple(columns), memoryview(b"".join(pieces)))


def copy_songs(songs: SongRows) -> None:
    """Add encoded songs to their dataset."""
    statement = f"COPY {Song._meta.db_table} ({', '.join(songs.columns)}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(songs.rows), binary.WRITE_BYTES):
            copy.write(songs.rows[start : start + binary.WRITE_BYTES])


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

    All songs or those `after` a row, at `most` so many of them; or `only` those at some places, ascending, of which
    alone memory is taken.
    """
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


def count_values(dataset: Dataset, features: Sequence[str]) -> dict[str, int]:
    """Return how many songs of a dataset have a value of each feature."""
    counts = {name: Count(name) for name in features}
    ids = (dataset.first_song_id, dataset.last_song_id)
    return dict(Song.objects.filter(id__range=ids).order_by().aggregate(**counts))


def song_rows(dataset: Dataset, *, first: int, last: int) -> NDArray[np.int64]:
    """Return which rows from the first to the last became songs."""
    statement = "COPY (SELECT id FROM clustering_song WHERE id BETWEEN %s AND %s) TO STDOUT (FORMAT binary)"
    bounds = (dataset.first_song_id + first, dataset.first_song_id + last)
    found = [rows["id"].astype(np.int64) for rows in binary.copy_out(statement, {"id": ">i8"}, bounds)]
    return np.concatenate(found) - dataset.first_song_id if found else np.empty(0, dtype=np.int64)


def load_known(dataset: Dataset, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Yield some texts of those of a dataset's songs that have an id of their file, in batches."""
    songs = Song.objects.filter(id__range=(dataset.first_song_id, dataset.last_song_id))
    known = songs.filter(external_id__isnull=False).order_by().values_list(*columns)
    rows = known.iterator(chunk_size=IDS_AT_ONCE)
    while batch := list(islice(rows, IDS_AT_ONCE)):
        yield pa.table(
            [pa.array(texts, pa.string()) for texts in zip(*batch, strict=True)], names=list(columns)
        )


def clear_rows(dataset: Dataset, *, after: int) -> None:
    """Remove what an earlier attempt at the same file left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM clustering_song WHERE id BETWEEN %s AND %s",
            [dataset.first_song_id + after + 1, dataset.last_song_id],
        )


def delete_dataset(dataset: Dataset) -> None:
    """Delete a dataset with all its songs, runs and playlists."""
    clear_catalog(dataset)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM clustering_fillmatch USING clustering_fill "
            "WHERE fill_id = clustering_fill.id AND dataset_id = %s",
            [dataset.pk],
        )
        cursor.execute(
            "DELETE FROM clustering_playlistsong USING clustering_playlist "
            "WHERE playlist_id = clustering_playlist.id AND dataset_id = %s",
            [dataset.pk],
        )
        cursor.execute(
            "DELETE FROM clustering_assignment USING clustering_run "
            "WHERE run_id = clustering_run.id AND dataset_id = %s",
            [dataset.pk],
        )
        cursor.execute(
            "DELETE FROM clustering_song WHERE id BETWEEN %s AND %s",
            [dataset.first_song_id, dataset.last_song_id],
        )
    # where other tables point to songs, that is looked up song by song: before the jobs' rows are locked
    connection.check_constraints()
    dataset.delete()


def refresh_statistics(table: str) -> None:
    """Tell the planner about a bulk load; autovacuum would only notice in a minute."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
