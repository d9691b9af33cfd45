"""The runner: claims, failures, cancellation, recovery of dead workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from clustering import jobs
from clustering.analysis import AnalysisError
from clustering.models import Dataset, Job, Song
from clustering.stages import Reporter, Save

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job() -> Job:
    owner = User.objects.create_user("ada")
    dataset = Dataset.objects.create(owner=owner, name="songs")
    return Job.objects.create(kind=Job.Kind.IMPORT, owner=owner, dataset=dataset, subject="songs")


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Let a test say what the stage of an import does."""

    def use(function: object) -> None:
        monkeypatch.setitem(jobs.STAGES, Job.Kind.IMPORT, function)

    return use  # type: ignore[return-value]


def raise_error(error: Exception) -> Save:
    raise error


def cancel_elsewhere(job: Job) -> None:
    """Cancel the job as another process does, outside this thread's transaction."""

    def cancel() -> None:
        Job.objects.get(pk=job.pk).cancel()
        connection.close()

    thread = threading.Thread(target=cancel)
    thread.start()
    thread.join()


def rename(job: Job, name: str) -> Save:
    def save() -> list[int]:
        Dataset.objects.filter(pk=job.dataset_id).update(name=name)
        return [17]

    return save


class TestRun:
    def test_saves_and_succeeds_in_one_step(self, job: Job, stage) -> None:
        stage(lambda job, reporter: rename(job, "done"))
        assert jobs.run(job.pk) == [17]
        job.refresh_from_db()
        assert job.status == Job.Status.SUCCEEDED
        assert job.finished_at is not None
        assert job.dataset.name == "done"

    def test_a_second_delivery_does_nothing(self, job: Job, stage) -> None:
        calls = []
        stage(lambda job, reporter: calls.append(job.pk) or rename(job, "done"))
        jobs.run(job.pk)
        assert jobs.run(job.pk) == []
        assert calls == [job.pk]

    def test_an_unknown_job_is_nothing(self) -> None:
        assert jobs.run(5) == []

    def test_what_a_person_can_mend_is_shown(self, job: Job, stage) -> None:
        def broken(job: Job, reporter: Reporter) -> Save:
            raise AnalysisError("Choose fewer groups.")

        stage(broken)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, "Choose fewer groups.")

    @pytest.mark.parametrize("error", [ValueError("secret detail"), MemoryError()])
    def test_anything_else_is_logged_and_shown_neutrally(
        self, job: Job, stage, caplog: pytest.LogCaptureFixture, error: Exception
    ) -> None:
        def broken(job: Job, reporter: Reporter) -> Save:
            raise error

        stage(broken)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED
        assert job.error
        assert "secret detail" not in job.error
        assert "Traceback" in caplog.text

    def test_a_failing_save_leaves_nothing_half_written(self, job: Job, stage) -> None:
        def half(job: Job, reporter: Reporter) -> Save:
            def save() -> list[int]:
                rename(job, "half")()
                raise ValueError("in the middle")

            return save

        stage(half)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.dataset.name == "songs"

    def test_rows_are_checked_before_the_job_says_that_it_succeeded(
        self, job: Job, stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The commit holds the job's row, so nothing that takes long may be left for it."""
        succeeded = []
        monkeypatch.setattr(Job, "succeed", lambda job: succeeded.append(job.pk) or True)

        def save_song_of_no_dataset() -> list[int]:
            Song.objects.create(id=7, dataset_id=7, row_number=1)
            return []

        stage(lambda job, reporter: save_song_of_no_dataset)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (succeeded, job.status) == ([], Job.Status.FAILED)
        assert not Song.objects.exists()

    def test_a_cancelled_job_stops_at_its_next_step_and_saves_nothing(self, job: Job, stage) -> None:
        def long(job: Job, reporter: Reporter) -> Save:
            progress = reporter.stage("Counting")
            Job.objects.get(pk=job.pk).cancel()
            deadline = timezone.now() + timedelta(seconds=20)
            while timezone.now() < deadline:
                progress(1, 2)
            raise AssertionError("was not stopped")

        stage(long)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED

    def test_a_cancellation_during_the_save_takes_everything_back(self, job: Job, stage) -> None:
        def late(job: Job, reporter: Reporter) -> Save:
            Job.objects.get(pk=job.pk).cancel()
            return rename(job, "late")

        stage(late)
        assert jobs.run(job.pk) == []
        job.refresh_from_db()
        assert (job.status, job.dataset.name) == (Job.Status.CANCELLED, "songs")

    def test_a_cancelled_job_does_not_wait_for_a_long_statement(self, job: Job, stage) -> None:
        def long(job: Job, reporter: Reporter) -> Save:
            def save() -> list[int]:
                cancel_elsewhere(job)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(30)")
                raise AssertionError("was not stopped")

            return save

        stage(long)
        started = time.monotonic()
        assert jobs.run(job.pk) == []
        assert time.monotonic() - started < 5
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED

    def test_progress_is_seen_while_the_job_runs(self, job: Job, stage) -> None:
        def slow(job: Job, reporter: Reporter) -> Save:
            reporter.stage("Counting")(3, 10)
            deadline = timezone.now() + timedelta(seconds=20)
            while Job.objects.get(pk=job.pk).done != 3 and timezone.now() < deadline:
                pass
            return rename(job, Job.objects.get(pk=job.pk).stage)

        stage(slow)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.dataset.name == "Counting"


class TestLostDatabase:
    def test_in_a_copy_leaves_the_job_to_another_worker(
        self, job: Job, stage: Callable[[object], None]
    ) -> None:
        """Within a COPY, psycopg's own errors come through, which Django does not know."""
        stage(lambda job, reporter: raise_error(psycopg.OperationalError("the connection is lost")))
        assert jobs.run(job.pk) == []
        job.refresh_from_db()
        assert job.status == Job.Status.RUNNING

    def test_with_a_full_disk_says_so(self, job: Job, stage: Callable[[object], None]) -> None:
        stage(lambda job, reporter: raise_error(psycopg.errors.DiskFull("no space left on device")))
        assert jobs.run(job.pk) == []
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, jobs.DISK_FULL)


class TestAWorkerThatIsStopped:
    def test_gives_its_job_back_at_once(self, job: Job, stage: Callable[[object], None]) -> None:
        stage(lambda job, reporter: raise_error(SystemExit(0)))  # type: ignore[arg-type]
        with pytest.raises(SystemExit):
            jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.QUEUED
        stage(lambda job, reporter: rename(job, "done"))
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.status, job.attempt, job.dataset.name) == (Job.Status.SUCCEEDED, 2, "done")

    def test_ends_one_that_was_cancelled(self, job: Job, stage: Callable[[object], None]) -> None:
        def stop(job: Job, reporter: Reporter) -> Save:
            assert Job.objects.get(pk=job.pk).cancel()
            raise SystemExit

        stage(stop)
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
