"""An uploaded file on this host's disk, wherever it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from clustering.models import Dataset, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsaved_upload() -> Upload:
    dataset = Dataset.objects.create(owner=User.objects.create_user("ada"), name="songs")
    return Upload(dataset=dataset, original_name="songs.csv", bytes=9)


class TestOnDisk:
    def test_is_the_stored_file_where_the_storage_is_a_folder(self, unsaved_upload: Upload) -> None:
        unsaved_upload.file.save("songs.csv", ContentFile(b"title\nBlue"))
        with unsaved_upload.on_disk() as path:
            assert path == Path(unsaved_upload.file.path)

    def test_is_fetched_for_the_time_from_a_storage_elsewhere(self, unsaved_upload: Upload, s3: str) -> None:
        unsaved_upload.file.save("songs.csv", ContentFile(b"title\nBlue"))
        with unsaved_upload.on_disk() as path:
            assert path.read_bytes() == b"title\nBlue"
        assert not path.exists()
