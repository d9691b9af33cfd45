"""Asking how many groups there are: twice, stopped, and tried again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from clustering import actions
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import runner as jobs
from clustering.models import Dataset, Job, Sweep
from tests.factories import make_user
from tests.jobs.test_journey import import_rows
from tests.songtables import song_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def sweep(ada: User, tmp_path: Path) -> Sweep:
    job = import_rows(ada, tmp_path, song_rows(60), then_cluster=False)
    return actions.start_sweep(ada, Dataset.objects.get(pk=job.dataset_id), RunSettings(), ks=range(2, 5))


def states(sweep: Sweep) -> list[str]:
    return list(sweep.jobs.filter(kind="candidate").order_by("k").values_list("status", flat=True))


class TestStartSweep:
    def test_of_a_double_click_is_one(self, ada: User, sweep: Sweep) -> None:
        assert actions.start_sweep(ada, sweep.dataset, RunSettings(), ks=range(2, 5)) == sweep
        assert actions.start_sweep(ada, sweep.dataset, RunSettings(), ks=range(2, 6)) != sweep
        assert Job.objects.filter(kind="sweep").count() == 2

    def test_after_one_that_was_cancelled_is_another(self, ada: User, sweep: Sweep) -> None:
        assert actions.cancel_job(ada, sweep.jobs.get())
        assert actions.start_sweep(ada, sweep.dataset, RunSettings(), ks=range(2, 5)) != sweep


class TestCancelAndRetry:
    def test_goes_on_where_it_was_stopped(self, ada: User, sweep: Sweep, sent: list[int]) -> None:
        first = sweep.jobs.get()
        tried, *others = jobs.run(first.pk)
        jobs.run(tried)
        assert actions.cancel_job(ada, first)
        assert states(sweep) == ["succeeded", "cancelled", "cancelled"]

        assert actions.retry_job(ada, Job.objects.get(pk=first.pk))
        assert sorted(sent) == sorted(others)
        for job in others:
            jobs.run(job)
        sweep.refresh_from_db()
        assert (sweep.is_finished, sweep.tried) == (True, 3)
        assert [one.k for one in sweep.candidates.order_by("k")] == [2, 3, 4]
        assert sweep.verdict

    def test_stopped_before_any_was_tried_begins_anew(self, ada: User, sweep: Sweep, sent: list[int]) -> None:
        first = sweep.jobs.get()
        assert actions.cancel_job(ada, first)
        assert actions.retry_job(ada, Job.objects.get(pk=first.pk))
        assert sent == [first.pk]
        jobs.run_through(first.pk)
        sweep.refresh_from_db()
        assert sweep.is_finished

    def test_waits_until_what_runs_has_stopped(self, ada: User, sweep: Sweep, sent: list[int]) -> None:
        first = sweep.jobs.get()
        running = Job.objects.get(pk=jobs.run(first.pk)[0])
        running.claim()
        assert actions.cancel_job(ada, first)
        assert not actions.retry_job(ada, Job.objects.get(pk=first.pk))  # it would never be tried
        assert states(sweep) == ["running", "cancelled", "cancelled"]

        running.stop()
        assert actions.retry_job(ada, Job.objects.get(pk=first.pk))
        assert states(sweep) == ["queued", "queued", "queued"]
