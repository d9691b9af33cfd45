"""What is known of a fill's matches, and writing the features into songs and taking them out again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from clustering.analysis.recordings import FILLED, tolerance
from clustering.models import Dataset, Fill, FillMatch
from clustering.storage import binary
from clustering.storage.fill_matches import BY_NUMBER, KEYS

USED = (FillMatch.State.MATCHED, FillMatch.State.CHOSEN)
EXAMPLES = 5
ROWS_AT_ONCE = 10_000
MIN_COMPARED = 10
"""Songs with a feature on both sides, from which it can be said whether the tables agree."""
MIN_AGREEMENT = 0.8
"""The share of them that has to agree; Spotify's numbers of one recording agree in nearly all of them."""


def moment() -> datetime:
    """Return what the database's clock says, by which changes of features are noted, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def count_matches(fill: Fill, features: Sequence[str]) -> dict[str, Any]:
    """Return how many songs were matched by which key, how many were not, and how many would get features."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, count(*), count(*) FILTER (WHERE written <> 0) FROM clustering_fillmatch "
            "WHERE fill_id = %s AND state = 0 GROUP BY key",
            [fill.pk],
        )
        found = {key: (songs, gaining) for key, songs, gaining in cursor.fetchall()}
        cursor.execute(
            "SELECT count(DISTINCT song_id) FROM clustering_fillmatch WHERE fill_id = %s AND state = 1",
            [fill.pk],
        )
        ambiguous = cursor.fetchone()[0]
        bits = ", ".join(
            f"count(*) FILTER (WHERE written & {1 << FILLED.index(name)} <> 0)" for name in features
        )
        cursor.execute(
            f"SELECT {bits} FROM clustering_fillmatch WHERE fill_id = %s AND state = 0",  # noqa: S608 – names of columns, our own
            [fill.pk],
        )
        gains = dict(zip(features, cursor.fetchone(), strict=True))
    songs = fill.dataset.songs_count
    matched = sum(count for count, _ in found.values())
    return {
        "songs": songs,
        "keys": {key.name: found.get(key.number, (0, 0))[0] for key in KEYS},
        "matched": matched,
        "gaining": sum(gaining for _, gaining in found.values()),
        "ambiguous": ambiguous,
        "unmatched": songs - matched - ambiguous,
        "features": gains,
    }


def measure_agreement(fill: Fill, features: Sequence[str]) -> dict[str, Any]:
    """Return for each feature how many matched songs have it in both tables, and what share agrees."""
    columns = ", ".join(
        f"count(t.{name} - s.{name}), count(*) FILTER (WHERE abs(t.{name} - s.{name}) <= {tolerance(name)}), "
        f"avg(abs(t.{name} - s.{name}))"
        for name in features
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM clustering_fillmatch m "  # noqa: S608 – names of columns, our own
            "JOIN clustering_song t ON t.id = m.song_id JOIN clustering_song s ON s.id = m.source_song_id "
            "WHERE m.fill_id = %s AND m.state = 0",
            [fill.pk],
        )
        row = cursor.fetchone()
    return {
        name: {"songs": row[3 * i], "agreeing": row[3 * i + 1], "difference": row[3 * i + 2]}
        for i, name in enumerate(features)
        if row[3 * i]
    }


def differing(agreement: dict[str, Any]) -> list[str]:
    """Return the features of which the two tables have numbers of different kinds."""
    return [
        name
        for name, found in agreement.items()
        if found["songs"] >= MIN_COMPARED and found["agreeing"] < MIN_AGREEMENT * found["songs"]
    ]


def matched_examples(fill: Fill, number: int, most: int = EXAMPLES) -> list[dict[str, Any]]:
    """Return some of the songs that one key matched, as both tables have them."""
    return _examples(fill, "m.state = 0 AND m.key = %s", [number], most)


def ambiguous_songs(fill: Fill, *, after: int = 0, most: int = EXAMPLES) -> list[list[dict[str, Any]]]:
    """Return songs with their candidates, those after a song's id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT song_id FROM clustering_fillmatch m WHERE fill_id = %s AND state <> 0 AND song_id > %s "
            "ORDER BY song_id LIMIT %s",
            [fill.pk, after, most],
        )
        songs = [song for (song,) in cursor.fetchall()]
    rows = _examples(fill, "m.song_id = ANY(%s)", [songs], most * 50)
    return [[row for row in rows if row["song_id"] == song] for song in songs]


_SHOWN = ("id", "title", "artist", "album", "external_id", "row_number", "duration_ms", "energy", "tempo")


def _examples(fill: Fill, where: str, values: list[Any], most: int) -> list[dict[str, Any]]:
    """Return matches with what both tables say of the song."""
    columns = [f"{table}.{name}" for table in ("t", "s") for name in _SHOWN]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.song_id, m.state, m.key, {', '.join(columns)} FROM clustering_fillmatch m "  # noqa: S608 – names of columns, our own
            "JOIN clustering_song t ON t.id = m.song_id JOIN clustering_song s ON s.id = m.source_song_id "
            f"WHERE m.fill_id = %s AND {where} ORDER BY m.song_id, m.source_song_id LIMIT %s",
            [fill.pk, *values, most],
        )
        rows = cursor.fetchall()
    return [
        {
            "song_id": row[0],
            "state": row[1],
            "key": BY_NUMBER[row[2]].label,
            "song": dict(zip(_SHOWN, row[3 : 3 + len(_SHOWN)], strict=True)),
            "source": dict(zip(_SHOWN, row[3 + len(_SHOWN) :], strict=True)),
        }
        for row in rows
    ]


UNMATCHED = ("row_number", "external_id", "isrc", "title", "artist", "album")


def unmatched_songs(fill: Fill, *, most: int | None = None) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the songs that nothing was found for, in batches; each query is short, as downloads may be slow."""
    after, left = fill.dataset.first_song_id, most
    while left is None or left > 0:
        size = ROWS_AT_ONCE if left is None else min(left, ROWS_AT_ONCE)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, {', '.join(UNMATCHED)} FROM clustering_song t "  # noqa: S608 – names of columns, our own
                "WHERE id > %s AND id <= %s AND NOT EXISTS (SELECT FROM clustering_fillmatch m "
                "WHERE m.fill_id = %s AND m.song_id = t.id) ORDER BY id LIMIT %s",
                [after, fill.dataset.last_song_id, fill.pk, size],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][0]
        left = None if left is None else left - len(rows)
        yield [row[1:] for row in rows]


