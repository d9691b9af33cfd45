"""What an import that is broken off leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File

from clustering import actions, jobs
from clustering.models import Dataset, Job, Upload
from tests.songtables import song_rows, write_csv

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    """A file with a row that is rejected."""
    rows = song_rows(60)
    rows[3] |= {name: "" for name in rows[3] if name not in {"track_id", "track_name"}}
    write_csv(tmp_path / "songs.csv", rows)
    with (tmp_path / "songs.csv").open("rb") as file:
        return actions.upload_file(User.objects.create_user("ada"), file=File(file, name="songs.csv"))


def stored(upload: Upload) -> list[str]:
    """Return the names of a dataset's stored files."""
    folder = Path(settings.MEDIA_ROOT) / "uploads" / str(upload.dataset_id)
    return sorted(str(path.relative_to(settings.MEDIA_ROOT)) for path in folder.iterdir())


def break_off(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> Job:
    """Import a file and lose the job just before it is committed, as with a worker that is killed."""
    job = actions.start_import(
        upload.dataset.owner, upload, changes={}, name="", send=False, then_cluster=False
    )
    with monkeypatch.context() as patch:
        patch.setattr(Job, "succeed", lambda job: False)
        jobs.run(job.pk)
    Job.objects.update(status=Job.Status.QUEUED)
    return job


class TestBrokenOff:
    def test_a_second_attempt_replaces_the_rejected_rows_of_the_first(
        self, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        jobs.run(break_off(upload, monkeypatch).pk)
        upload.refresh_from_db()
        assert upload.rows_rejected == 1
        assert stored(upload) == sorted([upload.file.name, upload.rejected_file.name])

    def test_its_files_go_with_the_dataset(self, upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
        break_off(upload, monkeypatch)
        assert len(stored(upload)) == 2
        jobs.run(actions.delete_dataset(upload.dataset.owner, upload.dataset, send=False).pk)
        assert not Dataset.objects.exists()
        assert stored(upload) == []
