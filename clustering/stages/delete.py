"""Deleting a run or a dataset, with all that hangs on it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from clustering.bulk import assignments, songs
from clustering.models import AuditEntry, Dataset, Job, LeftFile, Run
from clustering.models.dataset import UPLOADS
from clustering.stages import Reporter, Save

LEFT_AFTER = timedelta(days=1)
"""What is younger can be of an upload whose row is about to be committed."""


def delete_run(job: Job, reporter: Reporter) -> Save:
    """Delete the job's run; where another job was quicker, there is nothing left to do."""
    reporter.stage("Deleting")(0, 0)

    def save() -> list[int]:
        # held first: who refers to it in this very moment, by a link or a pin, waits and then finds it gone
        if run := Run.objects.select_for_update(of=("self",)).filter(jobs=job).first():
            assignments.delete_run(run)
        return []

    return save


def delete_dataset(job: Job, reporter: Reporter) -> Save:
    """Delete the job's dataset with its files."""
    reporter.stage("Deleting")(0, 0)

    def save() -> list[int]:
        if dataset := Dataset.objects.select_for_update(of=("self",)).filter(jobs=job).first():
            LeftFile.leave(name for upload in dataset.uploads.all() for name in upload.stored_names)
            songs.delete_dataset(dataset)
            transaction.on_commit(delete_leftovers, robust=True)
        return []

    return save


def delete_leftovers() -> None:
    """Delete the files of datasets that were deleted here: a machine can stop between a file and its row.

    Only a dataset that the log knows was here: a folder or a bucket may also hold what another site keeps.
    """
    folders: list[str] = []
    with suppress(FileNotFoundError):  # nothing was ever uploaded
        folders = default_storage.listdir(UPLOADS)[0]
    numbers = {int(name) for name in folders if name.isdigit()}
    known = AuditEntry.objects.filter(dataset_id__in=numbers).values_list("dataset_id", flat=True)
    there = Dataset.objects.filter(pk__in=numbers).values_list("pk", flat=True)
    for number in set(known) - set(there):
        for name in default_storage.listdir(f"{UPLOADS}/{number}")[1]:
            path = f"{UPLOADS}/{number}/{name}"
            if default_storage.get_modified_time(path) < timezone.now() - LEFT_AFTER:
                default_storage.delete(path)
