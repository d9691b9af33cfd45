"""The groups of a run: what each sounds like, its songs, and its name."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from clustering.actions.runs import rename_cluster
from clustering.api.areas.runs import finished_run
from clustering.api.areas.songs import SongAnswer
from clustering.api.paging import Paging, cursor_at, position
from clustering.api.rows import editable
from clustering.api.schemas import Answer, ApiRequest, Body, Id, Page, Text
from clustering.models import Assignment, Cluster, Run
from clustering.storage.members import members

router = Router()


class GenreShare(Answer):
    """A genre of a group's songs."""

    genre: str
    count: int
    share: float
    lift: float
    """How much more common it is in the group than overall."""


class ClusterAnswer(Answer):
    """One group: what it sounds like, and how far it can be trusted."""

    index: int
    """From 0, the largest, on."""
    name: str
    description: str
    is_noise: bool
    """The songs that are in no group."""
    size: int
    share: float
    added: int
    stability: float | None
    """Hennig's mean Jaccard index: below 0.6 it does not come out again."""
    silhouette: float | None
    silhouette_low: float | None
    silhouette_high: float | None
    means: dict[str, float | None]
    medians: dict[str, float | None]
    deviations: dict[str, float | None]
    effects: dict[str, float | None]
    """Cohen's d of each feature between the group and all other songs: 0.2 is small, 0.5 clear, 0.8 large."""
    genres: list[GenreShare]
    exemplars: list[Id]
    """The most typical songs, at most 100."""

    @classmethod
    def of(cls, cluster: Cluster) -> ClusterAnswer:
        """Read a group."""
        alike = {
            name: getattr(cluster, name) for name in cls.model_fields if name not in {"genres", "description"}
        }
        return cls(
            **alike,
            description=cluster.sentence,
            genres=[
                GenreShare(genre=one.genre, count=one.count, share=one.share, lift=one.lift)
                for one in cluster.genre_frequencies
            ],
        )


class ClusterChange(Body):
    """What to change."""

    name: Annotated[Text, Field(max_length=100)]
    """The group's own name; empty brings the generated one back."""


class MemberAnswer(Answer):
    """A song of a group."""

    song: SongAnswer
    distance: float
    """To the group's center, in the scaled feature space."""
    second: int
    """The second-nearest group."""
    silhouette: float | None
    """Only where this song was measured."""
    membership: float | None
    """How surely it belongs, where the algorithm says so."""


@router.get("runs/{int:run_id}/clusters", url_name="clusters", response=list[ClusterAnswer])
def list_clusters(request: ApiRequest, run_id: int) -> list[ClusterAnswer]:
    """List the groups of a run, the largest first."""
    return [ClusterAnswer.of(cluster) for cluster in finished_run(request, run_id).clusters.order_by("index")]


@router.get("runs/{int:run_id}/clusters/{int:index}", url_name="cluster", response=ClusterAnswer)
def read_cluster(request: ApiRequest, run_id: int, index: int) -> ClusterAnswer:
    """Read a group."""
    return ClusterAnswer.of(get_object_or_404(finished_run(request, run_id).clusters, index=index))


@router.patch("runs/{int:run_id}/clusters/{int:index}", response=ClusterAnswer)
def change_cluster(request: ApiRequest, run_id: int, index: int, body: ClusterChange) -> ClusterAnswer:
    """Give a group another name."""
    run = editable(request, Run, run_id)
    cluster = get_object_or_404(run.clusters.select_related("run__dataset"), index=index)
    rename_cluster(request.user, cluster, body.name)
    return ClusterAnswer.of(cluster)


@router.get(
    "runs/{int:run_id}/clusters/{int:index}/songs", url_name="cluster_songs", response=Page[MemberAnswer]
)
def list_members(request: ApiRequest, run_id: int, index: int, paging: Query[Paging]) -> Page[MemberAnswer]:
    """List the songs of a group, nearest its center first."""
    run = finished_run(request, run_id)
    if not run.clusters.filter(index=index).exists():
        raise Http404
    start = (position(request, paging) or [0])[0]
    ids = members(run, index, start=start, end=start + paging.limit + 1)
    shown = ids[: paging.limit]
    placed = {
        one.song_id: one for one in Assignment.objects.filter(run=run, song__in=shown).select_related("song")
    }
    more = len(ids) > len(shown)
    return Page(
        items=[_member(placed[song]) for song in shown if song in placed],
        next=cursor_at(request, [start + len(shown)]) if more else None,
    )


def _member(assignment: Assignment) -> MemberAnswer:
    return MemberAnswer(
        song=SongAnswer.of(assignment.song),
        distance=assignment.distance,
        second=assignment.second,
        silhouette=assignment.silhouette,
        membership=assignment.membership,
    )
