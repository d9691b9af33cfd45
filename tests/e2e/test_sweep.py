"""Advice on the number of groups with two real workers: shared, surviving a kill, stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from clustering.actions.jobs import cancel_job
from clustering.actions.runs import start_run
from clustering.actions.sweeps import start_sweep
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import tasks
from clustering.models import Dataset, Job, Run, Sweep
from tests.concurrency import wait_until
from tests.worker_process import WorkerProcess

if TYPE_CHECKING:
    from django.db.models import QuerySet

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def second(worker: WorkerProcess, process_env: dict[str, str], tmp_path: Path) -> Iterator[WorkerProcess]:
    """Run a second worker beside the first."""
    other = WorkerProcess(process_env, tmp_path / "second.log")
    other.start("--concurrency", "1")
    yield other
    other.stop()


def running(sweep: Sweep) -> QuerySet[Job]:
    """Return the numbers that are being tried just now."""
    return sweep.jobs.filter(kind="candidate", status=Job.Status.RUNNING)


def is_at_it(worker: WorkerProcess) -> bool:
    """Tell whether a worker has begun a job that it has not ended, by its own log."""
    log = worker.log.read_text()
    return log.count(" received") > log.count(" succeeded in ")


class TestSweep:
    def test_is_shared_by_two_workers_and_survives_the_death_of_one(
        self, worker: WorkerProcess, second: WorkerProcess, some_noise: Dataset
    ) -> None:
        run = start_run(some_noise.owner, some_noise, RunSettings())
        assert run.sweep is not None
        wait_until(lambda: is_at_it(second) and self._is_killed_at_work(second, run.sweep), seconds=120)
        wait_until(lambda: self._let_the_dead_be_found(run.sweep), seconds=120)
        wait_until(lambda: Run.objects.get(pk=run.pk).is_finished, seconds=240)
        sweep = Sweep.objects.get(pk=run.sweep.pk)
        assert sweep.verdict == Sweep.Verdict.NONE
        assert [one.k for one in sweep.candidates.all()] == list(sweep.ks)
        assert sweep.tried == 11
        assert sweep.jobs.filter(kind="candidate", attempt=2).exists()
        assert run.jobs.filter(kind="cluster").count() == 1

    @staticmethod
    def _is_killed_at_work(worker: WorkerProcess, sweep: Sweep) -> bool:
        """Kill a worker where it has a job that it cannot have ended meanwhile: one that beats no more."""
        worker.freeze()
        # as if the heartbeat's limit had passed for all; what lives beats again at once
        running(sweep).update(heartbeat_at=timezone.now() - timedelta(minutes=1))
        time.sleep(4)
        if running(sweep).filter(heartbeat_at__lt=timezone.now() - timedelta(seconds=50)).exists():
            worker.kill()
            return True
        worker.thaw()
        return False

    @staticmethod
    def _let_the_dead_be_found(sweep: Sweep) -> bool:
        tasks.reap.delay()
        time.sleep(2)
        return sweep.jobs.filter(attempt=2).exists()

    def test_stops_within_seconds_and_stays_so(
        self, worker: WorkerProcess, second: WorkerProcess, some_noise: Dataset
    ) -> None:
        sweep = start_sweep(some_noise.owner, some_noise, RunSettings())
        wait_until(lambda: running(sweep).count() >= 2, seconds=120)
        assert cancel_job(sweep.owner, running(sweep).select_related("sweep").first())
        assert wait_until(lambda: not sweep.jobs.alive().exists(), seconds=30) < 5
        tasks.reap.delay()
        time.sleep(1)
        sweep.refresh_from_db()
        assert not sweep.jobs.alive().exists()
        assert not sweep.is_finished
