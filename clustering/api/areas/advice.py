"""Advice on the number of groups: asking for it, what was tried, the verdict, and runs that follow from it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from clustering.actions.sweeps import start_run_of_sweep, start_sweep
from clustering.analysis.choosing.candidates import MAX_TRIED_K
from clustering.analysis.run_settings import MIN_K
from clustering.api.areas.jobs import JobAnswer, accepted_once
from clustering.api.areas.runs import SettingsAnswer, SettingsBody
from clustering.api.paging import Paging, page_of
from clustering.api.rows import editable, visible
from clustering.api.schemas import Answer, ApiRequest, Body, Id, Page
from clustering.models import Dataset, Job, Sweep, SweepCandidate
from clustering.models.sweep import USUAL_MAX_K

router = Router()


class AdviceAnswer(Answer):
    """What to make of a range of numbers of groups."""

    id: Id
    dataset: Id
    k_low: int
    k_high: int
    tried: int
    finished: bool
    verdict: str
    """clear (separate groups), weak (some structure) or none (one continuous landscape); empty until it is finished."""
    headline: str
    """The verdict in words."""
    recommended_k: int | None
    alternatives: list[int]
    reason: str
    groups_apart: int | None
    """How many groups stand apart: 1 where songs connect all parts."""
    may_be_more: bool
    songs: int
    """How many were drawn."""
    settings: SettingsAnswer
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, sweep: Sweep) -> AdviceAnswer:
        """Read a sweep."""
        return cls(
            id=sweep.pk,
            dataset=sweep.dataset_id,
            k_low=sweep.k_low,
            k_high=sweep.k_high,
            tried=sweep.tried,
            finished=sweep.is_finished,
            verdict=sweep.verdict,
            headline=str(Sweep.Verdict(sweep.verdict).label) if sweep.verdict else "",
            recommended_k=sweep.recommended_k,
            alternatives=sweep.alternatives,
            reason=sweep.reason,
            groups_apart=sweep.groups_apart,
            may_be_more=sweep.may_be_more,
            songs=sweep.songs_count,
            settings=SettingsAnswer.of(sweep.settings),
            created_at=sweep.created_at,
            finished_at=sweep.finished_at,
        )


class CandidateAnswer(Answer):
    """One number of groups that was tried, with its scores, their intervals, and what songs without groups score."""

    k: int
    silhouette: float
    silhouette_low: float
    silhouette_high: float
    null_silhouette: float | None
    null_deviation: float | None
    null_cloud_silhouette: float | None
    null_cloud_deviation: float | None
    davies_bouldin: float
    calinski_harabasz: float
    inertia: float
    gap: float | None
    gap_error: float | None
    stability: float | None
    stability_low: float | None
    stability_high: float | None
    jaccard: list[float]
    """Of each group: how well it comes out again."""
    parts_apart: int
    """Between which the songs thin out."""
    sharpest_border: float
    softest_border: float
    smallest_cluster: int

    @classmethod
    def of(cls, candidate: SweepCandidate) -> CandidateAnswer:
        """Read what was tried."""
        return cls(**{name: getattr(candidate, name) for name in cls.model_fields})


class AdviceDetails(AdviceAnswer):
    """Advice with all that was tried for it."""

    candidates: list[CandidateAnswer]

    @classmethod
    def of(cls, sweep: Sweep) -> AdviceDetails:
        """Read a sweep with its candidates."""
        tried = [CandidateAnswer.of(candidate) for candidate in sweep.candidates.order_by("k")]
        return cls(**dict(AdviceAnswer.of(sweep)), candidates=tried)


class AdviceBody(SettingsBody):
    """On which settings, and which numbers of groups."""

    k_low: Annotated[int, Field(ge=MIN_K, le=MAX_TRIED_K)] = MIN_K
    k_high: Annotated[int, Field(ge=MIN_K, le=MAX_TRIED_K)] = USUAL_MAX_K


class AdviceRunBody(Body):
    """Which of the numbers that were tried."""

    k: Annotated[int, Field(ge=MIN_K, le=MAX_TRIED_K)]


@router.get("datasets/{int:dataset_id}/advice", url_name="dataset_advice", response=Page[AdviceAnswer])
def list_advice(request: ApiRequest, dataset_id: int, paging: Query[Paging]) -> Page[AdviceAnswer]:
    """List the advice that a dataset has, the newest first."""
    dataset = visible(request, Dataset, dataset_id)
    return page_of(request, dataset.sweeps.all(), paging, AdviceAnswer.of)


@router.post("datasets/{int:dataset_id}/advice", response={202: JobAnswer})
def ask(request: ApiRequest, dataset_id: int, body: AdviceBody) -> HttpResponse:
    """Try every number of groups of a range. `advice` of the job is where the verdict will be."""
    dataset = editable(request, Dataset, dataset_id)

    def make() -> Job:
        ks = range(body.k_low, body.k_high + 1)
        return start_sweep(request.user, dataset, body.settings(), ks=ks).jobs.earliest("created_at")

    return accepted_once(request, make)


@router.get("advice/{int:sweep_id}", url_name="advice", response=AdviceDetails)
def read_advice(request: ApiRequest, sweep_id: int) -> AdviceDetails:
    """Read advice: the verdict, and the scores of every number of groups."""
    return AdviceDetails.of(visible(request, Sweep, sweep_id))


@router.post("advice/{int:sweep_id}/runs", url_name="advice_runs", response={202: JobAnswer})
def start_from_advice(request: ApiRequest, sweep_id: int, body: AdviceRunBody) -> HttpResponse:
    """Start a run with one of the numbers of groups that were tried."""
    sweep = editable(request, Sweep.objects.select_related("dataset"), sweep_id)

    def make() -> Job:
        return start_run_of_sweep(request.user, sweep, body.k).jobs.latest("created_at")

    return accepted_once(request, make)
