"""Deleting a run or a dataset, with all that hangs on it."""

from __future__ import annotations

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from clustering.bulk import assignments, songs
from clustering.models import Dataset, Job
from clustering.stages import Reporter, Save


def delete(job: Job, reporter: Reporter) -> Save:
    """Delete the job's run, or its dataset where it names no run."""
    reporter.stage("Deleting")(0, 0)

    def save() -> list[int]:
        if job.run is not None:
            assignments.delete_run(job.run)
        elif job.dataset is not None:
            names = _file_names(job.dataset)
            songs.delete_dataset(job.dataset)
            # files cannot be rolled back, so they go last
            transaction.on_commit(partial(_delete_files, names))
        return []

    return save


def _delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def _file_names(dataset: Dataset) -> list[str]:
    return [name for upload in dataset.uploads.all() for name in upload.stored_names]
