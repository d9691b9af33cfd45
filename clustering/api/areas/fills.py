"""Filling in features from another dataset: matched, looked at, applied, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from clustering.actions.fills import apply_fill, choose_candidates, discard_fill, start_fill, undo_fill
from clustering.api.answers import file_of
from clustering.api.areas.exports import CSV, describe_file
from clustering.api.areas.jobs import JobAnswer, accepted
from clustering.api.idempotency import once
from clustering.api.paging import Paging, cursor_at, page_of, position
from clustering.api.schemas import Answer, ApiRequest, Body, Id, Page
from clustering.exports.csv import export_songs
from clustering.exports.unmatched import export_unmatched
from clustering.models import Dataset, Fill, Job
from clustering.storage import fills

router = Router()

Status = Literal["waiting", "matching", "ready", "applied", "undone"]


class AgreementAnswer(Answer):
    """How far two tables agree in a feature, on songs that have it in both."""

    songs: int
    agreeing: int
    difference: float
    """The mean of the absolute differences, in the feature's unit."""


class FillAnswer(Answer):
    """Features that songs of a dataset get from another one."""

    id: Id
    dataset: Id
    source: Id | None
    """Null where it was deleted."""
    source_name: str
    status: Status
    job: Id | None
    songs: int
    """Of the dataset; this and what follows is 0 until they are matched."""
    matched: int
    keys: dict[str, int]
    """How many were matched by each key: spotify_id, isrc, id, text, first_artist."""
    ambiguous: int
    unmatched: int
    gaining: int
    """How many matched songs lack a feature that the source has."""
    features: dict[str, int]
    """How many songs get each feature."""
    agreement: dict[str, AgreementAnswer]
    differing: list[str]
    """The features of which the tables seem to hold numbers of different kinds: do not mix them."""
    songs_filled: int
    created_at: datetime
    applied_at: datetime | None

    @classmethod
    def of(cls, fill: Fill) -> FillAnswer:
        """Read a fill."""
        report = fill.report
        counts = {
            name: report.get(name, 0) for name in ("songs", "matched", "ambiguous", "unmatched", "gaining")
        }
        return cls(
            id=fill.pk,
            dataset=fill.dataset_id,
            source=fill.source_id,
            source_name=fill.source_name,
            status=cast("Status", str(fill.status)),
            job=fill.job_id,
            keys=report.get("keys", {}),
            features=report.get("features", {}),
            agreement={name: AgreementAnswer(**found) for name, found in report.get("agreement", {}).items()},
            differing=fills.differing(report.get("agreement", {})),
            songs_filled=fill.songs_filled,
            created_at=fill.created_at,
            applied_at=fill.applied_at,
            **counts,
        )


class FillBody(Body):
    """Where features come from."""

    source: Id


class Choice(Body):
    """Which candidate a song is; null where it is none of them."""

    song: Id
    source_song: Id | None


class FillChange(Body):
    """What somebody decided."""

    choices: Annotated[list[Choice], Field(max_length=1000)]


class CandidateAnswer(Answer):
    """A song of the source that a song may be."""

    source_song: Id
    title: str | None
    artist: str | None
    album: str | None
    duration_ms: float | None
    chosen: bool


class AmbiguousAnswer(Answer):
    """A song with several candidates."""

    song: Id
    title: str | None
    artist: str | None
    candidates: list[CandidateAnswer]

    @classmethod
    def of(cls, rows: list[dict[str, Any]]) -> AmbiguousAnswer:
        """Read a song's rows of `storage.fills`."""
        first = rows[0]
        names = ("title", "artist", "album", "duration_ms")
        return cls(
            song=first["song_id"],
            title=first["song"]["title"],
            artist=first["song"]["artist"],
            candidates=[
                CandidateAnswer(
                    source_song=row["source"]["id"],
                    chosen=row["state"] == 2,
                    **{name: row["source"][name] for name in names},
                )
                for row in rows
            ],
        )


@router.get("datasets/{int:dataset_id}/fills", url_name="dataset_fills", response=Page[FillAnswer])
def list_fills(request: ApiRequest, dataset_id: int, paging: Query[Paging]) -> Page[FillAnswer]:
    """List what was filled into a dataset, the newest first."""
    return page_of(request, _dataset(request, dataset_id).fills.all(), paging, FillAnswer.of)


