"""What is done to a whole dataset."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from clustering.actions.jobs import lock_dataset, request_job
from clustering.jobs import kinds
from clustering.jobs.kinds.delete_dataset import DeleteDataset
from clustering.models import AuditEntry, Dataset, Job

MAX_NAME_LENGTH = 200


def delete_dataset(user: User, dataset: Dataset) -> Job:
    """Delete a dataset with its files, songs and runs, after stopping what works on it.

    Where it is being deleted already, that is the job.
    """
    deleting = dataset.jobs.filter(kind=DeleteDataset.name).alive()
    if (before := deleting.first()) is not None:
        return before
    _stop_jobs(dataset)
    with transaction.atomic():
        lock_dataset(dataset)
        if (before := deleting.all().first()) is not None:
            return before
        AuditEntry.record(user, AuditEntry.Action.DELETED, dataset, dataset.name)
        deletion = request_job(DeleteDataset, user, dataset)
    _stop_jobs(dataset)  # those that were accepted meanwhile: from now on none is
    return deletion


def _stop_jobs(dataset: Dataset) -> None:
    for job in dataset.jobs.exclude(kind__in=kinds.deletions()).alive():
        job.cancel()


def rename_dataset(user: User, dataset: Dataset, name: str) -> None:
    """Give a dataset another name."""
    before = dataset.name
    with transaction.atomic():
        dataset.rename(name.strip()[:MAX_NAME_LENGTH])
        AuditEntry.record(user, AuditEntry.Action.RENAMED, dataset, f"{before}, now {dataset.name}")


def share_dataset(user: User, dataset: Dataset, visibility: str) -> None:
    """Show a dataset to nobody else, or to everybody who signs in."""
    with transaction.atomic():
        dataset.share(visibility)
        words = f"{dataset.name}: {dataset.get_visibility_display()}"
        AuditEntry.record(user, AuditEntry.Action.SHARED, dataset, words)
