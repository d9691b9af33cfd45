"""Asking how many groups there are: twice, stopped, and tried again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from clustering.actions.jobs import cancel_job, retry_job
from clustering.actions.sweeps import delete_sweep, start_sweep
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import runner as jobs
from clustering.models import AuditEntry, Dataset, Job, Sweep
from tests.factories import make_dataset, make_run
from tests.pipeline import import_rows
from tests.songtables import song_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def started_sweep(owner: User, tmp_path: Path) -> Sweep:
    job = import_rows(owner, tmp_path, song_rows(60, groups=2), then_cluster=False)
    return start_sweep(owner, Dataset.objects.get(pk=job.dataset_id), RunSettings(), ks=range(2, 5))


def states(sweep: Sweep) -> list[str]:
    return list(sweep.jobs.filter(kind="candidate").order_by("k").values_list("status", flat=True))


class TestStartSweep:
    def test_after_one_that_was_cancelled_is_another(self, owner: User, started_sweep: Sweep) -> None:
        assert cancel_job(owner, started_sweep.jobs.get())
        assert start_sweep(owner, started_sweep.dataset, RunSettings(), ks=range(2, 5)) != started_sweep


class TestDeleteSweep:
    def test_leaves_its_runs(self, owner: User, sent: list[int]) -> None:
        run = make_run(make_dataset(owner))
        delete_sweep(owner, run.sweep)
        run.refresh_from_db()
        assert run.sweep is None
        assert not Sweep.objects.exists()
        assert AuditEntry.objects.get(action="deleted").subject.endswith("advice on 2 to 4 groups")

    def test_waits_for_its_jobs(self, owner: User, started_sweep: Sweep) -> None:
        with pytest.raises(AnalysisError, match="Cancel it first"):
            delete_sweep(owner, started_sweep)
        cancel_job(owner, started_sweep.jobs.get())
        delete_sweep(owner, started_sweep)
        assert not Sweep.objects.exists()


class TestCancelAndRetry:
    def test_goes_on_where_it_was_stopped(self, owner: User, started_sweep: Sweep, sent: list[int]) -> None:
        first = started_sweep.jobs.get()
        tried, *others = jobs.run(first.pk)
        jobs.run(tried)
        assert cancel_job(owner, first)
        assert states(started_sweep) == ["succeeded", "cancelled", "cancelled"]

        assert retry_job(owner, Job.objects.get(pk=first.pk))
        assert sorted(sent) == sorted(others)
        for job in others:
            jobs.run(job)
        started_sweep.refresh_from_db()
        assert (started_sweep.is_finished, started_sweep.tried) == (True, 3)
        assert [one.k for one in started_sweep.candidates.order_by("k")] == [2, 3, 4]
        assert started_sweep.verdict

    def test_stopped_before_any_was_tried_begins_anew(
        self, owner: User, started_sweep: Sweep, sent: list[int]
    ) -> None:
        first = started_sweep.jobs.get()
        assert cancel_job(owner, first)
        assert retry_job(owner, Job.objects.get(pk=first.pk))
        assert sent == [first.pk]
        jobs.run_through(first.pk)
        started_sweep.refresh_from_db()
        assert started_sweep.is_finished

    def test_waits_until_what_runs_has_stopped(
        self, owner: User, started_sweep: Sweep, sent: list[int]
    ) -> None:
        first = started_sweep.jobs.get()
        running = Job.objects.get(pk=jobs.run(first.pk)[0])
        running.claim()
        assert cancel_job(owner, first)
        assert not retry_job(owner, Job.objects.get(pk=first.pk))  # it would never be tried
        assert states(started_sweep) == ["running", "cancelled", "cancelled"]

        running.stop()
        assert retry_job(owner, Job.objects.get(pk=first.pk))
        assert states(started_sweep) == ["queued", "queued", "queued"]
