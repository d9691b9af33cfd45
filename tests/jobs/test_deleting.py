"""Deletions that meet: what one person deletes, another may have deleted before."""

from __future__ import annotations

import os
import signal
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from clustering.actions.datasets import delete_dataset
from clustering.actions.jobs import BusyError, cancel_job, lock_dataset, request_job, retry_job
from clustering.actions.runs import delete_run, start_run
from clustering.actions.uploads import upload_file
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import kinds, tasks
from clustering.jobs import runner as jobs
from clustering.jobs.kind import JobKind
from clustering.models import AuditEntry, Dataset, Job, PendingDeletion, Run
from tests.concurrency import call_elsewhere
from tests.factories import make_dataset, make_job, make_run, make_user
from tests.pipeline import delete_due_files
from tests.stored import stored_files

pytestmark = pytest.mark.django_db(transaction=True)

SONGS = b"title,energy\na,0.5\nb,0.6\n"


@pytest.fixture(autouse=True)
def _sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clustering.jobs.tasks.send", lambda job_ids: None)


class TestARunThatIsDeletedTwice:
    def test_does_not_take_the_dataset_with_it(self) -> None:
        """The second job finds its run gone, and must not be taken for one that deletes the dataset."""
        run = make_run()
        twice = [delete_run(run.owner, run) for _ in range(2)]
        for job in twice:
            jobs.run(job.pk)
            job.refresh_from_db()
        assert [job.status for job in twice] == [Job.Status.SUCCEEDED] * 2
        assert not Run.objects.exists()
        assert Dataset.objects.get().songs.count() == run.songs_count

    def test_is_not_tried_again_once_it_is_gone(self) -> None:
        run = make_run()
        stopped = delete_run(run.owner, run)
        assert cancel_job(run.owner, stopped)
        jobs.run(delete_run(run.owner, run).pk)
        stopped.refresh_from_db()
        assert not retry_job(run.owner, stopped)
        assert Dataset.objects.exists()


class TestADatasetThatIsBeingDeleted:
    """Its deletion was accepted, and a worker has it or will have it."""

    def ask(self, kind: type[JobKind[Any]], dataset: Dataset) -> None:
        with transaction.atomic():
            lock_dataset(dataset)
            request_job(kind, dataset.owner, dataset)

    @pytest.mark.parametrize("name", sorted(kinds.registry()))
    def test_takes_no_job_of_any_kind(self, name: str) -> None:
        dataset = make_dataset()
        deletion = delete_dataset(dataset.owner, dataset)
        with pytest.raises(BusyError, match="is being deleted"):
            self.ask(type(kinds.registry()[name]), dataset)
        assert list(dataset.jobs.all()) == [deletion]
        cancel_job(dataset.owner, deletion)
        self.ask(type(kinds.registry()[name]), dataset)

    def test_takes_no_run_and_nothing_that_failed_before(self) -> None:
        dataset = make_dataset()
        failed = make_job(dataset=dataset, kind="cluster", status=Job.Status.FAILED, run=make_run(dataset))
        delete_dataset(dataset.owner, dataset)
        with pytest.raises(BusyError, match="is being deleted"):
            start_run(dataset.owner, dataset, RunSettings(n_clusters=2))
        assert not retry_job(dataset.owner, failed)
        assert Run.objects.count() == 1

    def test_stops_what_was_accepted_at_the_same_moment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dataset = make_dataset()

        def hold_late(dataset: Dataset) -> Dataset:
            call_elsewhere(lambda: start_run(dataset.owner, dataset, RunSettings(n_clusters=2)))
            return lock_dataset(dataset)

        monkeypatch.setattr("clustering.actions.datasets.lock_dataset", hold_late)
        delete_dataset(dataset.owner, dataset)
        assert dataset.jobs.get(kind="cluster").status == Job.Status.CANCELLED

    def test_still_takes_jobs_where_only_a_run_is_deleted(self) -> None:
        run = make_run()
        delete_run(run.owner, run)
        start_run(run.owner, run.dataset, RunSettings(n_clusters=2))


