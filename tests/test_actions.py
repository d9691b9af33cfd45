"""What people cause, up to the message that is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from kombu.exceptions import OperationalError

from clustering import actions, tasks
from clustering.analysis import AnalysisError
from clustering.models import Dataset, Job, Run, Upload
from clustering.songfiles import SongFileError
from tests.songtables import song_rows, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the jobs that were sent, instead of sending them."""
    ids: list[int] = []
    monkeypatch.setattr(tasks, "send", ids.extend)
    return ids


@pytest.fixture
def upload(owner: User, tmp_path: Path) -> Upload:
    path = write_csv(tmp_path / "my songs.csv", song_rows(30))
    with path.open("rb") as file:
        return actions.upload_file(owner, file=File(file, name=path.name))


@pytest.fixture
def dataset(upload: Upload) -> Dataset:
    """A dataset whose import is over."""
    dataset = upload.dataset
    dataset.record_import(songs=30, features=["energy", "valence"], extra_columns=["label_code"], report={})
    return dataset


class TestUploadFile:
    def test_keeps_the_file_and_proposes_columns(self, upload: Upload) -> None:
        assert upload.dataset.name == "my songs"
        assert upload.bytes == upload.file.size
        assert len(upload.sha256) == 64
        fields = {m["column"]: m["field"] for m in upload.column_map["matches"]}
        assert (fields["track_name"], fields["energy"]) == ("title", "energy")

    def test_stores_it_under_a_generated_name(self, upload: Upload) -> None:
        assert "songs" not in Path(upload.file.name).name

    def test_a_file_that_cannot_be_read_leaves_nothing(self, owner: User, settings, tmp_path: Path) -> None:
        settings.MEDIA_ROOT = tmp_path / "media"
        with pytest.raises(SongFileError):
            actions.upload_file(owner, file=SimpleUploadedFile("empty.csv", b""))
        assert not Dataset.objects.exists()
        assert [p for p in (tmp_path / "media").rglob("*") if p.is_file()] == []

    def test_a_file_over_the_limit_is_refused_by_name(self, owner: User, settings) -> None:
        settings.UPLOAD_LIMIT_MB = 1
        with pytest.raises(SongFileError, match="at most 1 MB"):
            actions.upload_file(owner, file=SimpleUploadedFile("big.csv", bytes(2**20 + 1)))


class TestProposePreview:
    def test_shows_the_first_rows(self, upload: Upload) -> None:
        preview = actions.propose_preview(upload)
        assert len(preview.rows) == actions.PREVIEW_ROWS
        assert preview.columns[:2] == ["track_id", "track_name"]
        assert preview.rows[0][1] == 'Song "0", part 0'