@router.post("datasets/{int:dataset_id}/fills", response={202: JobAnswer})
def match_songs(request: ApiRequest, dataset_id: int, body: FillBody) -> HttpResponse:
    """Match a dataset's songs with those of another. Nothing is written; one that was not applied is replaced."""
    dataset = _dataset(request, dataset_id)
    source = get_object_or_404(Dataset.objects.visible_to(request.user), pk=body.source)

    def make() -> HttpResponse:
        fill = start_fill(request.user, dataset, source)
        return _accepted(cast("Job", fill.job), fill)

    return once(request, make)


@router.get("fills/{int:fill_id}", url_name="fill", response=FillAnswer)
def read_fill(request: ApiRequest, fill_id: int) -> FillAnswer:
    """Read what was matched, and how far the tables agree."""
    return FillAnswer.of(_fill(request, fill_id))


@router.patch("fills/{int:fill_id}", response=FillAnswer)
def choose_matches(request: ApiRequest, fill_id: int, body: FillChange) -> FillAnswer:
    """Choose which candidates of ambiguous songs are filled in from."""
    choices = {choice.song: choice.source_song for choice in body.choices}
    choose_candidates(request.user, _fill(request, fill_id), choices)
    return FillAnswer.of(_fill(request, fill_id))


@router.delete("fills/{int:fill_id}", response={204: None})
def remove_fill(request: ApiRequest, fill_id: int) -> HttpResponse:
    """Forget what was matched, or a fill that was undone."""
    discard_fill(request.user, _fill(request, fill_id))
    return HttpResponse(status=204)


@router.post("fills/{int:fill_id}/apply", url_name="fill_apply", response={202: JobAnswer})
def apply_features(request: ApiRequest, fill_id: int) -> HttpResponse:
    """Write the features into the songs that lack them."""
    return _begin(request, fill_id, apply_fill)


@router.post("fills/{int:fill_id}/undo", url_name="fill_undo", response={202: JobAnswer})
def undo_features(request: ApiRequest, fill_id: int) -> HttpResponse:
    """Take the features out again: the dataset is as it was before."""
    return _begin(request, fill_id, undo_fill)


@router.get("fills/{int:fill_id}/ambiguous", url_name="fill_ambiguous", response=Page[AmbiguousAnswer])
def list_ambiguous(request: ApiRequest, fill_id: int, paging: Query[Paging]) -> Page[AmbiguousAnswer]:
    """List the songs with several candidates."""
    after = position(request, paging)
    found = fills.ambiguous_songs(
        _fill(request, fill_id), after=int(after[0]) if after else 0, most=paging.limit + 1
    )
    shown = found[: paging.limit]
    more = len(found) > len(shown)
    return Page(
        items=[AmbiguousAnswer.of(rows) for rows in shown if rows],
        next=cursor_at(request, [shown[-1][0]["song_id"]]) if more else None,
    )


@router.get(
    "fills/{int:fill_id}/unmatched.csv", url_name="fill_unmatched", openapi_extra=describe_file("text/csv")
)
def save_unmatched(request: ApiRequest, fill_id: int) -> HttpResponseBase:
    """Save the songs that nothing was found for as CSV."""
    fill = _fill(request, fill_id)
    version = ("unmatched", fill.pk, fill.status, fill.matched_at)
    return file_of(export_unmatched(fill), name="unmatched.csv", content_type=CSV, version=version)


@router.get(
    "datasets/{int:dataset_id}/songs.csv", url_name="dataset_csv", openapi_extra=describe_file("text/csv")
)
def save_dataset_csv(request: ApiRequest, dataset_id: int) -> HttpResponseBase:
    """Save a dataset's songs as CSV: every column as it was uploaded, and what was filled in with where it is from."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    files = list(dataset.imported_uploads.values_list("sha256", "rows_kept"))
    version = ("songs", dataset.pk, dataset.features_changed_at, files)
    return file_of(export_songs(dataset), name="songs.csv", content_type=CSV, version=version)


def _begin(request: ApiRequest, fill_id: int, act: Callable[[User, Fill], Job]) -> HttpResponse:
    fill = _fill(request, fill_id)
    return once(request, lambda: _accepted(act(request.user, fill), fill))


def _accepted(job: Job, fill: Fill) -> HttpResponse:
    response = accepted(job)
    response.headers["Link"] = f'<{reverse("api:fill", args=[fill.pk])}>; rel="related"'
    return response


def _dataset(request: ApiRequest, dataset_id: int) -> Dataset:
    return get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)


def _fill(request: ApiRequest, fill_id: int) -> Fill:
    """Return a fill to who may change its dataset: nobody else sees songs of its source."""
    mine = Fill.objects.editable_by(request.user).select_related("dataset", "source", "job", "owner")
    return get_object_or_404(mine, pk=fill_id)
