"""Deleting datasets and runs."""

from __future__ import annotations

import pytest

from clustering import actions
from clustering.analysis.run_settings import RunSettings
from clustering.models import Dataset, Job

pytestmark = pytest.mark.django_db


class TestDelete:
    def test_stops_what_works_on_the_dataset(self, recorded_dataset: Dataset) -> None:
        running = actions.start_run(recorded_dataset.owner, recorded_dataset, RunSettings()).jobs.get()
        job = actions.delete_dataset(recorded_dataset.owner, recorded_dataset)
        running.refresh_from_db()
        assert running.status == Job.Status.CANCELLED
        assert (job.kind, job.run) == ("delete", None)

    def test_of_a_run_names_the_run(self, recorded_dataset: Dataset) -> None:
        run = actions.start_run(recorded_dataset.owner, recorded_dataset, RunSettings())
        assert actions.delete_run(recorded_dataset.owner, run).run == run
        assert run.jobs.exclude(kind="delete_run").get().status == Job.Status.CANCELLED
