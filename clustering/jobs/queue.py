"""The one way to make a job: its row, and its id on the way to a worker once the row can be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, TypedDict, Unpack

from django.contrib.auth.models import User
from django.db import transaction

from clustering.jobs.kind import JobKind
from clustering.models import Dataset, Job, Run, Sweep

_collected: ContextVar[list[int] | None] = ContextVar("collected", default=None)


class JobFields(TypedDict, total=False):
    """What a job may have besides its kind, owner and dataset."""

    run: Run | None
    sweep: Sweep | None
    k: int
    then_cluster: bool
    subject: str


def enqueue(kind: type[JobKind[Any]], *, owner: User, dataset: Dataset, **fields: Unpack[JobFields]) -> Job:
    """Create a job and send it on commit; without a subject it is about its dataset, and its run where it has one."""
    run = fields.get("run")
    subject = fields.pop("subject", f"{dataset.name}: {run}" if run else dataset.name)
    job = Job.objects.create(kind=kind.name, owner=owner, dataset=dataset, subject=subject[:250], **fields)
    send_on_commit([job.pk])
    return job


def send_on_commit(job_ids: Sequence[int]) -> None:
    """Hand waiting jobs to the workers once the transaction is over, unless somebody collects them."""
    collected = _collected.get()
    if collected is None:
        transaction.on_commit(partial(_send, job_ids))
    else:
        collected.extend(job_ids)


@contextmanager
def collect_jobs() -> Iterator[list[int]]:
    """Hold the ids of the jobs that are enqueued within the block, instead of sending them.

    For whoever runs them in this process, and for the runner, which knows only after the commit whether they exist.
    """
    collected: list[int] = []
    token = _collected.set(collected)
    try:
        yield collected
    finally:
        _collected.reset(token)


def _send(job_ids: Sequence[int]) -> None:
    # imported here, as the tasks run jobs, and jobs enqueue jobs: this is where the circle is open. It also keeps
    # Celery away from a command line that runs its jobs itself
    from clustering.jobs import tasks

    tasks.send(job_ids)