class TestStartImport:
    def test_sends_one_job_on_commit(
        self, upload: Upload, sent: list[int], django_capture_on_commit_callbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            job = actions.start_import(upload, changes={"album_name": ""}, name="Mine")
        assert sent == [job.pk]
        upload.refresh_from_db()
        fields = {m["column"]: m["field"] for m in upload.column_map["matches"]}
        assert fields["album_name"] is None
        assert upload.dataset.name == "Mine"

    def test_is_refused_while_one_is_on_its_way(self, upload: Upload) -> None:
        actions.start_import(upload, changes={}, name="")
        with pytest.raises(SongFileError, match="already"):
            actions.start_import(upload, changes={}, name="")
        assert Job.objects.count() == 1

    def test_needs_an_audio_feature(self, upload: Upload) -> None:
        changes = {m["column"]: "" for m in upload.column_map["matches"] if m["field"]}
        with pytest.raises(SongFileError, match="audio feature"):
            actions.start_import(upload, changes=changes, name="")


class TestStartRun:
    def test_takes_the_features_that_the_dataset_has(self, dataset: Dataset) -> None:
        run = actions.start_run(dataset.owner, dataset)
        assert (run.features, run.k_requested) == (["energy", "valence"], None)
        assert run.jobs.get().kind == Job.Kind.CLUSTER

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"k": 1}, "from 2 to 50"),
            ({"k": 51}, "from 2 to 50"),
            ({"k": 31}, "30 songs"),
            ({"features": ["smell"]}, "smell is no feature"),
            ({"scaler": "loud"}, "loud is no scaler"),
            ({"missing": "guess"}, "guess is no rule"),
            ({"seed": -1}, "seed is -1, and has to be from 0 to 2,147,483,647"),
            ({"seed": 2**31}, "seed is 2147483648"),
        ],
    )
    def test_says_what_cannot_be(self, dataset: Dataset, settings: dict, sentence: str) -> None:
        with pytest.raises(AnalysisError, match=sentence):
            actions.start_run(dataset.owner, dataset, **settings)
        assert not Run.objects.exists()

    def test_waits_for_the_import(self, upload: Upload) -> None:
        with pytest.raises(AnalysisError, match="no songs yet"):
            actions.start_run(upload.dataset.owner, upload.dataset)

    def test_needs_a_feature(self, dataset: Dataset) -> None:
        dataset.features = []
        with pytest.raises(AnalysisError, match="at least one feature"):
            actions.start_run(dataset.owner, dataset)

    def test_again_copies_the_settings(self, dataset: Dataset) -> None:
        first = actions.start_run(dataset.owner, dataset, features=["label_code"], k=3, seed=7)
        again = actions.run_again(dataset.owner, first)
        assert again.pk != first.pk
        assert (again.features, again.k_requested, again.seed) == (["label_code"], 3, 7)


class TestRetryJob:
    def test_sends_a_failed_job_again(
        self, dataset: Dataset, sent: list[int], django_capture_on_commit_callbacks
    ) -> None:
        job = actions.start_run(dataset.owner, dataset).jobs.get()
        job.refuse("no broker")
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.retry_job(job)
        assert sent == [job.pk]

    def test_leaves_a_waiting_job_alone(self, dataset: Dataset) -> None:
        assert not actions.retry_job(actions.start_run(dataset.owner, dataset).jobs.get())

    def test_cannot_bring_back_what_is_gone(self, dataset: Dataset) -> None:
        run = actions.start_run(dataset.owner, dataset)
        job = run.jobs.get()
        job.cancel()
        run.delete()
        job.refresh_from_db()
        assert not actions.retry_job(job)

    @pytest.mark.parametrize("end", ["fail", "stop"])
    def test_leaves_an_import_alone_when_another_one_brought_the_songs(
        self, upload: Upload, end: str
    ) -> None:
        first = actions.start_import(upload, changes={}, name="")
        first.claim()
        first.fail("no space") if end == "fail" else (first.cancel(), first.stop())
        second = actions.start_import(upload, changes={}, name="")
        assert not actions.retry_job(first)  # two would write the same songs
        second.claim()
        upload.dataset.record_import(songs=30, features=["energy"], extra_columns=[], report={})
        second.succeed()
        assert not actions.retry_job(first)


class TestDelete:
    def test_stops_what_works_on_the_dataset(self, dataset: Dataset) -> None:
        running = actions.start_run(dataset.owner, dataset).jobs.get()
        job = actions.delete_dataset(dataset.owner, dataset)
        running.refresh_from_db()
        assert running.status == Job.Status.CANCELLED
        assert (job.kind, job.run) == (Job.Kind.DELETE, None)

    def test_of_a_run_names_the_run(self, dataset: Dataset) -> None:
        run = actions.start_run(dataset.owner, dataset)
        assert actions.delete_run(dataset.owner, run).run == run
        assert run.jobs.exclude(kind=Job.Kind.DELETE).get().status == Job.Status.CANCELLED


class TestSend:
    def test_without_a_broker_a_job_fails_with_a_sentence(
        self, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unreachable(*args: object, **options: object) -> None:
            raise OperationalError("no route")

        monkeypatch.setattr(tasks.run_job, "apply_async", unreachable)
        job = actions.start_run(dataset.owner, dataset).jobs.get()
        tasks.send([job.pk])
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, tasks.NO_BROKER)
