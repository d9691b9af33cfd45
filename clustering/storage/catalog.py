"""The catalog of a dataset, written a million rows at a time: texts to search, vectors to compare, artists."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
from django.db import connection
from django.db.models import F
from numpy.typing import NDArray

from clustering.analysis.playlists.titles import artist_key, lead_artist, plain
from clustering.analysis.progress import Progress, no_progress
from clustering.models import Artist, Dataset, Genre, Song, SongText, SongVector
from clustering.storage import binary

BATCH = 50_000
MAX_WORDS = 200  # of one song
MAX_WORD_LENGTH = 100
MAX_TITLE_LENGTH = 200
FILTERED = ("release_year", "popularity", "tempo", "explicit")


@dataclass(frozen=True)
class Names:
    """Who and what songs are by name, all by the order of their rows.

    ``song_ids`` (n,), ``artists`` (n,) as positions in ``artist_names``, −1 where unknown, ``years`` (n,), 0 where
    unknown; ``genre_songs`` and ``genre_labels`` (m,) pair positions of songs and of ``genre_names``.
    """

    song_ids: NDArray[np.int64]
    artists: NDArray[np.int64]
    artist_names: list[str]
    artist_keys: list[str]
    years: NDArray[np.int64]
    genre_songs: NDArray[np.int64]
    genre_labels: NDArray[np.int64]
    genre_names: list[str]


def load_names(dataset: Dataset, *, progress: Progress = no_progress) -> Names:
    """Read a dataset's artists, genres and years."""
    ids, artists, years = array("q"), array("q"), array("q")
    genre_songs, genre_labels = array("q"), array("q")
    known: dict[str, int] = {}  # by the text of the file: most songs repeat one
    by_key: dict[str, int] = {}
    names: list[str] = []
    genre_names: dict[str, int] = {}
    songs = _songs(dataset).order_by("id").values_list("id", "artist", "genres", "release_year")
    for place, (song, artist, genres, year) in enumerate(songs.iterator(BATCH)):
        ids.append(song)
        years.append(year or 0)
        number = known.get(artist, -1) if artist else -1
        if artist and artist not in known:
            key = artist_key(artist)
            number = by_key.setdefault(key, len(names)) if key else -1
            if number == len(names):
                names.append(lead_artist(artist))
            known[artist] = number
        artists.append(number)
        for genre in dict.fromkeys(genres or ()):
            if genre:
                genre_songs.append(place)
                genre_labels.append(genre_names.setdefault(genre, len(genre_names)))
        if place % BATCH == 0:
            progress(place, dataset.songs_count)
    return Names(
        song_ids=np.frombuffer(ids, dtype=np.int64),
        artists=np.frombuffer(artists, dtype=np.int64),
        artist_names=names,
        artist_keys=list(by_key),
        years=np.frombuffer(years, dtype=np.int64),
        genre_songs=np.frombuffer(genre_songs, dtype=np.int64),
        genre_labels=np.frombuffer(genre_labels, dtype=np.int64),
        genre_names=list(genre_names),
    )


def _songs(dataset: Dataset) -> Any:
    return Song.objects.filter(id__range=(dataset.first_song_id, dataset.last_song_id))


def copy_texts(
    dataset: Dataset,
    song_ids: NDArray[np.int64],
    artist_ids: NDArray[np.int64],
    *,
    progress: Progress = no_progress,
) -> None:
    """Store what songs are found by, the most popular first.

    A search that stops after so many matches finds them in the order in which they lie here.
    """
    songs = _songs(dataset).order_by(F("popularity").desc(nulls_last=True), "id")
    rows = songs.values_list("id", "title", "artist", "album", "genres").iterator(BATCH)
    written = 0
    with connection.cursor() as cursor:
        # words are gathered and sorted before they go into the index: in large parts that is less than half the work
        cursor.execute("SET LOCAL gin_pending_list_limit = '128MB'; SET LOCAL maintenance_work_mem = '256MB'")
    while batch := list(islice(rows, BATCH)):
        ids = np.fromiter((row[0] for row in batch), dtype=np.int64, count=len(batch))
        artists = artist_ids[np.searchsorted(song_ids, ids)]
        _copy_csv(
            SongText,
            {
                "song_id": pa.array(ids),
                "dataset_id": pa.repeat(dataset.pk, len(batch)),
                "artist_id": pa.array(artists, mask=artists < 0),
                "title": pa.array([plain(row[1] or "")[:MAX_TITLE_LENGTH] for row in batch]),
                "words": pa.array([words_of(row[1:4], row[4]) for row in batch]),
            },
        )
        written += len(batch)
        progress(written, len(song_ids))
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('songtext_by_words')")


def words_of(texts: Iterable[str | None], genres: Iterable[str | None] | None) -> str:
    """Return the words of a song's texts as PostgreSQL writes a tsvector: letters and digits need no quotes."""
    together = plain(" ".join(text for text in (*texts, *(genres or ())) if text))
    return " ".join(word[:MAX_WORD_LENGTH] for word in together.split()[:MAX_WORDS])


