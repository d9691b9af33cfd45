"""Asking how many groups there are: twice, stopped, and tried again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from clustering.actions.jobs import cancel_job, retry_job
from clustering.actions.sweeps import start_sweep
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import runner as jobs
from clustering.models import Dataset, Job, Sweep
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
    def test_of_a_double_click_is_one(self, owner: User, started_sweep: Sweep) -> None:
        assert start_sweep(owner, started_sweep.dataset, RunSettings(), ks=range(2, 5)) == started_sweep
        assert start_sweep(owner, started_sweep.dataset, RunSettings(), ks=range(2, 6)) != started_sweep
        assert Job.objects.filter(kind="sweep").count() == 2

    def test_after_one_that_was_cancelled_is_another(self, owner: User, started_sweep: Sweep) -> None:
        assert cancel_job(owner, started_sweep.jobs.get())
        assert start_sweep(owner, started_sweep.dataset, RunSettings(), ks=range(2, 5)) != started_sweep


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
