"""What is done to a whole dataset."""

from __future__ import annotations

from django.contrib.auth.models import User

from clustering.actions.jobs import queue_job
from clustering.models import Dataset, Job

LONGEST_NAME = 200


def delete_dataset(user: User, dataset: Dataset, *, send: bool = True) -> Job:
    """Delete a dataset with its files, songs and runs, after stopping what works on it."""
    for job in dataset.jobs.exclude(kind=Job.Kind.DELETE).alive():
        job.cancel()
    return queue_job(Job.Kind.DELETE, user, dataset, send=send)


def rename_dataset(dataset: Dataset, name: str) -> None:
    """Give a dataset another name."""
    dataset.rename(name.strip()[:LONGEST_NAME])


def share_dataset(dataset: Dataset, visibility: str) -> None:
    """Show a dataset to nobody else, or to everybody who signs in."""
    dataset.share(visibility)
