"""Deleting a dataset, with all that hangs on it."""

from __future__ import annotations

from clustering.jobs.kind import JobKind, Link, Reporter, dataset_page
from clustering.models import Dataset, Job, PendingDeletion
from clustering.storage import songs


class DeleteDataset(JobKind[None]):
    """Deletes the job's dataset with its files, songs and runs."""

    name = "delete"
    label = "Delete"
    is_deletion = True

    def compute(self, job: Job, reporter: Reporter) -> None:
        """Do nothing but say so: all is done by one statement after the other in the database."""
        reporter.stage("Deleting")(0, 0)

    def save(self, job: Job, result: None, reporter: Reporter) -> None:
        """Delete it; where another job was quicker, there is nothing left to do."""
        if dataset := Dataset.objects.select_for_update(of=("self",)).filter(jobs=job).first():
            PendingDeletion.schedule(name for upload in dataset.uploads.all() for name in upload.stored_names)
            songs.delete_dataset(dataset)

    def result_page(self, job: Job) -> Link:
        """Return the dataset where it is still there, or all."""
        return dataset_page(job)
