"""The runner: claims, failures, cancellation, recovery of dead workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from clustering.analysis import AnalysisError
from clustering.jobs import kinds
from clustering.jobs import runner as jobs
from clustering.jobs.kind import Reporter
from clustering.jobs.kinds.import_songs import ImportSongs
from clustering.jobs.kinds.index import IndexSongs
from clustering.jobs.queue import enqueue
from clustering.models import Dataset, Job, Song
from tests.concurrency import call_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


Compute = Callable[[Job, Reporter], object]
Save = Callable[[Job], None]


@pytest.fixture
def job() -> Job:
    owner = User.objects.create_user("ada")
    dataset = Dataset.objects.create(owner=owner, name="songs")
    return Job.objects.create(kind="import", owner=owner, dataset=dataset, subject="songs")


def nothing(*_anything: object) -> None:
    """Do nothing."""


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a test say what an import computes and saves."""

    def use(compute: Compute = nothing, save: Save = nothing) -> None:
        class Work(ImportSongs):
            def compute(self, job: Job, reporter: Reporter) -> Any:
                return compute(job, reporter)

            def save(self, job: Job, result: object, reporter: Reporter) -> None:
                save(job)

        monkeypatch.setitem(kinds.registry(), "import", Work())

    return use


def raising(error: BaseException) -> Compute:
    def compute(job: Job, reporter: Reporter) -> None:
        raise error

    return compute


def cancel_elsewhere(job: Job) -> None:
    """Cancel the job as another process does, outside this thread's transaction."""

    def cancel() -> None:
        Job.objects.get(pk=job.pk).cancel()
        connection.close()

    thread = threading.Thread(target=cancel)
    thread.start()
    thread.join()


def naming(name: str) -> Save:
    def save(job: Job) -> None:
        Dataset.objects.filter(pk=job.dataset_id).update(name=name)

    return save


