"""What an import that is broken off leaves behind."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files import File
from django.db import connection, transaction

from clustering.actions.datasets import delete_dataset
from clustering.actions.uploads import start_import, upload_file
from clustering.jobs import runner as jobs
from clustering.jobs import tasks
from clustering.jobs.importing import GONE
from clustering.models import Dataset, Job, PendingDeletion, Upload, pending_deletion
from tests.concurrency import call_and_disconnect, call_elsewhere, wait_for_a_lock
from tests.factories import make_dataset
from tests.pipeline import delete_due_files
from tests.songtables import song_rows, write_csv
from tests.stored import stored_files_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def flawed_upload(tmp_path: Path) -> Upload:
    """A file with a row that is rejected."""
    rows = song_rows(60)
    rows[3] |= {name: "" for name in rows[3] if name not in {"track_id", "track_name"}}
    write_csv(tmp_path / "songs.csv", rows)
    with (tmp_path / "songs.csv").open("rb") as file:
        return upload_file(User.objects.create_user("ada"), file=File(file, name="songs.csv"))


class TestMeetsADeletion:
    def test_waits_for_the_dataset_and_holds_no_file_meanwhile(self, flawed_upload: Upload) -> None:
        """A deletion holds the dataset first, and then wants its files: nearly opposites both would wait."""
        job = start_import(
            flawed_upload.dataset.owner, flawed_upload, changes={}, name="", then_cluster=False
        )
        importing = threading.Thread(target=call_and_disconnect, args=(lambda: jobs.run(job.pk),))
        with transaction.atomic():
            Dataset.objects.select_for_update().get(pk=flawed_upload.dataset_id)
            importing.start()
            wait_for_a_lock()
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '5s'")
            assert PendingDeletion.objects.select_for_update().get().name == flawed_upload.rejected_name
        importing.join(60)
        job.refresh_from_db()
        assert job.status == Job.Status.SUCCEEDED

    def test_that_waits_for_it_and_then_deletes_all_it_stored(
        self, flawed_upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The deletion asks for the dataset when the songs and the file are stored, and the import then changes it."""
        job = start_import(
            flawed_upload.dataset.owner, flawed_upload, changes={}, name="", then_cluster=False
        )
        deletion = Job.objects.create(
            kind="delete",
            owner=flawed_upload.dataset.owner,
            dataset=flawed_upload.dataset,
            subject="songs",
        )
        deleting = threading.Thread(target=call_and_disconnect, args=(lambda: jobs.run(deletion.pk),))
        record = Dataset.record_import

        def met(dataset: Dataset, **found: Any) -> None:
            deleting.start()
            wait_for_a_lock()
            record(dataset, **found)

        monkeypatch.setattr(Dataset, "record_import", met)
        jobs.run(job.pk)
        deleting.join(60)
        statuses = dict(Job.objects.values_list("kind", "status"))
        assert statuses == {"import": Job.Status.SUCCEEDED, "delete": Job.Status.SUCCEEDED}
        assert (Dataset.objects.count(), stored_files_of(flawed_upload), PendingDeletion.objects.count()) == (
            0,
            [],
            0,
        )

    def test_ends_with_a_sentence_where_it_comes_too_late(
        self, flawed_upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Dataset, "lock", lambda _: False)
        job = start_import(flawed_upload.dataset.owner, flawed_upload, changes={}, name="")
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, GONE)

    def test_knows_that_its_dataset_is_gone(self) -> None:
        dataset = make_dataset()
        with transaction.atomic():
            assert dataset.lock()
            dataset.uploads.all().delete()
            dataset.songs.all().delete()
            Dataset.objects.filter(pk=dataset.pk).delete()
            assert not dataset.lock()


def break_off(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Import a file and lose the job just before it is committed, as with a worker that is killed."""
    job = start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=False)
    with monkeypatch.context() as patch:
        patch.setattr(Job, "succeed", lambda job: False)
        jobs.run(job.pk)
    Job.objects.update(status=Job.Status.QUEUED)
    return job


class TestBrokenOff:
    def test_a_second_attempt_replaces_the_rejected_rows_of_the_first(
        self, flawed_upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        jobs.run(break_off(flawed_upload, monkeypatch).pk)
        flawed_upload.refresh_from_db()
        assert flawed_upload.rows_rejected == 1
        assert stored_files_of(flawed_upload) == sorted(
            [flawed_upload.file.name, flawed_upload.rejected_file.name]
        )

    def test_its_rejected_rows_go_within_a_minute(
        self, flawed_upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also where the worker was killed: what PostgreSQL takes back then is that the file is kept."""
        break_off(flawed_upload, monkeypatch)
        assert len(stored_files_of(flawed_upload)) == 2
        Job.objects.update(status=Job.Status.CANCELLED)
        delete_due_files()
        assert stored_files_of(flawed_upload) == [flawed_upload.file.name]
        assert not PendingDeletion.objects.exists()

    def test_its_rejected_rows_go_where_it_is_refused_at_its_end(
        self, flawed_upload: Upload, settings
    ) -> None:
        settings.LIMITS = settings.LIMITS | {"songs": 10}
        job = start_import(
            flawed_upload.dataset.owner, flawed_upload, changes={}, name="", then_cluster=False
        )
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.status, len(stored_files_of(flawed_upload))) == (Job.Status.FAILED, 2)
        delete_due_files()
        assert stored_files_of(flawed_upload) == [flawed_upload.file.name]

    def test_its_rejected_rows_stay_until_it_has_ended(
        self, flawed_upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The regular check comes between their storing and the commit."""
        monkeypatch.setattr(pending_deletion, "GRACE", timedelta(0))
        succeed = Job.succeed

        def checked(job: Job) -> bool:
            assert len(stored_files_of(flawed_upload)) == 2
            call_elsewhere(tasks.reap)
            return succeed(job)

        monkeypatch.setattr(Job, "succeed", checked)
        job = start_import(
            flawed_upload.dataset.owner, flawed_upload, changes={}, name="", then_cluster=False
        )
        jobs.run(job.pk)
        delete_due_files()
        flawed_upload.refresh_from_db()
        assert stored_files_of(flawed_upload) == sorted(
            [flawed_upload.file.name, flawed_upload.rejected_file.name]
        )
        assert not PendingDeletion.objects.exists()

    def test_its_files_go_with_the_dataset(
        self, flawed_upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        break_off(flawed_upload, monkeypatch)
        assert len(stored_files_of(flawed_upload)) == 2
        jobs.run(delete_dataset(flawed_upload.dataset.owner, flawed_upload.dataset).pk)
        assert not Dataset.objects.exists()
        assert stored_files_of(flawed_upload) == []
