"""An upload, and the import of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from clustering.actions.uploads import PREVIEW_ROWS, propose_preview, start_import, upload_file
from clustering.models import Dataset, Job, Upload
from clustering.songfiles import SongFileError

pytestmark = pytest.mark.django_db


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
            upload_file(owner, file=SimpleUploadedFile("empty.csv", b""))
        assert not Dataset.objects.exists()
        assert [p for p in (tmp_path / "media").rglob("*") if p.is_file()] == []

    def test_a_full_disk_is_said_and_leaves_nothing(self, owner: User, settings, tmp_path: Path) -> None:
        class DoesNotFit(SimpleUploadedFile):
            """Is read once for its hash; of the second time, for the store, the disk takes the beginning only."""

            was_read = False

            def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
                yield b"energy,valence\n"
                if self.was_read:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                self.was_read = True

        settings.MEDIA_ROOT = tmp_path / "media"
        with pytest.raises(SongFileError, match="upload disk is full"):
            upload_file(owner, file=DoesNotFit("songs.csv", b"energy,valence\n"))
        assert not Dataset.objects.exists()
        assert [p for p in (tmp_path / "media").rglob("*") if p.is_file()] == []

    def test_a_file_over_the_limit_is_refused_by_name(self, owner: User, settings) -> None:
        settings.UPLOAD_LIMIT_MB = 1
        with pytest.raises(SongFileError, match="the limit is 1 MB"):
            upload_file(owner, file=SimpleUploadedFile("big.csv", bytes(2**20 + 1)))


class TestProposePreview:
    def test_shows_the_first_rows(self, upload: Upload) -> None:
        preview = propose_preview(upload)
        assert len(preview.rows) == PREVIEW_ROWS
        assert preview.columns[:2] == ["track_id", "track_name"]
        assert preview.rows[0][1] == 'Song "0", part 0'


class TestStartImport:
    def test_sends_one_job_on_commit(
        self, upload: Upload, sent: list[int], django_capture_on_commit_callbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            job = start_import(upload.dataset.owner, upload, changes={"album_name": ""}, name="Mine")
        assert sent == [job.pk]
        upload.refresh_from_db()
        fields = {m["column"]: m["field"] for m in upload.column_map["matches"]}
        assert fields["album_name"] is None
        assert upload.dataset.name == "Mine"

    def test_is_refused_while_one_is_on_its_way(self, upload: Upload) -> None:
        start_import(upload.dataset.owner, upload, changes={}, name="")
        with pytest.raises(SongFileError, match="already"):
            start_import(upload.dataset.owner, upload, changes={}, name="")
        assert Job.objects.count() == 1

    def test_needs_an_audio_feature_or_what_names_songs(self, upload: Upload) -> None:
        changes = {m["column"]: "" for m in upload.column_map["matches"] if m["field"]}
        with pytest.raises(SongFileError, match="audio feature"):
            start_import(upload.dataset.owner, upload, changes=changes, name="")
