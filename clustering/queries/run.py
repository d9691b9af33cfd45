"""What the pages of a run share: finding it, its groups, its songs, and words for its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

from clustering.analysis.features import NO_VALUE, feature_named
from clustering.charts.run import Group
from clustering.models import Assignment, Cluster, Dataset, Job, Run

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


def runs_visible_to(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Run]:
    """Return the runs on datasets that the user may see."""
    return Run.objects.filter(dataset__in=Dataset.objects.visible_to(user)).select_related("dataset", "sweep")


def runs_editable_by(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Run]:
    """Return the runs on datasets that the user may change."""
    return Run.objects.filter(dataset__in=Dataset.objects.editable_by(user)).select_related("dataset")


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


@dataclass(frozen=True, slots=True)
class Separation:
    """What a silhouette says, for people who have never heard of one."""

    headline: str
    of_one: str  # the headline, said of a single group
    sentence: str
    tone: str  # "good", "fair" or "poor"


SEPARATIONS = (
    (
        0.5,
        Separation(
            "Clear groups",
            "stands apart",
            "Most songs are much closer to their own group than to any other.",
            "good",
        ),
    ),
    (
        0.25,
        Separation(
            "Groups with soft edges",
            "soft edges",
            "The groups can be told apart, but their edges touch: some songs could belong to either of two.",
            "fair",
        ),
    ),
    (
        0.12,
        Separation(
            "Overlapping groups",
            "overlaps others",
            "The groups overlap and have no clear borders. That is usual for music, where one style shades "
            "into the next: read them as regions of a landscape, not as drawers.",
            "fair",
        ),
    ),
    (
        -1.0,
        Separation(
            "Hardly any groups",
            "blurs into others",
            "Songs without any groups score about 0.10 to 0.12 too. Treat these groups as a way to cut "
            "the collection into handy parts, not as kinds of music that are really there.",
            "poor",
        ),
    ),
)


ONE_LARGE_GROUP = 0.9  # of the songs that are in a group
FEW_IN_GROUPS = 0.5  # of all songs


def clearness(run: Run, clusters: Sequence[Cluster]) -> Separation | None:
    """Say how clear a run's groups are; nothing where there is no silhouette.

    A silhouette alone flatters two kinds of grouping: a few odd songs cut off from all others lie far from
    them, and songs that were left out for lying between groups are not asked.
    """
    if run.silhouette is None:
        return None
    placed, largest = run.songs_count - run.no_group, clusters[0].size
    which = f"the {placed:,} songs that are in a group" if run.no_group else f"all {placed:,} songs"
    if largest > ONE_LARGE_GROUP * placed:
        return Separation(
            "Nearly all in one group",
            "",
            f"{largest:,} of {which} are in one. The silhouette tells only how far the few others lie from them, "
            "and not what kinds of music there are: do not take it for clear groups.",
            "poor",
        )
    if placed < FEW_IN_GROUPS * run.songs_count:
        return Separation(
            "Most songs are in no group",
            "",
            f"Only {placed:,} of {run.songs_count:,} songs are in a group, and the silhouette asks only them: it says "
            "nothing of the others.",
            "fair",
        )
    return separation(run.silhouette)


def separation(silhouette: float) -> Separation:
    """Say in words how well the groups are separated.

    The lower borders come from measured files: real songs score 0.15 to 0.22, shuffled ones 0.10 to 0.12.
    """
    return next(words for border, words in SEPARATIONS if silhouette >= border or border == -1.0)
