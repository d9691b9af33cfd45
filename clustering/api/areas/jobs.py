"""Background work: how far it is, stopping it, trying it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, cast

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router

from clustering.actions.jobs import cancel_job, retry_job
from clustering.api.answers import given
from clustering.api.idempotency import once
from clustering.api.paging import Paging, page_of
from clustering.api.problems import ProblemError
from clustering.api.rows import editable, visible
from clustering.api.schemas import Answer, ApiRequest, Id, Page
from clustering.jobs import kinds
from clustering.jobs.lines import line
from clustering.models import Job

router = Router()

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
ENDED = "This job had already finished."
NOT_AGAIN = "It can’t be retried: it is already running, another job did it, or what it was about is gone."


class JobAnswer(Answer):
    """A piece of work, together with the parts that it brought on."""

    id: Id
    kind: str
    title: str
    status: Status
    stage: str
    done: int
    """Of the present stage."""
    total: int
    """0 where it does not count."""
    stopping: bool
    error: str
    """What went wrong and what to do, for people."""
    error_code: str
    attempt: int
    dataset: Id | None
    run: Id | None
    advice: Id | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> JobAnswer:
        """Read a job; one with parts asks for them with a query."""
        parts = [] if job.sweep is None else list(job.sweep.jobs.filter(kind__in=kinds.parts()))
        found = line(job, parts)
        return cls(
            id=job.pk,
            kind=job.kind,
            title=str(found),
            status=cast("Status", str(found.status)),
            stage=found.stage,
            done=found.done,
            total=found.total,
            stopping=found.stopping,
            error=found.error,
            error_code=found.error_code,
            attempt=job.attempt,
            dataset=job.dataset_id,
            run=job.run_id,
            advice=job.sweep_id,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )


def accepted(job: Job) -> HttpResponse:
    """Tell of a job that somebody is to wait for (202)."""
    job = Job.objects.select_related("sweep").get(pk=job.pk)
    return given(JobAnswer.of(job), status=202, location=reverse("api:job", args=[job.pk]))


def accepted_once(request: ApiRequest, make: Callable[[], Job]) -> HttpResponse:
    """Start a job, once where somebody sees to that, and tell of it."""
    return once(request, lambda: accepted(make()))


class JobFilter(Paging):
    """Which jobs."""

    status: Status | None = None
    dataset: Id | None = None


@router.get("jobs", url_name="jobs", response=Page[JobAnswer])
def list_jobs(request: ApiRequest, asked: Query[JobFilter]) -> Page[JobAnswer]:
    """List jobs, the newest first."""
    jobs = Job.objects.visible_to(request.user).select_related("sweep").exclude(kind__in=kinds.parts())
    if asked.status is not None:
        jobs = jobs.filter(status=asked.status)
    if asked.dataset is not None:
        jobs = jobs.filter(dataset=asked.dataset)
    return page_of(request, jobs, asked, JobAnswer.of)


@router.get("jobs/{int:job_id}", url_name="job", response=JobAnswer)
def read_job(request: ApiRequest, job_id: int) -> JobAnswer:
    """Say how far a job is."""
    return JobAnswer.of(visible(request, Job.objects.select_related("sweep"), job_id))


@router.post("jobs/{int:job_id}/cancel", url_name="job_cancel", response={202: JobAnswer})
def cancel(request: ApiRequest, job_id: int) -> HttpResponse:
    """Stop a job: at once where it waits, within seconds where it runs."""
    job = editable(request, Job, job_id)

    def make() -> Job:
        if not cancel_job(request.user, job):
            raise ProblemError("conflict", ENDED)
        return job

    return accepted_once(request, make)


@router.post("jobs/{int:job_id}/retry", url_name="job_retry", response={202: JobAnswer})
def retry(request: ApiRequest, job_id: int) -> HttpResponse:
    """Queue a job again that failed or was cancelled."""
    job = editable(request, Job, job_id)

    def make() -> Job:
        if not retry_job(request.user, job):
            raise ProblemError("conflict", NOT_AGAIN)
        return job

    return accepted_once(request, make)
