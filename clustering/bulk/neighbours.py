"""The nearest songs of the feature space, found exactly: pgvector reads all vectors of a dataset, which are narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from django.db import connection

from clustering.models import Catalog

SAME, OTHER = "same", "other"
SPARE_PER_ARTIST = 20  # neighbours of one artist beyond those wanted: some are versions of others


@dataclass(frozen=True, slots=True)
class SongFilter:
    """Which songs may come up; what is None or empty does not matter.

    ``cluster`` is "same" or "other": than the seed's, in the run ``run_id``.
    """

    genre: str = ""
    year_from: int | None = None
    year_to: int | None = None
    popularity_from: float | None = None
    popularity_to: float | None = None
    tempo_from: float | None = None
    tempo_to: float | None = None
    explicit: bool | None = None
    run_id: int | None = None
    cluster: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether every song may come up."""
        return self == SongFilter(run_id=self.run_id)


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look: around ``seeds``, songs with their vectors, for songs that are not among ``without``."""

    catalog: Catalog
    seeds: Mapping[int, Sequence[float]]
    without: Sequence[int]
    weights: Sequence[float] | None
    only: SongFilter


@dataclass(frozen=True, slots=True)
class Found:
    """A song near a seed: the seed's position, the song, its artist, the distance, and its place unweighted."""

    seed: int
    song_id: int
    artist_id: int
    distance: float
    vector: list[float]
    title: str | None
    artist: str | None


def find_neighbours(
    search: Search, *, limit: int, wanted: int = 0, per_artist: int | None = None
) -> list[Found]:
    """Return each seed's nearest songs, the nearest first, at equal distance the earlier song first.

    With ``per_artist`` all songs are looked through for so many (and a few to spare) of each artist, and so
    many songs are returned that ``wanted`` can be chosen: slower, and needed where few artists are near.
    One statement, in which every seed has a scan of its own, so that each can use several processes.
    """
    parts: list[str] = []
    values: list[Any] = []
    if per_artist is not None:
        limit = max(limit, (wanted // per_artist + 1) * (per_artist + SPARE_PER_ARTIST))
    for place, seed in enumerate(search.seeds):
        part, given = _one_seed(search, place, seed)
        if per_artist is not None:
            part = (
                "SELECT place, song_id, artist_id, distance, vector FROM (SELECT *, row_number() OVER "  # noqa: S608
                f"(PARTITION BY artist_id ORDER BY distance, song_id) AS turn FROM ({part}) AS near) AS turns "
                "WHERE turn <= %s"
            )
            given = [*given, per_artist + SPARE_PER_ARTIST]
        parts.append(f"({part} ORDER BY distance, song_id LIMIT %s)")
        values += [*given, limit]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT place, song_id, artist_id, distance, vector::real[], title, artist FROM "  # noqa: S608
            f"({' UNION ALL '.join(parts)}) AS nearest JOIN clustering_song ON clustering_song.id = song_id "
            "ORDER BY place, distance, song_id",
            values,
        )
        return [Found(*row) for row in cursor.fetchall()]


def _one_seed(search: Search, place: int, seed: int) -> tuple[str, list[Any]]:
    vector, weights, dataset = search.seeds[seed], search.weights, search.catalog.dataset
    away = "v.vector <-> %s::vector"
    values: list[Any] = [place]
    if weights is None:
        values.append(str(list(vector)))
    else:
        away = "(v.vector * %s::vector) <-> %s::vector"
        values += [str(list(weights)), str([a * w for a, w in zip(vector, weights, strict=True)])]
    tables, conditions, given = _conditions(search.only, seed)
    sql = (
        f"SELECT %s AS place, v.song_id, v.artist_id, {away} AS distance, v.vector "  # noqa: S608
        f"FROM clustering_songvector v {tables} "
        f"WHERE v.song_id BETWEEN %s AND %s AND v.song_id <> ALL(%s) {conditions}"
    )
    bounds = [dataset.first_song_id, dataset.last_song_id]
    return sql, [*values, *bounds, list(search.without), *given]


def _conditions(only: SongFilter, seed: int) -> tuple[str, str, list[Any]]:
    """Return the joins, the conditions and their values that a filter needs."""
    conditions: list[str] = []
    values: list[Any] = []
    for name, low, high in (
        ("release_year", only.year_from, only.year_to),
        ("popularity", only.popularity_from, only.popularity_to),
        ("tempo", only.tempo_from, only.tempo_to),
        ("explicit", only.explicit, only.explicit),
    ):
        if low is not None or high is not None:
            # with both bounds, since NaN, which is "unknown", is above infinity
            conditions.append(f"v.{name} BETWEEN %s::real AND %s::real")
            values += [-inf if low is None else float(low), inf if high is None else float(high)]
    tables = ""
    if only.genre:
        tables = "JOIN clustering_song s ON s.id = v.song_id"
        conditions.append("%s = ANY(s.genres)")
        values.append(only.genre)
    if only.cluster and only.run_id is not None:
        tables += " JOIN clustering_assignment a ON a.song_id = v.song_id"
        same = "=" if only.cluster == SAME else "<>"
        conditions.append(
            f"a.run_id = %s AND a.cluster {same} "  # noqa: S608
            "(SELECT cluster FROM clustering_assignment WHERE run_id = %s AND song_id = %s)"
        )
        values += [only.run_id, only.run_id, seed]
    return tables, "".join(f" AND {condition}" for condition in conditions), values
