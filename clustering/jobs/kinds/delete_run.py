"""Deleting a run, with all it found."""

from __future__ import annotations

from clustering.jobs.kind import JobKind, Link, Reporter, dataset_page
from clustering.models import Dataset, Job, Run
from clustering.storage import assignments


class DeleteRun(JobKind[None]):
    """Deletes the job's run.

    It is not `DeleteDataset` with a run: when the run is gone, its job must not be taken for one that deletes the
    dataset.
    """

    name = "delete_run"
    label = "Delete a run"
    works_on = ("dataset", "run")
    is_deletion = True

    def compute(self, job: Job, reporter: Reporter) -> None:
        """Do nothing but say so: all is done by one statement after the other in the database."""
        reporter.stage("Deleting")(0, 0)

    def save(self, job: Job, result: None, reporter: Reporter) -> None:
        """Delete it; where another job was quicker, there is nothing left to do."""
        # the pin goes with the run: its dataset is held before it, as by who asks for something of the run
        pinning = Dataset.objects.filter(jobs=job, pinned_run=job.run_id)
        pinning.select_for_update(of=("self",), no_key=True).first()
        # held first: who refers to it in this very moment, by a link or a pin, waits and then finds it gone
        if run := Run.objects.select_for_update(of=("self",)).filter(jobs=job).first():
            assignments.delete_run(run)

    def result_page(self, job: Job) -> Link:
        """Return the dataset of the run."""
        return dataset_page(job)
