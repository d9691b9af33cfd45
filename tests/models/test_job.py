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
def job() -> Job:
    owner = User.objects.create_user("ada")
    return Job.objects.create(kind="delete", owner=owner, subject="songs")


def twin(job: Job) -> Job:
    """The same row as another process sees it."""
    return Job.objects.get(pk=job.pk)


class TestClaim:
    def test_takes_a_waiting_job(self, job: Job) -> None:
        assert job.claim()
        assert (job.status, job.attempt) == (Job.Status.RUNNING, 1)
        assert job.heartbeat_at is not None

    def test_has_one_winner(self, job: Job) -> None:
        other = twin(job)
        assert [job.claim(), other.claim()] == [True, False]

    @pytest.mark.parametrize("status", ["running", "succeeded", "failed", "cancelled"])
    def test_leaves_a_job_alone_that_is_not_waiting(self, job: Job, status: str) -> None:
        Job.objects.update(status=status)
        assert not job.claim()


class TestBeat:
    def test_records_progress(self, job: Job) -> None:
        job.claim()
        assert job.beat("Reading", 5, 20)
        assert (twin(job).stage, twin(job).percent) == ("Reading", 25)

    def test_says_stop_when_cancelled(self, job: Job) -> None:
        job.claim()
        twin(job).cancel()
        assert not job.beat("Reading", 5, 20)

    def test_says_stop_when_another_worker_has_the_job(self, job: Job) -> None:
        job.claim()
        successor = twin(job)
        assert successor.requeue()
        assert successor.claim()
        assert not job.beat("Reading", 5, 20)
        assert not job.succeed()


class TestCancel:
    def test_ends_a_waiting_job_at_once(self, job: Job) -> None:
        assert job.cancel()
        assert job.status == Job.Status.CANCELLED
        assert not job.claim()

    def test_wins_over_success(self, job: Job) -> None:
        job.claim()
        assert twin(job).cancel()
        assert not job.succeed()
        assert job.stop()
        assert job.status == Job.Status.CANCELLED

    def test_wins_over_recovery(self, job: Job) -> None:
        job.claim()
        twin(job).cancel()
        assert not twin(job).requeue()

    def test_does_nothing_to_a_job_that_has_ended(self, job: Job) -> None:
        job.claim()
        job.succeed()
        assert not job.cancel()
        assert twin(job).status == Job.Status.SUCCEEDED


class TestRetry:
    def test_gives_all_attempts_back(self, job: Job) -> None:
        job.claim()
        job.fail("no")
        assert job.retry()
        assert (job.status, job.attempt, job.error) == (Job.Status.QUEUED, 0, "")

    def test_is_refused_while_alive(self, job: Job) -> None:
        assert not job.retry()


class TestGroups:
    def test_silent_jobs_are_found(self, job: Job) -> None:
        job.claim()
        assert not Job.objects.silent().exists()
        Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
        assert list(Job.objects.silent()) == [job]

    def test_overdue_jobs_are_resent_once(self, job: Job) -> None:
        Job.objects.update(queued_at=timezone.now() - timedelta(minutes=5))
        first, second = Job.objects.overdue()[0], Job.objects.overdue()[0]
        assert [first.resend(), second.resend()] == [True, False]


class TestQueue:
    @pytest.mark.parametrize(("songs", "queue"), [(5_000, "short"), (1_000_000, "long")])
    def test_of_a_run_goes_by_its_songs(self, job: Job, songs: int, queue: str) -> None:
        job.kind = "cluster"
        job.dataset = Dataset(owner=job.owner, songs_count=songs)
        assert kinds.of(job).queue(job) == queue

    @pytest.mark.parametrize(("size", "queue"), [(2**20, "short"), (2**30, "long")])
    def test_of_an_import_goes_by_its_file(self, job: Job, size: int, queue: str) -> None:
        job.kind = "import"
        job.dataset = Dataset.objects.create(owner=job.owner, name="songs")
        Upload.objects.create(dataset=job.dataset, original_name="songs.csv", bytes=size)
        assert kinds.of(job).queue(job) == queue

    def test_is_the_short_one_when_the_dataset_is_gone(self, job: Job) -> None:
        assert kinds.of(job).queue(job) == "short"
