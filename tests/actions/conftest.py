"""What the tests of actions share: an uploaded file, and the dataset that an import of it records."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files import File

from clustering.actions.uploads import upload_file
from clustering.models import Dataset, Upload
from tests.songtables import song_rows, write_csv


@pytest.fixture
def upload(owner: User, tmp_path: Path) -> Upload:
    """Upload a file of thirty songs."""
    path = write_csv(tmp_path / "my songs.csv", song_rows(30))
    with path.open("rb") as file:
        return upload_file(owner, file=File(file, name=path.name))


@pytest.fixture
def recorded_dataset(upload: Upload) -> Dataset:
    """Return a dataset whose import is over, though its songs are not in the database."""
    dataset = upload.dataset
    dataset.record_import(songs=30, features=["energy", "valence"], extra_columns=["label_code"], report={})
    return dataset
