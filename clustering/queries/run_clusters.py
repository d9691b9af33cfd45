"""All songs of one group, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Value
from django.db.models.functions import Cast

from clustering.analysis.features import FEATURES
from clustering.models import Assignment, Cluster, Run
from clustering.models.song import RealField
from clustering.queries.run import SONG_COLUMNS, SongLine, clusters_of, formatted, label_of, song_line

SONGS_PER_PAGE = 50
FEATURES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: just after the song with this distance and id."""

    distance: float
    song: int

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """Read what `str()` wrote; nothing where it is no place."""
        distance, _, song = text.partition("_")
        try:
            place = cls(float(distance), int(song))
        except ValueError:
            return None
        return place if 0 <= place.distance < 1e30 and 0 <= place.song < 2**63 else None

    def __str__(self) -> str:
        return f"{self.distance!r}_{self.song}"


@dataclass(frozen=True, slots=True)
class ClusterSong:
    """A row of the table."""

    line: SongLine
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClusterSongs:
    """Everything on the page."""

    cluster: Cluster
    clusters: tuple[Cluster, ...]
    columns: tuple[str, ...]
    songs: tuple[ClusterSong, ...]
    next_page: str
    has_artists: bool
    has_genres: bool


def cluster_songs(run: Run, index: int, *, after: Place | None = None) -> ClusterSongs | None:
    """Read one page, nearest the centre first, with two queries; nothing where there is no such group."""
    clusters = clusters_of(run)
    if index >= len(clusters):
        return None
    cluster = clusters[index]
    features = standing_out(cluster, run)
    found = list(
        Assignment.objects.filter(beyond(after), run=run, cluster=index)
        .order_by("distance", "song_id")
        .select_related("song")
        .only(
            "run_id",
            "cluster",
            "second",
            "distance",
            "membership",
            *(f"song__{name}" for name in (*SONG_COLUMNS, *features)),
        )[: SONGS_PER_PAGE + 1]
    )
    page = found[:SONGS_PER_PAGE]
    songs = tuple(
        ClusterSong(
            song_line(assignment, clusters),
            tuple(formatted(name, getattr(assignment.song, name)) for name in features),
        )
        for assignment in page
    )
    return ClusterSongs(
        cluster=cluster,
        clusters=clusters,
        columns=tuple(label_of(name) for name in features),
        songs=songs,
        next_page=str(Place(page[-1].distance, page[-1].song_id)) if len(found) > len(page) else "",
        has_artists=any(song.line.artist for song in songs),
        has_genres=any(song.line.genres for song in songs),
    )


def beyond(after: Place | None) -> Q:
    """Return the condition "after this place", written so that the index finds the place at once.

    The distance is cast to the column's four bytes, or the song itself would count as beyond its own place.
    """
    if after is None:
        return Q()
    distance = Cast(Value(after.distance), RealField())
    return Q(distance__gte=distance) & (Q(distance__gt=distance) | Q(song_id__gt=after.song))


def standing_out(cluster: Cluster, run: Run) -> list[str]:
    """Return the few known features that tell most about the group."""
    known = [name for name in run.features if name in FEATURES]
    return sorted(known, key=lambda name: -abs(cluster.effects.get(name) or 0.0))[:FEATURES_SHOWN]
