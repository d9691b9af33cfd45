"""Background work as lists show it: the numbers of groups that are tried together are one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clustering.analysis.sampling import NEEDS_SAMPLE, suggested_sample
from clustering.jobs import kinds
from clustering.models import Dataset, Job

EARLIEST = timedelta(seconds=2)
EARLIEST_SHARE = 0.05
"""Before so much of a step is done, how long it still takes is anybody's guess."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """One piece of work and how far it is."""

    job: Job
    status: str
    stage: str
    done: int
    total: int
    stopping: bool
    error: str
    error_code: str
    started_at: datetime | None
    stage_started_at: datetime | None

    def __str__(self) -> str:
        return kinds.title(self.job)

    @property
    def status_words(self) -> str:
        """Say what has become of it."""
        return str(Job.Status(self.status).label)

    @property
    def percent(self) -> int | None:
        """How far it is, if it counts."""
        return min(100, round(100 * self.done / self.total)) if self.total else None

    @property
    def is_alive(self) -> bool:
        """Whether it waits or runs."""
        return self.status in Job.ALIVE

    @property
    def taken(self) -> timedelta | None:
        """How long it has been at work, or was."""
        if self.started_at is None:
            return None
        ended = timezone.now() if self.is_alive else self.job.finished_at
        return None if ended is None else max(timedelta(), ended - self.started_at)

    @property
    def left(self) -> timedelta | None:
        """About how long the present step still takes; nothing until enough is done to tell."""
        if self.stopping or self.stage_started_at is None or self.done < EARLIEST_SHARE * self.total:
            return None
        gone = timezone.now() - self.stage_started_at
        return None if not self.done or gone < EARLIEST else gone * ((self.total - self.done) / self.done)


def sample_offered(dataset: Dataset, error_code: str) -> int | None:
    """Return on how many songs a run would fit where it failed because all are too many."""
    return suggested_sample(dataset.songs_count) if error_code == NEEDS_SAMPLE else None


def listed(jobs: QuerySet[Job], *, alive: bool) -> QuerySet[Job]:
    """Return the jobs that have a line, those that are still at it or those that have ended."""
    parts, wholes = kinds.parts(), kinds.names(lambda kind: bool(kind.parts_stage))
    alive_parts = Job.objects.filter(kind__in=parts, sweep=OuterRef("sweep"), status__in=Job.ALIVE)
    at_it = Q(status__in=Job.ALIVE) | Q(kind__in=wholes) & Exists(alive_parts)
    return jobs.exclude(kind__in=parts).filter(at_it if alive else ~at_it)


def lines(jobs: Iterable[Job]) -> tuple[JobLine, ...]:
    """Say how far jobs are, with one query for the parts that some of them brought on."""
    jobs = list(jobs)
    parts: dict[int | None, list[Job]] = defaultdict(list)
    sweeps = [job.sweep_id for job in jobs if job.sweep_id is not None]
    for part in Job.objects.filter(kind__in=kinds.parts(), sweep__in=sweeps):
        parts[part.sweep_id].append(part)
    return tuple(line(job, parts[job.sweep_id] if job.sweep_id is not None else []) for job in jobs)


def line(job: Job, parts: Sequence[Job] = ()) -> JobLine:
    """Say how far a job is, together with the jobs that it brought on."""
    if not parts or not kinds.of(job).parts_stage:
        return JobLine(
            job,
            job.status,
            job.stage,
            job.done,
            job.total,
            stopping=job.cancel_requested,
            error=job.error,
            error_code=job.error_code,
            started_at=job.started_at,
            stage_started_at=job.stage_started_at,
        )
    done = sum(part.status == Job.Status.SUCCEEDED for part in parts)
    ended_badly = [part for part in parts if part.status in (Job.Status.FAILED, Job.Status.CANCELLED)]
    at_it = [part for part in parts if part.is_alive]
    if any(part.status == Job.Status.RUNNING for part in at_it) or (at_it and done):
        status = Job.Status.RUNNING
    elif at_it:
        status = Job.Status.QUEUED
    else:
        status = Job.Status(ended_badly[0].status) if ended_badly else Job.Status.SUCCEEDED
    failed = next((part for part in ended_badly if part.error), None)
    return JobLine(
        job=job,
        status=status,
        stage=kinds.of(job).parts_stage,
        done=done,
        total=len(parts),
        stopping=any(part.cancel_requested for part in at_it),
        error=failed.error if failed else "",
        error_code=failed.error_code if failed else "",
        started_at=job.started_at,
        stage_started_at=min((part.started_at for part in parts if part.started_at), default=None),
    )
