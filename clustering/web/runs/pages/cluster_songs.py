"""All songs of one group, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.analysis.features import FEATURES
from clustering.models import Assignment, Cluster, Run
from clustering.storage.members import members
from clustering.web.components.clusters import clusters_of
from clustering.web.components.formatting import formatted, label_of
from clustering.web.components.songs import SONG_COLUMNS, SongLine, song_line

SONGS_PER_PAGE = 50
FEATURES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ClusterSong:
    """A row of the table."""

    line: SongLine
    values: tuple[tuple[str, str], ...]
    """Each with its column's name, which stands beside it in a narrow window."""


@dataclass(frozen=True, slots=True)
class ClusterSongsPage:
    """A page of the songs of a group, and where the next and the previous page start."""

    cluster: Cluster
    clusters: tuple[Cluster, ...]
    columns: tuple[str, ...]
    songs: tuple[ClusterSong, ...]
    start: int
    """How many songs come before the page's."""
    next_start: int | None
    previous_start: int | None
    last_start: int
    """Where the songs farthest from the center are."""

    @property
    def end(self) -> int:
        """How many songs the page and those before it have."""
        return self.start + len(self.songs)

    has_artists: bool
    has_genres: bool

    @classmethod
    def read(cls, run: Run, index: int, *, start: int = 0) -> ClusterSongsPage | None:
        """Read one page, nearest the center first, with three queries; nothing where there is no such group."""
        clusters = clusters_of(run)
        if index >= len(clusters):
            return None
        cluster = clusters[index]
        features = standing_out(cluster, run)
        song_ids = members(run, index, start=start, end=start + SONGS_PER_PAGE + 1)
        ids = song_ids[:SONGS_PER_PAGE]
        placed = {
            assignment.song_id: assignment
            for assignment in Assignment.objects.filter(run=run, song__in=ids)
            .select_related("song")
            .only(
                "run_id",
                "cluster",
                "second",
                "distance",
                "membership",
                *(f"song__{name}" for name in (*SONG_COLUMNS, *features)),
            )
        }
        songs = tuple(
            ClusterSong(
                song_line(assignment, clusters),
                tuple(
                    (
                        label_of(name),
                        formatted(name, getattr(assignment.song, name), scaled=run.dataset.scaled_features),
                    )
                    for name in features
                ),
            )
            for assignment in (placed[song] for song in ids if song in placed)
        )
        return cls(
            cluster=cluster,
            clusters=clusters,
            columns=tuple(label_of(name) for name in features),
            songs=songs,
            start=start,
            next_start=start + SONGS_PER_PAGE if len(song_ids) > len(ids) else None,
            previous_start=max(0, start - SONGS_PER_PAGE) if start else None,
            last_start=max(0, cluster.size + cluster.added - SONGS_PER_PAGE),
            has_artists=any(song.line.artist for song in songs),
            has_genres=any(song.line.genres for song in songs),
        )


def standing_out(cluster: Cluster, run: Run) -> list[str]:
    """Return the few known features that tell most about the group."""
    known = [name for name in run.features if name in FEATURES]
    return sorted(known, key=lambda name: -abs(cluster.effects.get(name) or 0.0))[:FEATURES_SHOWN]