def load_filtered(dataset: Dataset) -> NDArray[np.float32]:
    """Read what songs are filtered by, (n, 4) as in ``FILTERED`` by the order of their rows, NaN where unknown."""
    statement = (
        "COPY (SELECT coalesce(release_year::real, 'NaN'), coalesce(popularity, 'NaN'), coalesce(tempo, 'NaN'), "
        "coalesce(explicit::int::real, 'NaN') FROM clustering_song "
        "WHERE id BETWEEN %s AND %s ORDER BY id) TO STDOUT (FORMAT binary)"
    )
    bounds = (dataset.first_song_id, dataset.last_song_id)
    parts = [
        np.column_stack([rows[name] for name in FILTERED]).astype(np.float32)
        for rows in binary.copy_out(statement, dict.fromkeys(FILTERED, ">f4"), bounds)
    ]
    return np.concatenate(parts) if parts else np.empty((0, len(FILTERED)), dtype=np.float32)


def copy_vectors(
    song_ids: NDArray[np.int64],
    artist_ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    filtered: NDArray[np.float32],
    *,
    progress: Progress = no_progress,
) -> None:
    """Store songs' places in the feature space, in pgvector's binary form: dimensions, zero, four-byte floats."""
    dimensions = vectors.shape[1]
    form = np.dtype([("dimensions", ">i2"), ("zero", ">i2"), ("values", ">f4", (dimensions,))])
    fields = {"song_id": ">i8", "artist_id": ">i8"} | dict.fromkeys(FILTERED, ">f4")
    fields["vector"] = f"V{form.itemsize}"

    def batches() -> Iterator[NDArray[np.void]]:
        for start in range(0, len(song_ids), BATCH):
            part = slice(start, start + BATCH)
            out = binary.empty_rows(fields, len(song_ids[part]))
            out["song_id"], out["artist_id"] = song_ids[part], artist_ids[part]
            for column, name in enumerate(FILTERED):
                out[name] = filtered[part, column]
            packed = np.zeros(len(out), dtype=form)
            packed["dimensions"], packed["values"] = dimensions, vectors[part]
            out["vector"] = packed.view(fields["vector"])
            yield out
            progress(min(start + BATCH, len(song_ids)), len(song_ids))

    table = SongVector._meta.db_table
    binary.copy_in(f"COPY {table} ({', '.join(fields)}) FROM STDIN (FORMAT binary)", batches())


def copy_artists(
    dataset: Dataset,
    ids: NDArray[np.int64],
    names: Names,
    songs: NDArray[np.int64],
    points: NDArray[np.float32],
) -> None:
    """Store artists; ``points`` (a, e) is NaN where an artist has too few songs to be compared."""
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        _copy_csv(
            Artist,
            {
                "id": pa.array(ids[part]),
                "dataset_id": pa.repeat(dataset.pk, len(ids[part])),
                "name": pa.array(names.artist_names[part]),
                "key": pa.array([key[:MAX_TITLE_LENGTH] for key in names.artist_keys[part]]),
                "songs_count": pa.array(songs[part]),
                "vector": pa.array([vector_text(point) for point in points[part]], pa.string()),
            },
        )


def vector_text(point: NDArray[np.float32]) -> str | None:
    """Return a vector as pgvector writes it; nothing where it has no place."""
    return None if np.isnan(point).any() else "[" + ",".join(f"{one:.6g}" for one in point.tolist()) + "]"


def _copy_csv(model: type[SongText | Artist], columns: dict[str, pa.Array]) -> None:
    buffer = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), buffer, pyarrow.csv.WriteOptions(include_header=False))
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(buffer.getbuffer())


def clear_catalog(dataset: Dataset) -> None:
    """Remove what an earlier catalog of a dataset holds, but for its genres.

    The artists come again under the same ids, those of their first songs.
    """
    bounds = [dataset.first_song_id, dataset.last_song_id]
    with connection.cursor() as cursor:
        for model in (SongText, SongVector):
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE song_id BETWEEN %s AND %s", bounds)  # noqa: S608
        cursor.execute(f"DELETE FROM {Artist._meta.db_table} WHERE dataset_id = %s", [dataset.pk])  # noqa: S608


def replace_genres(dataset: Dataset, genres: Sequence[Genre]) -> None:
    """Store the genres of a dataset instead of those before; one that goes on keeps its id, and so its address."""
    names = [genre.name for genre in genres]
    Genre.objects.filter(dataset=dataset).exclude(name__in=names).delete()
    found = [field.name for field in Genre._meta.fields if field.name not in ("id", "dataset", "name")]
    Genre.objects.bulk_create(
        genres, batch_size=500, update_conflicts=True, unique_fields=["dataset", "name"], update_fields=found
    )
