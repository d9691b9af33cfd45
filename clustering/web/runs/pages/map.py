"""The map of a run with all its songs: the page, one song on it, a search, and what an outline holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth.models import AnonymousUser, User

from clustering.analysis.polygon import Corner
from clustering.models import Cluster, Run
from clustering.storage.assignments import select_in_polygon
from clustering.storage.song_search import SearchResults
from clustering.web.charts import Chart
from clustering.web.components.clusters import ClusterShare, cluster_shares, clusters_of, group_of
from clustering.web.components.formatting import label_of
from clustering.web.components.songs import SongLine, first_versions, songs_by_id
from clustering.web.runs.charts.visualizations import Axis, song_map
from clustering.web.runs.pages.visualizations import Choice, axes, sampled_songs

MAX_FOUND = 12
SONGS_LISTED = 100


@dataclass(frozen=True, slots=True)
class Direction:
    """One axis of the map: what the songs at its two ends have more of."""

    share: float
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class RunMapPage:
    """The legend, axes and color choices of the map; its points come as binary columns."""

    clusters: tuple[Cluster, ...]
    axes: tuple[Direction, Direction]
    shown: float
    songs: int
    about: tuple[Choice, ...]
    features: tuple[Choice, ...]
    groups: list[dict[str, Any]]
    """What the legend needs of each group."""

    @classmethod
    def read(cls, run: Run) -> RunMapPage:
        """Read the page with two queries: the groups, and which columns the files had."""
        clusters = clusters_of(run)
        first, second = axes(run)
        return cls(
            clusters=clusters,
            axes=(_direction(first), _direction(second)),
            shown=first.share + second.share,
            songs=run.songs_count + run.added_songs,
            about=_about(run),
            features=tuple(
                Choice(name, label_of(name)) for name in [*run.dataset.features, *run.dataset.extra_columns]
            ),
            groups=[
                {"name": cluster.name, "color": group_of(cluster).color, "index": cluster.index}
                for cluster in clusters
            ],
        )


@dataclass(frozen=True, slots=True)
class MapSong:
    """A song on the map: its row, by which the browser knows it, and what to say of it."""

    row: int
    line: SongLine

    @classmethod
    def read(cls, run: Run, row: int) -> MapSong | None:
        """Return the song in one row of the dataset, if the run has it, with two queries."""
        song_id = run.dataset.first_song_id + row
        line = songs_by_id(run, clusters_of(run), [song_id]).get(song_id)
        return cls(row, line) if line else None


@dataclass(frozen=True, slots=True)
class MapSearch:
    """The songs of a run that a search found."""

    text: str
    songs: tuple[MapSong, ...]
    prepared: bool
    """Whether the dataset's songs can be found by now."""

    @classmethod
    def read(cls, run: Run, user: User | AnonymousUser, text: str) -> MapSearch:
        """Find songs of a run as the search of the site does, the best matches first, with six queries."""
        results = SearchResults.read(user, text, dataset_id=run.dataset_id)
        lines = songs_by_id(run, clusters_of(run), [song.id for song in results.songs])
        first = run.dataset.first_song_id
        songs = [MapSong(song.id - first, lines[song.id]) for song in results.songs if song.id in lines]
        return cls(results.text, tuple(songs[:MAX_FOUND]), prepared=not results.unprepared)


@dataclass(frozen=True, slots=True)
class MapSelection:
    """The songs within an outline: how many, of which groups, and those nearest their group's center."""

    count: int
    share: float
    groups: tuple[ClusterShare, ...]
    songs: tuple[SongLine, ...]

    @classmethod
    def read(cls, run: Run, polygon: Sequence[Corner]) -> MapSelection:
        """Count the songs within an outline by group, and list those nearest their group's center."""
        selection = select_in_polygon(run, polygon)
        clusters = clusters_of(run)
        total = len(selection.song_ids)
        indices, counts = np.unique(selection.cluster, return_counts=True)
        nearest = selection.song_ids[np.argsort(selection.distance, kind="stable")[: 4 * SONGS_LISTED]]
        lines = songs_by_id(run, clusters, nearest.tolist())
        listed = (lines[song_id] for song_id in nearest.tolist() if song_id in lines)
        return cls(
            count=total,
            share=total / (run.songs_count + run.added_songs),
            groups=cluster_shares(clusters, dict(zip(indices.tolist(), counts.tolist(), strict=True))),
            songs=first_versions(listed, SONGS_LISTED),
        )


def _direction(axis: Axis) -> Direction:
    low, _, high = axis.words.partition(" ↔ ")
    return Direction(axis.share, low, high)


def _about(run: Run) -> tuple[Choice, ...]:
    """Return what the dataset's files say about a song besides its sound."""
    fields = {
        match["field"]
        for columns in run.dataset.uploads.values_list("column_map", flat=True)
        for match in columns.get("matches", ())
    }
    choices = {"genres": ("genre", "Genre"), "release_year": ("decade", "Decade")}
    choices["popularity"] = ("popularity", "Popularity")
    return tuple(Choice(*choice) for field, choice in choices.items() if field in fields)


def map_sample(run: Run) -> Chart:
    """Return the small map: what a browser shows that cannot draw the large one."""
    clusters = clusters_of(run)
    return song_map([group_of(cluster) for cluster in clusters], sampled_songs(run, clusters), axes(run))
