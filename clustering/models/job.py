"""A piece of background work and its life.

    QUEUED → RUNNING → SUCCEEDED | FAILED | CANCELLED
       ↑________|   (its worker died, or it was retried by hand)

Every change is one guarded UPDATE: it says which state it expects, and the answer
says who won. So two workers cannot both claim a job, and a cancelled job stays so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now

from clustering.models.dataset import Dataset
from clustering.models.ids import random_id
from clustering.models.ownership import OwnedQuerySet
from clustering.models.run import Run
from clustering.models.sweep import Sweep

MAX_ATTEMPTS = 2
HEARTBEAT_LIMIT = timedelta(seconds=30)
WAITING_LIMIT = timedelta(
    seconds=35
)  # with the 15 until the next check, a lost message is made good in a minute


class JobQuerySet(OwnedQuerySet["Job"]):
    """Groups of jobs that pages and the reaper ask for."""

    def alive(self) -> JobQuerySet:
        """Waiting or running."""
        return self.filter(status__in=Job.ALIVE)

    def unannounced(self) -> JobQuerySet:
        """Over, and no webhook was told."""
        return self.filter(announced=False, finished_at__isnull=False)

    def silent(self) -> JobQuerySet:
        """Running by their own word, but without a heartbeat for too long."""
        return self.filter(status=Job.Status.RUNNING, heartbeat_at__lt=Now() - HEARTBEAT_LIMIT)

    def overdue(self) -> JobQuerySet:
        """Waiting for so long that its message may be lost."""
        return self.filter(status=Job.Status.QUEUED, queued_at__lt=Now() - WAITING_LIMIT)


class Job(models.Model):
    """One import, run, deletion or number of groups that is tried."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    ALIVE: ClassVar = (Status.QUEUED, Status.RUNNING)

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    kind = models.CharField(
        max_length=30, help_text="The name of a kind of job, whose class the workers have."
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    dataset = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, related_name="jobs")
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    sweep = models.ForeignKey(Sweep, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    k = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The number of groups to try.")
    subject = models.CharField(
        max_length=250, help_text="What it is about, in words; outlives what it names."
    )
    then_cluster = models.BooleanField(default=False, help_text="Bring on a first automatic run when done.")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=60, blank=True)
    stage_started_at = models.DateTimeField(null=True, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    announced = models.BooleanField(
        default=False, editable=False, help_text="Whether webhooks were told of its end, where there are any."
    )
    error = models.TextField(blank=True, help_text="What went wrong and what to do, for a person.")
    error_code = models.CharField(
        max_length=30, blank=True, help_text="Where pages offer more for this error than for others."
    )

    objects: ClassVar[models.Manager[Job]] = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [
            models.Index(fields=["owner", "-created_at"]),
            models.Index(fields=["status"], condition=Q(status__in=["queued", "running"]), name="job_alive"),
            models.Index(
                fields=["owner"],
                condition=Q(announced=False, finished_at__isnull=False),
                name="job_unannounced",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running", "succeeded", "failed", "cancelled"]),
                name="job_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"

    @property
    def is_alive(self) -> bool:
        """Waiting or running."""
        return self.status in self.ALIVE

    @property
    def percent(self) -> int | None:
        """How far the present stage is, if it counts."""
        return min(100, round(100 * self.done / self.total)) if self.total else None

    def claim(self) -> bool:
        """Take a waiting job; False when somebody else has it, or nobody wants it any more."""
        return self._change(
            Q(status=self.Status.QUEUED),
            status=self.Status.RUNNING,
            attempt=F("attempt") + 1,
            started_at=Now(),
            heartbeat_at=Now(),
            finished_at=None,
            announced=False,
            stage="",
            stage_started_at=Now(),
            done=0,
            total=0,
            error="",
            error_code="",
        )

    def beat(self, stage: str, done: int, total: int) -> bool:
        """Record progress; False when the job is to stop (cancelled, reaped or deleted)."""
        return self._change(
            self._mine() & Q(cancel_requested=False),
            stage=stage,
            stage_started_at=Case(When(stage=stage, then=F("stage_started_at")), default=Now()),
            done=done,
            total=total,
            heartbeat_at=Now(),
        )

    def succeed(self) -> bool:
        """Mark as succeeded, unless somebody cancelled meanwhile."""
        return self._change(
            self._mine() & Q(cancel_requested=False), status=self.Status.SUCCEEDED, finished_at=Now()
        )

    def fail(self, error: str, *, code: str = "") -> bool:
        """Mark as failed, unless somebody cancelled meanwhile."""
        return self._change(
            self._mine() & Q(cancel_requested=False),
            status=self.Status.FAILED,
            error=error,
            error_code=code,
            finished_at=Now(),
        )

    def stop(self) -> bool:
        """Mark a running job that has noticed its cancellation as cancelled."""
        return self._change(
            self._mine() & Q(cancel_requested=True), status=self.Status.CANCELLED, finished_at=Now()
        )

    def cancel_as_gone(self, words: str) -> bool:
        """Mark a running job as cancelled, because what it works on was deleted."""
        return self._change(self._mine(), status=self.Status.CANCELLED, error=words, finished_at=Now())

    def fail_unsent(self, error: str) -> bool:
        """Fail a job that could not even be sent."""
        return self._change(
            Q(status=self.Status.QUEUED), status=self.Status.FAILED, error=error, finished_at=Now()
        )

    def cancel(self) -> bool:
        """Stop the job: at once when it waits, at its next heartbeat when it runs."""
        return self._change(
            Q(status=self.Status.QUEUED),
            status=self.Status.CANCELLED,
            cancel_requested=True,
            finished_at=Now(),
        ) or self._change(Q(status=self.Status.RUNNING), cancel_requested=True)

    def retry(self) -> bool:
        """Queue a job again that failed or was cancelled, with all its attempts before it."""
        return self._change(
            Q(status__in=[self.Status.FAILED, self.Status.CANCELLED]),
            status=self.Status.QUEUED,
            cancel_requested=False,
            attempt=0,
            error="",
            error_code="",
            stage="",
            done=0,
            total=0,
            queued_at=Now(),
            started_at=None,
            finished_at=None,
            announced=False,
        )

    def requeue(self) -> bool:
        """Queue a job again whose worker died or is being stopped, unless it was cancelled."""
        return self._change(
            self._mine() & Q(cancel_requested=False), status=self.Status.QUEUED, queued_at=Now()
        )

    def resend(self) -> bool:
        """Note that the message of a waiting job is sent once more; one of several reapers wins."""
        return self._change(Q(status=self.Status.QUEUED, queued_at=self.queued_at), queued_at=Now())

    def _mine(self) -> Q:
        """Still the same attempt: a worker that was thought dead must not touch its successor's job."""
        return Q(status=self.Status.RUNNING, attempt=self.attempt)

    def _change(self, expected: Q, **values: object) -> bool:
        won = bool(type(self).objects.filter(expected, pk=self.pk).update(**values))
        if won:
            self.refresh_from_db()
        return won
