"""The guarded changes of a job's state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from clustering.jobs import kinds
from clustering.models import Dataset, Job, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def delete_job() -> Job:
    owner = User.objects.create_user("ada")
    return Job.objects.create(kind="delete", owner=owner, subject="songs")


def twin(job: Job) -> Job:
    """The same row as another process sees it."""
    return Job.objects.get(pk=job.pk)


class TestClaim:
    def test_takes_a_waiting_job(self, delete_job: Job) -> None:
        assert delete_job.claim()
        assert (delete_job.status, delete_job.attempt) == (Job.Status.RUNNING, 1)
        assert delete_job.heartbeat_at is not None

    def test_has_one_winner(self, delete_job: Job) -> None:
        other = twin(delete_job)
        assert [delete_job.claim(), other.claim()] == [True, False]

    @pytest.mark.parametrize("status", ["running", "succeeded", "failed", "cancelled"])
    def test_leaves_a_job_alone_that_is_not_waiting(self, delete_job: Job, status: str) -> None:
        Job.objects.update(status=status)
        assert not delete_job.claim()


class TestBeat:
    def test_records_progress(self, delete_job: Job) -> None:
        delete_job.claim()
        assert delete_job.beat("Reading", 5, 20)
        assert (twin(delete_job).stage, twin(delete_job).percent) == ("Reading", 25)

    def test_says_stop_when_cancelled(self, delete_job: Job) -> None:
        delete_job.claim()
        twin(delete_job).cancel()
        assert not delete_job.beat("Reading", 5, 20)

    def test_says_stop_when_another_worker_has_the_job(self, delete_job: Job) -> None:
        delete_job.claim()
        successor = twin(delete_job)
        assert successor.requeue()
        assert successor.claim()
        assert not delete_job.beat("Reading", 5, 20)
        assert not delete_job.succeed()


class TestCancel:
    def test_ends_a_waiting_job_at_once(self, delete_job: Job) -> None:
        assert delete_job.cancel()
        assert delete_job.status == Job.Status.CANCELLED
        assert not delete_job.claim()

    def test_wins_over_success(self, delete_job: Job) -> None:
        delete_job.claim()
        assert twin(delete_job).cancel()
        assert not delete_job.succeed()
        assert delete_job.stop()
        assert delete_job.status == Job.Status.CANCELLED

    def test_wins_over_recovery(self, delete_job: Job) -> None:
        delete_job.claim()
        twin(delete_job).cancel()
        assert not twin(delete_job).requeue()

    def test_does_nothing_to_a_job_that_has_ended(self, delete_job: Job) -> None:
        delete_job.claim()
        delete_job.succeed()
        assert not delete_job.cancel()
        assert twin(delete_job).status == Job.Status.SUCCEEDED


class TestRetry:
    def test_gives_all_attempts_back(self, delete_job: Job) -> None:
        delete_job.claim()
        delete_job.fail("no")
        assert delete_job.retry()
        assert (delete_job.status, delete_job.attempt, delete_job.error) == (Job.Status.QUEUED, 0, "")

    def test_is_refused_while_alive(self, delete_job: Job) -> None:
        assert not delete_job.retry()


class TestGroups:
    def test_silent_jobs_are_found(self, delete_job: Job) -> None:
        delete_job.claim()
        assert not Job.objects.silent().exists()
        Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
        assert list(Job.objects.silent()) == [delete_job]

    def test_overdue_jobs_are_resent_once(self, delete_job: Job) -> None:
        Job.objects.update(queued_at=timezone.now() - timedelta(minutes=5))
        first, second = Job.objects.overdue()[0], Job.objects.overdue()[0]
        assert [first.resend(), second.resend()] == [True, False]


class TestQueue:
    @pytest.mark.parametrize(("songs", "queue"), [(5_000, "short"), (1_000_000, "long")])
    def test_of_a_run_goes_by_its_songs(self, delete_job: Job, songs: int, queue: str) -> None:
        delete_job.kind = "cluster"
        delete_job.dataset = Dataset(owner=delete_job.owner, songs_count=songs)
        assert kinds.of(delete_job).queue(delete_job) == queue

    @pytest.mark.parametrize(("size", "queue"), [(2**20, "short"), (2**30, "long")])
    def test_of_an_import_goes_by_its_file(self, delete_job: Job, size: int, queue: str) -> None:
        delete_job.kind = "import"
        delete_job.dataset = Dataset.objects.create(owner=delete_job.owner, name="songs")
        Upload.objects.create(dataset=delete_job.dataset, original_name="songs.csv", bytes=size)
        assert kinds.of(delete_job).queue(delete_job) == queue

    def test_is_the_short_one_when_the_dataset_is_gone(self, delete_job: Job) -> None:
        assert kinds.of(delete_job).queue(delete_job) == "short"
