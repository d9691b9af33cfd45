"""What the tests of actions share: a person, an uploaded file, a dataset, and no worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files import File

from clustering import actions
from clustering.jobs import tasks
from clustering.models import Dataset, Upload
from tests.songtables import song_rows, write_csv


@pytest.fixture
def owner(db: None) -> User:
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
