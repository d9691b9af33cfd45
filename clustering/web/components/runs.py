"""What the pages of a run share: its groups, its songs, and words for its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clustering.analysis.features import NO_VALUE, feature_named
from clustering.models import Assignment, Cluster, Job, Run
from clustering.web.charts.groups import Group

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


def latest_job(run: Run) -> Job | None:
    """Return the job that makes, or failed to make, a run's results."""
    return run.jobs.filter(kind=Job.Kind.CLUSTER).order_by("-created_at").first()


def clusters_of(run: Run) -> tuple[Cluster, ...]:
    """Return a run's groups, the largest first."""
    return tuple(run.clusters.order_by("index"))


def group_of(cluster: Cluster) -> Group:
    """Return a group as charts know it."""
    return Group(cluster.name, cluster.color_index, cluster.size)


def songs_by_id(run: Run, clusters: Sequence[Cluster], ids: Iterable[int]) -> dict[int, SongLine]:
    """Look up a limited number of a run's songs, with one query."""
    found = (
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
    return {assignment.song_id: song_line(assignment, clusters) for assignment in found}


def song_line(assignment: Assignment, clusters: Sequence[Cluster]) -> SongLine:
    """Put a song and where it landed into words; `clusters` are all of the run's, by index."""
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


def title_of(title: str | None, external_id: str | None, row_number: int) -> str:
    """Return what to call a song, also where the file had no titles."""
    return title or external_id or f"Song {row_number:,}"


def label_of(feature: str) -> str:
    """Return what pages call a feature; a column of the file that is no known feature keeps its name."""
    return feature_named(feature).label


def meaning_of(feature: str) -> str:
    """Return the sentence that says what a feature measures."""
    return feature_named(feature).meaning


def formatted(feature: str, value: float | None) -> str:
    """Write a feature's value in its unit."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    return feature_named(feature).format(value)


def four_digits(value: float | None) -> str:
    """Write a score with four digits after the point."""
    return NO_VALUE if value is None else f"{value:,.4f}"


def percent(share: float) -> str:
    """Write a share as a percentage; something never becomes nothing by rounding."""
    return "under 1\u202f%" if 0 < share < 0.005 else f"{share * 100:.0f}\u202f%"
