"""Trying jobs again, and sending them."""

from __future__ import annotations

import pytest
from kombu.exceptions import OperationalError

from clustering.actions.jobs import retry_job
from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import tasks
from clustering.models import Dataset, Job, Upload

pytestmark = pytest.mark.django_db


class TestRetryJob:
    def test_sends_a_failed_job_again(
        self, recorded_dataset: Dataset, sent: list[int], django_capture_on_commit_callbacks
    ) -> None:
        job = start_run(recorded_dataset.owner, recorded_dataset, RunSettings()).jobs.get()
        job.fail_unsent("no broker")
        with django_capture_on_commit_callbacks(execute=True):
            assert retry_job(job.owner, job)
        assert sent == [job.pk]

    def test_leaves_a_waiting_job_alone(self, recorded_dataset: Dataset) -> None:
        assert not retry_job(
            recorded_dataset.owner,
            start_run(recorded_dataset.owner, recorded_dataset, RunSettings()).jobs.get(),
        )

    def test_cannot_bring_back_what_is_gone(self, recorded_dataset: Dataset) -> None:
        run = start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=3))
        job = run.jobs.get()
        job.cancel()
        run.delete()
        job.refresh_from_db()
        assert not retry_job(job.owner, job)

    @pytest.mark.parametrize("end", ["fail", "stop"])
    def test_leaves_an_import_alone_when_another_one_brought_the_songs(
        self, upload: Upload, end: str
    ) -> None:
        first = start_import(upload.dataset.owner, upload, changes={}, name="")
        first.claim()
        first.fail("no space") if end == "fail" else (first.cancel(), first.stop())
        second = start_import(upload.dataset.owner, upload, changes={}, name="")
        assert not retry_job(first.owner, first)  # two would write the same songs
        second.claim()
        upload.dataset.record_import(songs=30, features=["energy"], extra_columns=[], report={})
        second.succeed()
        assert not retry_job(first.owner, first)


class TestSend:
    def test_without_a_broker_a_job_fails_with_a_sentence(
        self, recorded_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unreachable(*args: object, **options: object) -> None:
            raise OperationalError("no route")

        monkeypatch.setattr(tasks.run_job, "apply_async", unreachable)
        job = start_run(recorded_dataset.owner, recorded_dataset, RunSettings()).jobs.get()
        tasks.send([job.pk])
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, tasks.NO_BROKER)
