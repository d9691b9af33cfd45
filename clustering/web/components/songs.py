"""The songs of a run, as its tables list them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from clustering.analysis.playlists.titles import one_version_each, version_key
from clustering.models import Assignment, Cluster, Run
from clustering.models.song import title_of

SONG_COLUMNS = ("row_number", "external_id", "title", "artist", "genres", "release_year", "popularity")
GENRES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SongLine:
    """A song as the tables of a run show it."""

    id: int
    title: str
    artist: str
    genres: str
    year: int | None
    popularity: float | None
    cluster: Cluster
    leans_to: Cluster | None
    distance: float
    membership: float | None


def songs_by_id(run: Run, clusters: Sequence[Cluster], ids: Iterable[int]) -> dict[int, SongLine]:
    """Look up a limited number of a run's songs, with one query."""
    assignments = (
        Assignment.objects.filter(run=run, song_id__in=list(ids))
        .select_related("song")
        .only(
            "run_id",
            "cluster",
            "second",
            "distance",
            "membership",
            *(f"song__{name}" for name in SONG_COLUMNS),
        )
    )
    return {assignment.song_id: song_line(assignment, clusters) for assignment in assignments}


def song_line(assignment: Assignment, clusters: Sequence[Cluster]) -> SongLine:
    """Return a song with its group; `clusters` are all of the run's, by index."""
    song = assignment.song
    second = clusters[assignment.second] if assignment.second < len(clusters) else None
    return SongLine(
        id=song.pk,
        title=title_of(song.title, song.external_id, song.row_number),
        artist=song.artist or "",
        genres=", ".join((song.genres or [])[:GENRES_SHOWN]),
        year=song.release_year,
        popularity=song.popularity,
        cluster=clusters[assignment.cluster],
        leans_to=second if assignment.second != assignment.cluster else None,
        distance=assignment.distance,
        membership=assignment.membership,
    )


def first_versions(lines: Iterable[SongLine], most: int | None = None) -> tuple[SongLine, ...]:
    """Return at most so many songs, and of each the first of its versions."""
    return tuple(islice(one_version_each(lines, lambda line: version_key(line.title, line.artist)), most))
