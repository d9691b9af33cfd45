"""Two runs side by side: how far they agree, and where the songs went."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from clustering.actions.comparisons import compare_runs
from clustering.analysis import AnalysisError
from clustering.api.answers import given
from clustering.api.areas.jobs import JobAnswer, accepted
from clustering.api.areas.songs import SongAnswer
from clustering.api.idempotency import once
from clustering.api.paging import Paging, page_of
from clustering.api.problems import ProblemError
from clustering.api.rows import visible
from clustering.api.schemas import Answer, ApiRequest, Body, Id, Page
from clustering.models import Run, RunComparison
from clustering.storage.comparisons import songs_in_both

router = Router()


class ComparisonAnswer(Answer):
    """How many songs are in each group of one run and each group of another."""

    id: Id
    first: Id
    """The earlier run."""
    second: Id
    finished: bool
    job: Id | None
    adjusted_rand: float | None
    adjusted_mutual_information: float | None
    table: list[list[int]]
    """Songs by the index of their group: first × second."""
    matches: list[list[int]]
    """[[index, index]]: the groups that are most alike."""
    finished_at: datetime | None

    @classmethod
    def of(cls, comparison: RunComparison) -> ComparisonAnswer:
        """Read a comparison with its runs."""
        return cls(
            id=comparison.pk,
            first=comparison.first_id,
            second=comparison.second_id,
            finished=comparison.is_finished,
            job=comparison.job_id,
            adjusted_rand=comparison.adjusted_rand,
            adjusted_mutual_information=comparison.adjusted_mutual_information,
            table=comparison.table,
            matches=comparison.matches,
            finished_at=comparison.finished_at,
        )


class ComparisonBody(Body):
    """Which runs."""

    runs: Annotated[list[Id], Field(min_length=2, max_length=2, json_schema_extra={"uniqueItems": True})]


class GroupsInBoth(Paging):
    """Which group of each run."""

    first: Annotated[int, Field(ge=0, lt=2**15)]
    second: Annotated[int, Field(ge=0, lt=2**15)]


@router.post("comparisons", url_name="comparisons", response={200: ComparisonAnswer, 202: JobAnswer})
def compare(request: ApiRequest, body: ComparisonBody) -> HttpResponse:
    """Compare two runs of a dataset. Where that was done before the answer is 200 with what was found, else 202."""
    runs = list(
        Run.objects.visible_to(request.user)
        .select_related("dataset")
        .without_model()
        .filter(pk__in=body.runs)
    )
    if len(runs) < len(set(body.runs)):
        raise AnalysisError("One of the chosen runs no longer exists: it was deleted in the meantime.")

    def make() -> HttpResponse:
        comparison = compare_runs(request.user, runs)
        if comparison.is_finished or comparison.job is None:
            location = reverse("api:comparison", args=[comparison.pk])
            return given(ComparisonAnswer.of(comparison), location=location)
        response = accepted(comparison.job)
        response.headers["Link"] = f'<{reverse("api:comparison", args=[comparison.pk])}>; rel="related"'
        return response

    return once(request, make)


@router.get("comparisons/{int:comparison_id}", url_name="comparison", response=ComparisonAnswer)
def read_comparison(request: ApiRequest, comparison_id: int) -> ComparisonAnswer:
    """Read a comparison."""
    return ComparisonAnswer.of(_fetch(request, comparison_id))


@router.get("comparisons/{int:comparison_id}/songs", url_name="comparison_songs", response=Page[SongAnswer])
def list_songs_in_both(
    request: ApiRequest, comparison_id: int, asked: Query[GroupsInBoth]
) -> Page[SongAnswer]:
    """List the songs that are in one group of the first run and one group of the second."""
    comparison = _fetch(request, comparison_id)
    if not comparison.is_finished:
        raise ProblemError("conflict", "This comparison has no results yet. Look at it when it is done.")
    rows = songs_in_both(comparison, asked.first, asked.second)
    return page_of(request, rows, asked, lambda row: SongAnswer.of(row.song), order=("song_id",))


def _fetch(request: ApiRequest, comparison_id: int) -> RunComparison:
    return visible(
        request, RunComparison.objects.select_related("first__dataset", "second__dataset"), comparison_id
    )
