"""Uploads in a storage that hosts share without sharing a folder."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files import File

from clustering.actions.datasets import delete_dataset
from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis.run_settings import RunSettings
from clustering.exports.csv import export_csv
from clustering.jobs import runner as jobs
from clustering.models import Dataset, Job
from tests.songtables import song_rows, write_csv

pytestmark = pytest.mark.django_db(transaction=True)


def test_is_imported_from_exported_from_and_cleared(s3: str, tmp_path: Path) -> None:
    owner = User.objects.create_user("ada")
    rows = song_rows(60)
    rows[3] |= {name: "" for name in rows[3] if name not in {"track_id", "track_name"}}
    write_csv(tmp_path / "songs.csv", rows)
    with (tmp_path / "songs.csv").open("rb") as file:
        upload = upload_file(owner, file=File(file, name="songs.csv"))
    job = start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=False)
    jobs.run(job.pk)
    dataset = Dataset.objects.get()
    run = start_run(owner, dataset, RunSettings(n_clusters=3))
    jobs.run(run.jobs.get().pk)
    run.refresh_from_db()

    text = b"".join(export_csv(run)).decode("utf-8-sig")
    assert [row["track_id"] for row in csv.DictReader(io.StringIO(text))] == [
        row["track_id"] for i, row in enumerate(rows) if i != 3
    ]
    upload.refresh_from_db()
    with upload.rejected_file.open() as rejected:
        assert rejected.read().count(b"t00003") == 1

    storage, names = upload.file.storage, [upload.file.name, upload.rejected_file.name]
    assert all(storage.exists(name) for name in names)
    jobs.run(delete_dataset(owner, dataset).pk)
    assert Job.objects.latest("created_at").status == Job.Status.SUCCEEDED
    assert not any(storage.exists(name) for name in names)
