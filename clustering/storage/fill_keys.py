"""What songs are matched by, as numbers in a temporary table: the first half of filling one table from another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray

from clustering.analysis.playlists.titles import plain
from clustering.analysis.progress import Progress
from clustering.analysis.recordings import Recording, artist_keys, recording_of
from clustering.models import Dataset, Song
from clustering.storage import binary

BATCH = 20_000
READ = ("id", "external_id", "isrc", "title", "artist", "album", "duration_ms")
FIELDS = {
    "song_id": ">i8",
    "ext": ">i8",
    "isrc": ">i8",
    "title": ">i8",
    "artist": ">i8",
    "lead": ">i8",
    "version": ">i8",
    "spelled": ">i8",
    "kinds": ">i2",
    "ext_certain": ">i2",
    "length": ">f4",
}
TYPES = {">i8": "bigint", ">i2": "smallint", ">f4": "real"}
_SPOTIFY = re.compile(r"(?:^spotify:track:|/track/|^)([0-9A-Za-z]{22})(?:$|[?/#])")


def spotify_id(text: str) -> str | None:
    """Return the id of a track on Spotify, also from its URI or address; None where a text is none.

    Examples
    --------
    >>> spotify_id("https://open.spotify.com/intl-de/track/4uLU6hMCjMI75M1A2tKUQC?si=1")
    '4uLU6hMCjMI75M1A2tKUQC'
    >>> spotify_id("spotify:track:4uLU6hMCjMI75M1A2tKUQC"), spotify_id("TR0001")
    ('4uLU6hMCjMI75M1A2tKUQC', None)
    """
    found = _SPOTIFY.search(text)
    return found.group(1) if found else None


def load_keys(table: str, dataset: Dataset, progress: Progress, *, features: Sequence[str] = ()) -> None:
    """Make a temporary table of the keys of a dataset's songs; of those with a value of one of `features`, if any.

    It is gone when the transaction ends. Keys are this process's hashes: two tables are made by one process.
    """
    columns = ", ".join(f"{name} {TYPES[kind]}" for name, kind in FIELDS.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
    songs = Song.objects.filter(id__range=(dataset.first_song_id, dataset.last_song_id))
    if features:
        some = Q()
        for name in features:
            some |= Q(**{f"{name}__isnull": False})
        songs = songs.filter(some)
    rows = songs.order_by("id").values_list(*READ).iterator(BATCH)
    read = 0
    statement = f"COPY {table} ({', '.join(FIELDS)}) FROM STDIN (FORMAT binary)"
    while batch := list(islice(rows, BATCH)):
        binary.copy_in(statement, _keys(batch))
        read += len(batch)
        progress(read, max(read, dataset.songs_count))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def _keys(batch: Sequence[tuple[Any, ...]]) -> Iterator[NDArray[np.void]]:
    out = binary.empty_rows(FIELDS, len(batch))
    found = list(zip(*map(_keys_of, batch), strict=True))
    for (name, kind), values in zip(FIELDS.items(), found, strict=True):
        out[name] = np.array(values, dtype=kind[1:])
    yield out


def _spelling(title: str, recording: Recording) -> int:
    """Return the hash of a whole title; most titles are no more than their names."""
    return hash(recording.title if len(title) == len(recording.title) else plain(title))


def _keys_of(row: tuple[Any, ...]) -> tuple[Any, ...]:
    song, external, isrc, title, artist, album, length = row
    track = spotify_id(external) if external else None
    recording = recording_of(title, album) if title else None
    artists = artist_keys(artist) if artist else ("", "")
    return (
        song,
        hash(track or external) if external else 0,
        hash(isrc) if isrc else 0,
        hash(recording.title) if recording and recording.title else 0,
        hash(artists[0]) if artists[0] else 0,
        hash(artists[1]) if artists[1] else 0,
        hash(recording.version) if recording and recording.version else 0,
        _spelling(title, recording) if title and recording else 0,
        recording.kinds if recording else 0,
        int(track is not None),
        np.nan if length is None else length,
    )
