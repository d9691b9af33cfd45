"""Songs into PostgreSQL and out of it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.models import Count
from numpy.typing import NDArray
from pgpq import ArrowToPostgresBinaryEncoder

from clustering.models import Dataset, Song
from clustering.songfiles import arrays
from clustering.storage import binary
from clustering.storage.catalog import clear_catalog

IDS_AT_ONCE = 50_000


@dataclass(frozen=True)
class SongRows:
    """Songs as COPY takes them: the names of the columns and the binary rows."""

    columns: tuple[str, ...]
    rows: memoryview


def encode_songs(dataset: Dataset, songs: pa.Table, *, first_row: int = 0) -> SongRows:
    """Write cleaned songs (``songfiles.cleaning.SONG_SCHEMA``) of a dataset as COPY takes them."""
    rows = arrays.values_of(songs["row_number"].combine_chunks(), 0) + np.int32(first_row)
    size = len(songs)
    columns = {
        "id": arrays.numbers(rows + np.int64(dataset.first_song_id)),
        "dataset_id": arrays.numbers(np.full(size, dataset.pk, dtype=np.int64)),
        "row_number": arrays.numbers(rows),
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
