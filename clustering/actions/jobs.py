"""Starting, stopping and trying again pieces of background work."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from clustering.jobs import tasks
from clustering.models import AuditEntry, Dataset, Job, Run, RunComparison, Sweep
from clustering.storage.quotas import enforce_quota


def cancel_job(user: User, job: Job) -> bool:
    """Stop a job as somebody asks, and keep who did; False when it has already ended."""
    with transaction.atomic():
        if not stop_job(job):
            return False
        _keep(user, AuditEntry.Action.CANCELLED, job)
    return True


def stop_job(job: Job) -> bool:
    """Stop a job, and with one number of groups all that are tried with it; False when it has already ended."""
    if job.sweep is None:
        return job.cancel()
    first, others = (
        job.sweep.jobs.filter(kind=kind).alive() for kind in (Job.Kind.SWEEP, Job.Kind.CANDIDATE)
    )
    # the first job before the others are looked up: it may be making them just now
    stopped = [one.cancel() for one in first] + [one.cancel() for one in others]
    return any(stopped)


def retry_job(user: User, job: Job) -> bool:
    """Queue a failed or cancelled job again; False when it is neither, or what it was about is gone or done.

    It counts among its owner's, whoever asks. With one number of groups all are tried again that failed or were
    cancelled.
    """
    with transaction.atomic():
        if not _retry(job):
            return False
        _keep(user, AuditEntry.Action.RETRIED, job)
    return True


def _retry(job: Job) -> bool:
    if job.dataset_id is None:
        return False
    dataset = Dataset.objects.select_for_update(no_key=True).filter(pk=job.dataset_id).first()
    if dataset is None or job.is_orphan or (job.sweep is None and job.is_alive):
        return False
    if job.kind not in Job.DELETIONS:
        counted = job.sweep is not None and job.sweep.jobs.alive().exists()
        enforce_quota(job.owner, jobs=0 if counted else 1)
    if job.sweep is not None:
        return _retry_sweep(job.sweep)
    if job.kind == Job.Kind.COMPARE and not RunComparison.objects.filter(job=job).exists():
        return False
    if job.kind == Job.Kind.IMPORT and is_imported(dataset):
        return False
    if job.kind == Job.Kind.ADD and (is_growing(dataset) or not dataset.drafts.exists()):
        return False
    if not job.retry():
        return False
    transaction.on_commit(partial(tasks.send, [job.pk]))
    return True


def _retry_sweep(sweep: Sweep) -> bool:
    if sweep.jobs.filter(status=Job.Status.RUNNING, cancel_requested=True).exists():
        return False  # it is still stopping, and would be left out
    again = [job.pk for job in sweep.jobs.all() if job.retry()]
    transaction.on_commit(partial(tasks.send, again))
    return bool(again)


def _keep(user: User, action: str, job: Job) -> None:
    if job.dataset is not None:
        AuditEntry.record(user, action, job.dataset, f"{job.get_kind_display()}: {job.subject}")


def queue_job(
    kind: str, owner: User, dataset: Dataset, *, run: Run | None = None, send: bool = True, **options: Any
) -> Job:
    """Create a job and send it on commit; with ``send=False`` the caller runs it itself.

    The caller holds the dataset. What follows from a job without anybody asking is not queued here, and not refused.
    """
    if kind not in Job.DELETIONS:  # these are how somebody comes to have less
        enforce_quota(owner, jobs=1)
    subject = f"{dataset.name}: {run}" if run else dataset.name
    job = Job.objects.create(
        kind=kind, owner=owner, dataset=dataset, run=run, subject=subject[:250], **options
    )
    if send:
        transaction.on_commit(partial(tasks.send, [job.pk]))
    return job


def lock_dataset(dataset: Dataset) -> Dataset:
    """Keep others from queueing jobs of a dataset, and from deleting it, until the transaction ends; return it.

    Nobody waits here for songs that are being stored: they hold no more of their dataset than its key.
    """
    return Dataset.objects.select_for_update(no_key=True).get(pk=dataset.pk)


def is_growing(dataset: Dataset) -> bool:
    """Tell whether songs are being brought to a dataset: two files at a time would get the same rows."""
    return dataset.jobs.filter(kind__in=[Job.Kind.IMPORT, Job.Kind.ADD]).alive().exists()


def is_imported(dataset: Dataset) -> bool:
    """Tell whether a dataset has songs or is getting them: a second import would write the same rows."""
    return bool(dataset.songs_count) or dataset.jobs.filter(kind=Job.Kind.IMPORT).alive().exists()