class TestFilesThatAreLeft:
    """A worker died between the commit and the files, or the storage did not let go of one."""

    def test_are_deleted_by_the_regular_check(self) -> None:
        default_storage.save("uploads/1/left", ContentFile(b"energy"))
        PendingDeletion.objects.create(name="uploads/1/left")
        PendingDeletion.objects.create(name="uploads/1/gone-already")
        tasks.reap()
        assert not default_storage.exists("uploads/1/left")
        assert not PendingDeletion.objects.exists()

    def test_stay_noted_until_they_are_gone(self) -> None:
        """A folder with something in it stands for what cannot be deleted; nothing else waits for it."""
        dataset = make_dataset()
        PendingDeletion.objects.create(name="uploads/1")
        inside = default_storage.save("uploads/1/inside", ContentFile(b"energy"))
        job = delete_dataset(dataset.owner, dataset)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.SUCCEEDED
        delete_due_files()
        assert [(left.name, left.failures) for left in PendingDeletion.objects.all()] == [("uploads/1", 1)]
        default_storage.delete(inside)
        delete_due_files()
        assert not PendingDeletion.objects.exists()

    def test_are_tried_less_and_less_often_and_told_of_once(self, caplog: pytest.LogCaptureFixture) -> None:
        PendingDeletion.objects.create(name="uploads/1")
        default_storage.save("uploads/1/inside", ContentFile(b"energy"))
        waits = []
        for _ in range(14):
            tasks.reap()
            tasks.reap()  # not due
            waits.append((PendingDeletion.objects.get().due_at - timezone.now()).total_seconds())
            PendingDeletion.objects.update(due_at=timezone.now())
        expected = [min(30 * 2**failures, 86_400) for failures in range(1, 15)]
        assert waits == pytest.approx(expected, abs=5)
        told = [line for line in caplog.records if "could not be deleted" in line.getMessage()]
        assert len(told) == 14
        assert [bool(line.exc_info) for line in told] == [True] + [False] * 13

    def test_are_tried_once_a_day_for_years_and_keep_no_other_from_going(self) -> None:
        PendingDeletion.objects.create(name="uploads/1", failures=2_000)
        default_storage.save("uploads/1/inside", ContentFile(b"energy"))
        other = default_storage.save("uploads/2/left", ContentFile(b"energy"))
        PendingDeletion.objects.create(name=other)
        tasks.reap()
        left = PendingDeletion.objects.get()
        assert (left.name, left.failures) == ("uploads/1", 2_001)
        assert (left.due_at - timezone.now()).total_seconds() == pytest.approx(86_400, abs=5)
        assert not default_storage.exists(other)

    def test_keep_one_process_waiting_and_not_all(self) -> None:
        """Another process holds the file, as one does for as long as the storage does not answer."""
        name = default_storage.save("uploads/1/left", ContentFile(b"energy"))
        PendingDeletion.objects.create(name=name)
        connection.ensure_connection()
        with psycopg.connect(connection.connection.info.dsn) as other:
            other.execute("SELECT FROM clustering_pendingdeletion FOR UPDATE")
            tasks.reap()
            assert default_storage.exists(name)
        tasks.reap()
        assert not default_storage.exists(name)

    def test_of_others_are_left_to_the_regular_check(self) -> None:
        """A person who uploads a file in place of another waits for that one alone."""
        others, own = (
            default_storage.save(f"uploads/1/{name}", ContentFile(b"energy")) for name in ("others", "own")
        )
        PendingDeletion.objects.create(name=others)
        with transaction.atomic():
            PendingDeletion.schedule([own])
        assert [left.name for left in PendingDeletion.objects.all()] == [others]
        assert (default_storage.exists(others), default_storage.exists(own)) == (True, False)


class TestAnUploadWhoseProcessIsKilled:
    """Neither a dataset nor the log knows its file."""

    def test_leaves_nothing_for_longer_than_a_minute(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(AuditEntry, "record", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        before = stored_files()
        self.upload_in_a_process_of_its_own(make_user("ada"))
        assert len(stored_files() - before) == 1
        delete_due_files()
        assert stored_files() == before
        assert not PendingDeletion.objects.exists()
        assert not Dataset.objects.exists()

    @staticmethod
    def upload_in_a_process_of_its_own(owner: User) -> None:
        pid = os.fork()
        if not pid:
            _of_the_test, connection.connection = connection.connection, None
            try:
                upload_file(owner, file=ContentFile(SONGS, name="songs.csv"))
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


class TestAnUploadWhoseCommitIsNotHeardOf:
    """The connection is lost after PostgreSQL has committed: the process that uploads learns of an error only."""

    def test_keeps_its_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        record = AuditEntry.record

        def lost_after_the_commit(*args: Any) -> None:
            record(*args)
            transaction.on_commit(lose)

        def lose() -> None:
            connection.close()
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(AuditEntry, "record", lost_after_the_commit)
        with pytest.raises(OperationalError):
            upload_file(make_user("ada"), file=ContentFile(SONGS, name="songs.csv"))
        delete_due_files()
        assert default_storage.exists(Dataset.objects.get().uploads.get().file.name)
        assert not PendingDeletion.objects.exists()


class TestAnUploadThatSleptUntilItWasGivenUp:
    """The regular check came between its note and its file, and took the note along."""

    def test_leaves_nothing_where_it_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        keep = PendingDeletion.confirm

        def slept(name: str) -> None:
            call_elsewhere(PendingDeletion.objects.all().delete)
            keep(name)

        monkeypatch.setattr(PendingDeletion, "confirm", slept)
        monkeypatch.setattr(AuditEntry, "record", lambda *_: 1 / 0)
        before = stored_files()
        with pytest.raises(ZeroDivisionError):
            upload_file(make_user("ada"), file=ContentFile(SONGS, name="songs.csv"))
        assert stored_files() == before
        assert not PendingDeletion.objects.exists()


def test_a_dataset_that_is_deleted_twice_is_gone() -> None:
    dataset = make_dataset()
    twice = [delete_dataset(dataset.owner, dataset) for _ in range(2)]
    for job in twice:
        jobs.run(job.pk)
        job.refresh_from_db()
    assert [job.status for job in twice] == [Job.Status.SUCCEEDED] * 2
    assert not Dataset.objects.exists()
