"""A real worker over a real Redis: carrying, dying, cancelling."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import psutil
import pytest
from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from clustering.actions.jobs import cancel_job
from clustering.actions.runs import start_run
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import tasks
from clustering.models import Dataset, Job, Run
from tests.concurrency import wait_until
from tests.worker_process import WorkerProcess

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def wait_for(job: Job, condition: Callable[[Job], bool], *, seconds: float) -> float:
    """Wait until the job is as it should be, and return how long that took."""

    def is_so() -> bool:
        job.refresh_from_db()
        return condition(job)

    return wait_until(is_so, seconds=seconds)


def ended(job: Job) -> bool:
    """Tell whether the job is over."""
    return not job.is_alive


def is_under_way(job: Job) -> bool:
    """Tell whether a worker is in the middle of the job, whichever step it is at."""
    return job.status == Job.Status.RUNNING and job.stage != ""


def assert_results_are_there_once(run: Run, songs: int = 300_000) -> None:
    """Every song has one place, and the run is as large as its dataset."""
    counts = run.assignments.aggregate(rows=Count("song"), songs=Count("song", distinct=True))
    assert counts == {"rows": songs, "songs": songs}
    assert run.clusters.count() == 8


class TestWorker:
    def test_carries_a_run_to_its_end(self, worker: WorkerProcess, much_noise: Dataset) -> None:
        run = start_run(much_noise.owner, much_noise, RunSettings(n_clusters=8))
        job = run.jobs.get()
        wait_for(job, ended, seconds=120)
        assert job.status == Job.Status.SUCCEEDED, job.error
        assert_results_are_there_once(run)

    def test_killed_in_the_middle_another_finishes_the_run_once(
        self, worker: WorkerProcess, much_noise: Dataset
    ) -> None:
        run = start_run(much_noise.owner, much_noise, RunSettings(n_clusters=8))
        job = run.jobs.get()
        wait_for(job, is_under_way, seconds=60)
        worker.kill()
        worker.start()
        # as if the heartbeat's limit had passed
        Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
        tasks.reap.delay()
        wait_for(job, ended, seconds=120)
        assert (job.status, job.attempt) == (Job.Status.SUCCEEDED, 2)
        assert_results_are_there_once(run)

    def test_a_cancelled_run_stops_within_seconds_and_stays_so(
        self, worker: WorkerProcess, much_noise: Dataset
    ) -> None:
        run = start_run(much_noise.owner, much_noise, RunSettings(n_clusters=8))
        job = run.jobs.get()
        wait_for(job, is_under_way, seconds=60)
        assert cancel_job(job.owner, job)
        assert wait_for(job, ended, seconds=30) < 5
        tasks.run_job.delay(job.pk)
        tasks.reap.delay()
        time.sleep(2)
        job.refresh_from_db()
        assert (job.status, job.attempt) == (Job.Status.CANCELLED, 1)
        assert not run.assignments.exists()

    def test_its_processes_are_made_anew_after_so_many_tasks_and_nothing_is_lost(
        self, worker: WorkerProcess, some_noise: Dataset
    ) -> None:
        """What is sent while one process leaves and the next one comes is done, and at once."""

        def processes() -> set[int]:
            return {child.pid for child in psutil.Process(worker.pid).children(recursive=True)}

        first = processes()
        for _ in range(len(first) * settings.CELERY_WORKER_MAX_TASKS_PER_CHILD):
            tasks.run_job.delay(0)
        runs = [
            start_run(some_noise.owner, some_noise, RunSettings(n_clusters=8, seed=seed))
            for seed in (1, 2, 3)
        ]
        for run in runs:
            job = run.jobs.get()
            wait_for(job, ended, seconds=180)
            assert (job.status, job.attempt) == (Job.Status.SUCCEEDED, 1)
            assert_results_are_there_once(run, songs=25_000)
        assert first
        # the messages that nobody needs wait in a queue of their own, and may outlast the runs
        wait_until(lambda: first != processes(), seconds=60, seen=processes)
        assert first != processes()
