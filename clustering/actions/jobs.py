"""Starting, stopping and trying again pieces of background work."""

from __future__ import annotations

from typing import Any, Unpack

from django.contrib.auth.models import User
from django.db import transaction

from clustering.analysis import AnalysisError
from clustering.jobs import kinds
from clustering.jobs.filling import changing_job, deleting_job
from clustering.jobs.kind import JobKind
from clustering.jobs.queue import JobFields, enqueue, send_on_commit
from clustering.jobs.quotas import enforce_quota
from clustering.models import AuditEntry, Dataset, Job, Sweep
from clustering.songfiles import SongFileError


class BusyError(AnalysisError, SongFileError):
    """Something else is being done to the dataset that does not go together with what is asked for."""


def busy_with(job: Job) -> str:
    """Say what has to end first."""
    return f"{kinds.title(job)}: this is being done right now. Try again when it has ended."


def cancel_job(user: User, job: Job) -> bool:
    """Stop a job as somebody asks, and keep who did; False when it has already ended."""
    with transaction.atomic():
        if not stop_job(job):
            return False
        _record(user, AuditEntry.Action.CANCELLED, job)
    return True


def stop_job(job: Job) -> bool:
    """Stop a job, and with one number of groups all that are tried with it; False when it has already ended."""
    if job.sweep is None:
        return job.cancel()
    parts, of_sweep = kinds.parts(), job.sweep.jobs.alive()
    # the first job before its parts are looked up: it may be making them just now
    stopped = [first.cancel() for first in of_sweep.exclude(kind__in=parts)]
    stopped += [part.cancel() for part in of_sweep.filter(kind__in=parts)]
    return any(stopped)


def retry_job(user: User, job: Job) -> bool:
    """Queue a failed or cancelled job again; False when it is neither, or what it was about is gone or done.

    It counts among its owner's, whoever asks. With one number of groups all are tried again that failed or were
    cancelled.
    """
    with transaction.atomic():
        if not _retry(job):
            return False
        _record(user, AuditEntry.Action.RETRIED, job)
    return True


def _retry(job: Job) -> bool:
    if job.dataset_id is None:
        return False
    kind = kinds.of(job)
    dataset = Dataset.objects.select_for_update(no_key=True).filter(pk=job.dataset_id).first()
    if dataset is None or kind.is_orphan(job) or (job.sweep is None and job.is_alive):
        return False
    if deleting_job(dataset) is not None:
        return False
    if not kind.is_deletion:
        if changing_job(dataset) is not None:
            return False
        counted = job.sweep is not None and job.sweep.jobs.alive().exists()
        enforce_quota(job.owner, jobs=0 if counted else 1)
    if job.sweep is not None:
        return _retry_sweep(job.sweep)
    if not kind.can_retry(job, dataset) or not job.retry():
        return False
    send_on_commit([job.pk])
    return True


def _retry_sweep(sweep: Sweep) -> bool:
    if sweep.jobs.filter(status=Job.Status.RUNNING, cancel_requested=True).exists():
        return False  # it is still stopping, and would be left out
    again = [job.pk for job in sweep.jobs.all() if job.retry()]
    send_on_commit(again)
    return bool(again)


def _record(user: User, action: str, job: Job) -> None:
    if job.dataset is not None:
        AuditEntry.record(user, action, job.dataset, kinds.title(job))


def request_job(kind: type[JobKind[Any]], owner: User, dataset: Dataset, **fields: Unpack[JobFields]) -> Job:
    """Enqueue a job that a person asks for, where their quota allows it.

    The caller holds the dataset. What follows from a job without anybody asking is not refused.
    """
    if deleting_job(dataset) is not None:
        raise BusyError(f"{dataset.name} is being deleted, so nothing more can be done with it.")
    if not kind.is_deletion:
        if (changing := changing_job(dataset)) is not None:
            raise BusyError(busy_with(changing))
        enforce_quota(owner, jobs=1)
    return enqueue(kind, owner=owner, dataset=dataset, **fields)


def lock_dataset(dataset: Dataset) -> Dataset:
    """Keep others from queueing jobs of a dataset, and from deleting it, until the transaction ends; return it.

    Nobody waits here for songs that are being stored: they hold no more of their dataset than its key.
    """
    return Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)
