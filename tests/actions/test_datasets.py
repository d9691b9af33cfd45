"""Deleting datasets and runs."""

from __future__ import annotations

import pytest

from clustering.actions.datasets import delete_dataset
from clustering.actions.runs import delete_run, start_run
from clustering.analysis.run_settings import RunSettings
from clustering.models import Dataset, Job

pytestmark = pytest.mark.django_db


class TestDelete:
    def test_stops_what_works_on_the_dataset(self, recorded_dataset: Dataset) -> None:
        running = start_run(recorded_dataset.owner, recorded_dataset, RunSettings()).jobs.get()
        job = delete_dataset(recorded_dataset.owner, recorded_dataset)
        running.refresh_from_db()
        assert running.status == Job.Status.CANCELLED
        assert (job.kind, job.run) == ("delete", None)

    def test_of_a_run_names_the_run(self, recorded_dataset: Dataset) -> None:
        run = start_run(recorded_dataset.owner, recorded_dataset, RunSettings())
        assert delete_run(recorded_dataset.owner, run).run == run
        assert run.jobs.exclude(kind="delete_run").get().status == Job.Status.CANCELLED
