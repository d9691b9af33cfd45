"""How jobs come about, and when they are sent."""

from __future__ import annotations

import pytest
from django.db import transaction

from clustering.jobs import tasks
from clustering.jobs.kinds.cluster import ClusterSongs
from clustering.jobs.kinds.index import IndexSongs
from clustering.jobs.queue import collect_jobs, enqueue
from clustering.models import Dataset, Job
from tests.factories import make_dataset, make_run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _run_here() -> None:
    """Send jobs: here that is what is tested."""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    ids: list[int] = []
    monkeypatch.setattr(tasks, "send", ids.extend)
    return ids


@pytest.fixture
def dataset() -> Dataset:
    return make_dataset(songs=0)


class TestEnqueue:
    def test_sends_the_job_on_commit(self, dataset: Dataset, sent: list[int]) -> None:
        with transaction.atomic():
            job = enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)
            assert sent == []
        assert sent == [job.pk]
        assert (job.kind, job.status, job.subject) == ("index", Job.Status.QUEUED, dataset.name)

    def test_sends_nothing_that_was_rolled_back(self, dataset: Dataset, sent: list[int]) -> None:
        with transaction.atomic():
            enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)
            transaction.set_rollback(True)
        assert sent == []
        assert not Job.objects.exists()

    def test_says_what_the_job_is_about(self, dataset: Dataset, sent: list[int]) -> None:
        run = make_run(make_dataset())
        plain = enqueue(ClusterSongs, owner=run.owner, dataset=run.dataset, run=run)
        long = enqueue(ClusterSongs, owner=run.owner, dataset=run.dataset, run=run, subject="x" * 300)
        assert [plain.subject, long.subject] == [f"{run.dataset.name}: {run}", "x" * 250]


class TestCollectJobs:
    def test_holds_jobs_back(self, dataset: Dataset, sent: list[int]) -> None:
        with collect_jobs() as collected:
            job = enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)
        assert (collected, sent) == ([job.pk], [])

    def test_holds_back_what_is_committed_after_its_end(self, dataset: Dataset, sent: list[int]) -> None:
        with transaction.atomic(), collect_jobs() as collected:
            job = enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)
        assert (collected, sent) == ([job.pk], [])

    def test_gives_each_job_to_the_innermost(self, dataset: Dataset, sent: list[int]) -> None:
        with collect_jobs() as outer:
            with collect_jobs() as inner:
                first = enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)
            second = enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)
        third = enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)
        assert (inner, outer, sent) == ([first.pk], [second.pk], [third.pk])
