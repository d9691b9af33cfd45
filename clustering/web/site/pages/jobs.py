"""What the pages on background work show: the list of jobs, and one job's progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

from clustering.jobs import kinds
from clustering.jobs.kind import Link
from clustering.jobs.lines import JobLine, line, lines, listed
from clustering.models import Job

PAGE = 30
MAX_ALIVE = 100


@dataclass(frozen=True, slots=True)
class JobsPage:
    """A page of jobs: those that run or wait, then those that have ended."""

    alive: tuple[JobLine, ...]
    ended: tuple[JobLine, ...]
    before: str
    """Where the next page begins; empty on the last."""

    @classmethod
    def read(cls, user: User | AnonymousUser, *, before: datetime | None = None) -> JobsPage:
        """Read the jobs that run or wait, and the newest of those that have ended."""
        known = Job.objects.visible_to(user).select_related("owner").order_by("-created_at")
        ended = listed(known, alive=False)
        if before is not None:
            ended = ended.filter(created_at__lt=before)
        newest = list(ended[: PAGE + 1])
        alive = list(listed(known, alive=True)[:MAX_ALIVE])
        shown = lines([*alive, *newest[:PAGE]])
        return cls(
            alive=shown[: len(alive)],
            ended=shown[len(alive) :],
            before=newest[PAGE - 1].created_at.isoformat() if len(newest) > PAGE else "",
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A link that the page offers."""

    address: str
    label: str
    is_primary: bool

    @classmethod
    def of(cls, link: Link) -> Offer:
        """Look up the address of a link."""
        address = reverse(link.view, args=link.args)
        return cls(f"{address}?{link.query}" if link.query else address, link.label, link.is_primary)


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of a job that a browser asked about."""

    id: int
    words: str
    status: str
    """Empty while it goes on."""
    address: str

    @classmethod
    def read(cls, user: User | AnonymousUser, ids: list[int]) -> list[Notice]:
        """Read what became of some jobs; those that the user may not see, or that are gone, are left out."""
        jobs = Job.objects.visible_to(user).filter(pk__in=ids).select_related("dataset", "run")
        return [cls._of(one) for one in lines(jobs)]

    @classmethod
    def _of(cls, line: JobLine) -> Notice:
        job, run = line.job, line.job.run
        goes_on = line.is_alive or (run is not None and not run.is_finished and run.jobs.alive().exists())
        result = kinds.of(job).result_page(job) if line.status == Job.Status.SUCCEEDED else None
        address = reverse("job", args=[job.pk]) if result is None else Offer.of(result).address
        words = f"{line}: {line.status_words.lower()}"
        return cls(job.pk, words, "" if goes_on else line.status, address)


@dataclass(frozen=True, slots=True)
class JobPage:
    """One job, and where to go when it is done."""

    job: Job
    line: JobLine
    kind: kinds.AnyKind
    step: int | None
    """Which of the four steps from a file to its first groups it is."""
    elsewhere: str
    """The page that shows its progress in this one's place."""
    result: Offer | None
    """The page that a job which succeeded opens."""
    remedies: tuple[Offer, ...]
    can_retry: bool
    songs: int

    @property
    def has_primary_remedy(self) -> bool:
        """Whether something is better than trying again as before."""
        return any(offer.is_primary for offer in self.remedies)

    @classmethod
    def read(cls, job: Job) -> JobPage:
        """Read a job, and what its kind offers for it as it stands."""
        kind = kinds.of(job)
        elsewhere = kind.progress_page(job)
        result = kind.result_page(job) if job.status == Job.Status.SUCCEEDED else None
        can_retry = _can_retry(kind, job)
        return cls(
            job=job,
            line=line(job),
            kind=kind,
            step=kind.step if _is_first(job) else None,
            elsewhere="" if elsewhere is None else Offer.of(elsewhere).address,
            result=None if result is None else Offer.of(result),
            remedies=tuple(Offer.of(link) for link in kind.remedies(job)) if can_retry else (),
            can_retry=can_retry,
            songs=job.dataset.songs_count if job.dataset else 0,
        )


def _is_first(job: Job) -> bool:
    """Tell whether a job leads from a file to its first groups: a later run is no step of an upload."""
    return job.run is None or job.run.number == 1


def _can_retry(kind: kinds.AnyKind, job: Job) -> bool:
    if job.dataset is None or job.status not in (Job.Status.FAILED, Job.Status.CANCELLED):
        return False
    return not kind.is_orphan(job) and kind.can_retry(job, job.dataset)
