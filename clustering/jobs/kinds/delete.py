"""Deleting a run or a dataset, with all that hangs on it."""

from __future__ import annotations

from clustering.jobs.kinds import Reporter, Save
from clustering.models import Dataset, Job, PendingDeletion, Run
from clustering.storage import assignments, songs


def delete_run(job: Job, reporter: Reporter) -> Save:
    """Delete the job's run; where another job was quicker, there is nothing left to do."""
    reporter.stage("Deleting")(0, 0)

    def save() -> list[int]:
        # the pin goes with the run: its dataset is held before it, as by who asks for something of the run
        pinning = Dataset.objects.filter(jobs=job, pinned_run=job.run_id)
        pinning.select_for_update(of=("self",), no_key=True).first()
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
            PendingDeletion.schedule(name for upload in dataset.uploads.all() for name in upload.stored_names)
            songs.delete_dataset(dataset)
        return []

    return save