def choose(fill: Fill, choices: dict[int, int | None]) -> None:
    """Keep which candidate of each song a person chose; none where it is None."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE clustering_fillmatch SET state = CASE WHEN source_song_id = %s THEN 2 ELSE 1 END "
            "WHERE fill_id = %s AND song_id = %s AND state <> 0",
            [(source, fill.pk, song) for song, source in choices.items()],
        )


def count_chosen(fill: Fill) -> int:
    """Return for how many songs a person chose a candidate."""
    return FillMatch.objects.filter(fill=fill, state=FillMatch.State.CHOSEN).count()


def write_features(fill: Fill, features: Sequence[str]) -> tuple[int, list[str]]:
    """Give the songs what they lack and their matches have; return how many songs got something, and which features.

    A value that a song has is never written over, whatever was noted when songs were matched.
    """
    sets = ", ".join(
        f"{name} = CASE WHEN t.{name} IS NULL AND m.written & {1 << FILLED.index(name)} <> 0 "
        f"THEN s.{name} ELSE t.{name} END"
        for name in features
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM clustering_fillmatch WHERE fill_id = %s AND (state = 1 OR written = 0)", [fill.pk]
        )
        cursor.execute(
            f"UPDATE clustering_song t SET {sets} FROM clustering_fillmatch m, clustering_song s "  # noqa: S608 – names of columns, our own
            "WHERE m.fill_id = %s AND t.id = m.song_id AND t.id BETWEEN %s AND %s AND s.id = m.source_song_id",
            [fill.pk, fill.dataset.first_song_id, fill.dataset.last_song_id],
        )
        songs = cursor.rowcount
        cursor.execute("SELECT bit_or(written) FROM clustering_fillmatch WHERE fill_id = %s", [fill.pk])
        written = cursor.fetchone()[0] or 0
    return songs, [name for bit, name in enumerate(FILLED) if written & 1 << bit]


def take_out(fill: Fill) -> None:
    """Take out of the songs what was written, and forget the matches."""
    sets = ", ".join(
        f"{name} = CASE WHEN m.written & {1 << bit} <> 0 THEN NULL ELSE t.{name} END"
        for bit, name in enumerate(FILLED)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE clustering_song t SET {sets} FROM clustering_fillmatch m "  # noqa: S608 – names of columns, our own
            "WHERE m.fill_id = %s AND t.id = m.song_id AND t.id BETWEEN %s AND %s",
            [fill.pk, fill.dataset.first_song_id, fill.dataset.last_song_id],
        )
    forget_matches(fill)


def filled_features(dataset: Dataset) -> list[str]:
    """Return the features that some song has from another table."""
    written = {name for fill in Fill.objects.filter(dataset=dataset).applied() for name in fill.features}
    return [name for name in FILLED if name in written]


def load_filled(
    dataset: Dataset, features: Sequence[str], *, first: int, last: int
) -> tuple[dict[str, NDArray[np.float32]], dict[int, str]]:
    """Return features of the rows from the first to the last, NaN where missing, and by row where some came from."""
    bounds = (dataset.first_song_id + first, dataset.first_song_id + last)
    values = {name: np.full(last - first + 1, np.nan, dtype=np.float32) for name in features}
    columns = ", ".join(f"coalesce({name}, 'NaN')" for name in features)
    statement = (
        f"COPY (SELECT id, {columns} FROM clustering_song WHERE id BETWEEN %s AND %s) "  # noqa: S608 – names of columns, our own
        "TO STDOUT (FORMAT binary)"
    )
    for rows in binary.copy_out(statement, {"id": ">i8"} | dict.fromkeys(features, ">f4"), bounds):
        for name, column in values.items():
            column[rows["id"] - bounds[0]] = rows[name]
    sources: dict[int, str] = {}
    matches = FillMatch.objects.filter(
        song__gte=bounds[0], song__lte=bounds[1], fill__dataset=dataset, fill__status=Fill.Status.APPLIED
    ).order_by("song_id", "fill__applied_at")
    for song, name in matches.values_list("song_id", "fill__source_name").iterator(ROWS_AT_ONCE):
        row = song - dataset.first_song_id
        sources[row] = f"{sources[row]}; {name}" if row in sources else name
    return values, sources


def forget_matches(fill: Fill) -> None:
    """Delete a fill's matches."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clustering_fillmatch WHERE fill_id = %s", [fill.pk])


def sources_of(dataset: Dataset, song_id: int) -> list[tuple[str, list[str], str]]:
    """Return where features of a song came from: the table, the features, and what it was matched by."""
    found = FillMatch.objects.filter(
        song=song_id, fill__dataset=dataset, fill__status=Fill.Status.APPLIED
    ).values_list("fill__source_name", "written", "key")
    return [
        (source, [name for bit, name in enumerate(FILLED) if written & 1 << bit], BY_NUMBER[key].label)
        for source, written, key in found
    ]
