"""The nearest songs of the feature space, found exactly: pgvector reads all vectors of a dataset, which are narrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isqrt
from typing import Any

from django.db import connection

from clustering.models import Catalog

SAME, OTHER = "same", "other"
SPARE_PER_ARTIST = 20  # neighbors of one artist beyond those wanted: some are versions of others
FILTERED = 10  # a filter is taken to let one song in so many through
STRIP = 100  # rows that follow each other and are drawn together: they lie on one or two pages of the table


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

    @property
    def by_cluster(self) -> bool:
        """Whether it matters in which cluster a song is."""
        return bool(self.cluster) and self.run_id is not None


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


def find_neighbors(
    search: Search, *, limit: int, wanted: int = 0, max_per_artist: int | None = None
) -> list[Found]:
    """Return each seed's nearest songs, the nearest first, at equal distance the earlier song first.

    With ``max_per_artist`` all songs are looked through for so many (and a few to spare) of each artist, and so
    many songs are returned that ``wanted`` can be chosen: needed where few artists are near.
    Two statements, however many seeds there are. The first asks a sample of the songs how far the answer to each
    seed can reach, the second reads all songs once and sorts only those within reach of a seed.
    """
    if max_per_artist is not None:
        limit = max(limit, (wanted // max_per_artist + 1) * (max_per_artist + SPARE_PER_ARTIST))
    nearest, given = _nearest_of_each(search, limit, max_per_artist)
    within, values = _within_reach(search, _reaches(search, limit, max_per_artist))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH songs AS MATERIALIZED ({within}) "  # noqa: S608 – words of ours, values apart
            f"SELECT place, song_id, artist_id, distance, vector::real[], title, artist FROM ({nearest}) AS nearest "
            "JOIN clustering_song ON clustering_song.id = song_id ORDER BY place, distance, song_id",
            [*values, *given],
        )
        return [Found(*row) for row in cursor.fetchall()]


def _reaches(search: Search, limit: int, max_per_artist: int | None) -> list[float]:
    """Return of each seed a distance within which its answer surely lies.

    It is how far the answer would reach if there were only the songs of a sample: of all songs at least as many
    are as near. Infinite where the sample has too few. It is as large as makes reading it cost what sorting all
    songs within reach does.
    """
    dataset, songs = search.catalog.dataset, search.catalog.dataset.songs_count
    first, last = dataset.first_song_id, dataset.last_song_id
    one_in = 1 if search.only.is_empty else FILTERED
    size = max(1, isqrt(len(search.seeds) * limit * songs * one_in // 2))
    nearest, given = _nearest_of_each(search, limit, max_per_artist)
    passing, values = _passing(search)
    with connection.cursor() as cursor:
        # the limit changes nothing but that the planner looks up the songs of a strip one by one in what is joined
        cursor.execute(
            "WITH songs AS MATERIALIZED (SELECT strip.* FROM generate_series(%s, "  # noqa: S608 – words of ours
            "(SELECT max(song_id) FROM clustering_songvector WHERE song_id BETWEEN %s AND %s), %s) AS start, "
            f"LATERAL ({passing} AND v.song_id BETWEEN start AND start + %s LIMIT %s) AS strip) "
            f"SELECT place, max(distance) FROM ({nearest}) AS nearest GROUP BY place HAVING count(*) = %s",
            [
                *(first, first, last, max(STRIP, STRIP * songs // size)),
                *(*values, STRIP - 1, STRIP),
                *(*given, limit),
            ],
        )
        found = dict(cursor.fetchall())
    return [found.get(place, inf) for place in range(len(search.seeds))]


def _within_reach(search: Search, reaches: Sequence[float]) -> tuple[str, list[Any]]:
    """Return the songs that may come up and are within reach of a seed."""
    passing, values = _passing(search)
    if inf in reaches:  # any of them can be an answer
        return passing, values
    near: list[str] = []
    for (seed, vector), reach in zip(search.seeds.items(), reaches, strict=True):
        away, point = _distance(search, vector)
        own, given = _own_cluster(search.only, seed)
        # no distance is below 0: it tells the planner, who else would not read with several processes, that few pass
        near.append(f"{away} <= %s::float8 AND {away} >= 0 {own}")
        values += [*point, reach, *point, *given]
    return f"{passing} AND ({' OR '.join(near)})", values


def _nearest_of_each(search: Search, limit: int, max_per_artist: int | None) -> tuple[str, list[Any]]:
    """Return what takes each seed's nearest out of "songs", with the seed's place among the seeds."""
    parts: list[str] = []
    values: list[Any] = []
    for place, (seed, vector) in enumerate(search.seeds.items()):
        away, point = _distance(search, vector)
        own, given = _own_cluster(search.only, seed)
        part = (
            f"SELECT %s AS place, song_id, artist_id, {away} AS distance, vector "  # noqa: S608 – words of ours
            f"FROM songs WHERE true {own}"
        )
        values += [place, *point, *given]
        if max_per_artist is not None:
            part = (
                "SELECT place, song_id, artist_id, distance, vector FROM ("  # noqa: S608 – words of ours
                "SELECT *, row_number() OVER (PARTITION BY artist_id ORDER BY distance, song_id) AS turn "
                f"FROM ({part}) AS near) AS turns WHERE turn <= %s"
            )
            values.append(max_per_artist + SPARE_PER_ARTIST)
        parts.append(f"({part} ORDER BY distance, song_id LIMIT %s)")
        values.append(limit)
    return " UNION ALL ".join(parts), values


def _distance(search: Search, vector: Sequence[float]) -> tuple[str, list[str]]:
    """Return the distance of a song to a seed."""
    weights = search.weights
    if weights is None:
        return "vector <-> %s::vector", [str(list(vector))]
    weighted = [a * w for a, w in zip(vector, weights, strict=True)]
    return "(vector * %s::vector) <-> %s::vector", [str(list(weights)), str(weighted)]


def _own_cluster(only: SongFilter, seed: int) -> tuple[str, list[Any]]:
    """Return the condition that a song is in the seed's group, or in another, where that is asked for."""
    if not only.by_cluster:
        return "", []
    same = "=" if only.cluster == SAME else "<>"
    own = "SELECT cluster FROM clustering_assignment WHERE run_id = %s AND song_id = %s"
    return f"AND cluster {same} ({own})", [only.run_id, seed]


def _passing(search: Search) -> tuple[str, list[Any]]:
    """Return the songs that may come up."""
    only, dataset = search.only, search.catalog.dataset
    columns, tables = "v.song_id, v.artist_id, v.vector", ""
    conditions = ["v.song_id BETWEEN %s AND %s", "v.song_id <> ALL(%s)"]
    values: list[Any] = [dataset.first_song_id, dataset.last_song_id, list(search.without)]
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
    if only.genre:
        tables = "JOIN clustering_song s ON s.id = v.song_id"
        conditions.append("%s = ANY(s.genres)")
        values.append(only.genre)
    if only.by_cluster:
        columns += ", a.cluster"
        tables += " JOIN clustering_assignment a ON a.song_id = v.song_id"
        conditions.append("a.run_id = %s")
        values.append(only.run_id)
    sql = (
        f"SELECT {columns} FROM clustering_songvector v {tables} "  # noqa: S608 – words of ours, values apart
        f"WHERE {' AND '.join(conditions)}"
    )
    return sql, values