class TestRun:
    def test_saves_and_succeeds_in_one_step(self, job: Job, work) -> None:
        work(save=naming("done"))
        assert jobs.run(job.pk) == []
        job.refresh_from_db()
        assert job.status == Job.Status.SUCCEEDED
        assert job.finished_at is not None
        assert job.dataset.name == "done"

    def test_saves_what_was_computed(self, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
        saved = []
        monkeypatch.setattr(ImportSongs, "compute", lambda kind, job, reporter: ["result of", job.pk])
        monkeypatch.setattr(ImportSongs, "save", lambda kind, job, result, reporter: saved.append(result))
        jobs.run(job.pk)
        assert saved == [["result of", job.pk]]

    def test_returns_the_jobs_that_follow(self, job: Job, work) -> None:
        work(save=lambda job: enqueue(IndexSongs, owner=job.owner, dataset=job.dataset))
        (following,) = jobs.run(job.pk)
        assert Job.objects.get(pk=following).kind == "index"

    def test_returns_none_that_went_with_a_failed_save(self, job: Job, work) -> None:
        def save(job: Job) -> None:
            enqueue(IndexSongs, owner=job.owner, dataset=job.dataset)
            raise ValueError("afterwards")

        work(save=save)
        assert jobs.run(job.pk) == []
        assert Job.objects.get() == job

    def test_a_second_delivery_does_nothing(self, job: Job, work) -> None:
        calls = []
        work(compute=lambda job, reporter: calls.append(job.pk), save=naming("done"))
        jobs.run(job.pk)
        assert jobs.run(job.pk) == []
        assert calls == [job.pk]

    def test_an_unknown_job_is_nothing(self) -> None:
        assert jobs.run(5) == []

    def test_what_a_person_can_mend_is_shown(self, job: Job, work) -> None:
        work(compute=raising(AnalysisError("Choose fewer groups.")))
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, "Choose fewer groups.")

    @pytest.mark.parametrize("error", [ValueError("secret detail"), MemoryError()])
    def test_anything_else_is_logged_and_shown_neutrally(
        self, job: Job, work, caplog: pytest.LogCaptureFixture, error: Exception
    ) -> None:
        work(compute=raising(error))
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED
        assert job.error
        assert "secret detail" not in job.error
        assert "Traceback" in caplog.text

    @pytest.mark.parametrize("error", [IndexError("secret detail"), AnalysisError("Choose fewer groups.")])
    def test_a_job_whose_dataset_was_deleted_meanwhile_is_cancelled_and_says_so(
        self, job: Job, work, caplog: pytest.LogCaptureFixture, error: Exception
    ) -> None:
        def compute(job: Job, reporter: Reporter) -> None:
            call_elsewhere(Dataset.objects.all().delete)
            raise error

        work(compute=compute)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED
        assert "was deleted" in job.error
        assert not [line for line in caplog.records if line.levelname == "ERROR"]

    def test_a_failing_save_leaves_nothing_half_written(self, job: Job, work) -> None:
        def save(job: Job) -> None:
            naming("half")(job)
            raise ValueError("in the middle")

        work(save=save)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.dataset.name == "songs"

    def test_rows_are_checked_before_the_job_says_that_it_succeeded(
        self, job: Job, work, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The commit holds the job's row, so nothing that takes long may be left for it."""
        succeeded: list[int] = []

        def succeed(job: Job) -> bool:
            succeeded.append(job.pk)
            return True

        monkeypatch.setattr(Job, "succeed", succeed)

        work(save=lambda job: Song.objects.create(id=7, dataset_id=7, row_number=1))
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (succeeded, job.status) == ([], Job.Status.FAILED)
        assert not Song.objects.exists()

    def test_a_cancelled_job_stops_at_its_next_step_and_saves_nothing(self, job: Job, work) -> None:
        def long(job: Job, reporter: Reporter) -> None:
            progress = reporter.stage("Counting")
            Job.objects.get(pk=job.pk).cancel()
            deadline = timezone.now() + timedelta(seconds=20)
            while timezone.now() < deadline:
                progress(1, 2)
            raise AssertionError("was not stopped")

        work(compute=long)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED

    def test_a_cancellation_during_the_save_takes_everything_back(self, job: Job, work) -> None:
        work(
            compute=lambda job, reporter: Job.objects.get(pk=job.pk).cancel(),
            save=naming("late"),
        )
        assert jobs.run(job.pk) == []
        job.refresh_from_db()
        assert (job.status, job.dataset.name) == (Job.Status.CANCELLED, "songs")

    def test_a_cancelled_job_does_not_wait_for_a_long_statement(self, job: Job, work) -> None:
        def long(job: Job) -> None:
            cancel_elsewhere(job)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(30)")
            raise AssertionError("was not stopped")

        work(save=long)
        started = time.monotonic()
        assert jobs.run(job.pk) == []
        assert time.monotonic() - started < 5
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED

    def test_progress_is_seen_while_the_job_runs(self, job: Job, work) -> None:
        def slow(job: Job, reporter: Reporter) -> None:
            reporter.stage("Counting")(3, 10)
            deadline = timezone.now() + timedelta(seconds=20)
            while Job.objects.get(pk=job.pk).done != 3 and timezone.now() < deadline:
                pass

        work(compute=slow, save=lambda job: naming(Job.objects.get(pk=job.pk).stage)(job))
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.dataset.name == "Counting"


class TestLostDatabase:
    def test_in_a_copy_leaves_the_job_to_another_worker(self, job: Job, work: Callable[..., None]) -> None:
        """Within a COPY, psycopg's own errors come through, which Django does not know."""
        work(compute=raising(psycopg.OperationalError("the connection is lost")))
        assert jobs.run(job.pk) == []
        job.refresh_from_db()
        assert job.status == Job.Status.RUNNING

    def test_with_a_full_disk_says_so(self, job: Job, work: Callable[..., None]) -> None:
        work(compute=raising(psycopg.errors.DiskFull("no space left on device")))
        assert jobs.run(job.pk) == []
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, jobs.DISK_FULL)


class TestAWorkerThatIsStopped:
    def test_gives_its_job_back_at_once(self, job: Job, work: Callable[..., None]) -> None:
        work(compute=raising(SystemExit(0)))
        with pytest.raises(SystemExit):
            jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.QUEUED
        work(save=naming("done"))
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.status, job.attempt, job.dataset.name) == (Job.Status.SUCCEEDED, 2, "done")

    def test_ends_one_that_was_cancelled(self, job: Job, work: Callable[..., None]) -> None:
        def stop(job: Job, reporter: Reporter) -> None:
            assert Job.objects.get(pk=job.pk).cancel()
            raise SystemExit

        work(compute=stop)
        with pytest.raises(SystemExit):
            jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED


class TestReap:
    def test_leaves_a_healthy_job_alone(self, job: Job) -> None:
        job.claim()
        assert jobs.reap() == []

    def test_gives_the_job_of_a_dead_worker_to_another(self, job: Job) -> None:
        job.claim()
        Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
        assert jobs.reap() == [job.pk]
        job.refresh_from_db()
        assert job.status == Job.Status.QUEUED

    def test_fails_a_job_whose_workers_died_twice(self, job: Job) -> None:
        job.claim()
        Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1), attempt=2)
        assert jobs.reap() == []
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, jobs.DIED)

    def test_lets_a_cancelled_job_of_a_dead_worker_rest(self, job: Job) -> None:
        job.claim()
        job.cancel()
        Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
        assert jobs.reap() == []
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED

    def test_sends_a_message_again_that_was_lost(self, job: Job) -> None:
        Job.objects.update(queued_at=timezone.now() - timedelta(minutes=2))
        assert jobs.reap() == [job.pk]
        assert jobs.reap() == []
