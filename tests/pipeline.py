"""What people start and workers do, done here and now by the test itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files import File
from django.db.models import F

from clustering.actions.additions import add_file, place_added_songs, start_addition
from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import runner as jobs
from clustering.jobs import tasks
from clustering.models import Dataset, Job, PendingDeletion, Run
from tests.songtables import write_csv


def import_rows(owner: User, path: Path, rows: list[dict[str, str]], **options: Any) -> Job:
    """Upload and import rows, and return the job as it ended."""
    write_csv(path / "songs.csv", rows)
    with (path / "songs.csv").open("rb") as file:
        upload = upload_file(owner, file=File(file, name="songs.csv"))
    job = start_import(upload.dataset.owner, upload, changes={}, name="", **options)
    jobs.run_through(job.pk)
    job.refresh_from_db()
    return job


def import_dataset(owner: User, path: Path, rows: list[dict[str, str]]) -> Dataset:
    """Upload and import rows without a first run, and return the dataset."""
    job = import_rows(owner, path, rows, then_cluster=False)
    assert job.status == Job.Status.SUCCEEDED, job.error
    return Dataset.objects.get(pk=job.dataset_id)


def add_rows(dataset: Dataset, path: Path, rows: list[dict[str, str]], **changes: str) -> Job:
    """Add rows to a dataset, and return the job as it ended."""
    write_csv(path / "more.csv", rows)
    with (path / "more.csv").open("rb") as file:
        upload = add_file(dataset.owner, dataset, file=File(file, name="more.csv"))
    job = start_addition(dataset.owner, upload, changes=changes)
    jobs.run(job.pk)
    job.refresh_from_db()
    dataset.refresh_from_db()
    return job


def cluster_songs(dataset: Dataset, **settings: Any) -> Run:
    """Start a run and do its job here."""
    run = start_run(dataset.owner, dataset, RunSettings(**settings))
    jobs.run_through(run.jobs.get().pk)
    return fresh(run)


def place_songs(run: Run) -> Job:
    """Place what a run has not seen, and return the job as it ended."""
    job = place_added_songs(run.owner, run)
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def fresh(run: Run) -> Run:
    """Return a run as the database has it."""
    return Run.objects.select_related("dataset").get(pk=run.pk)


def delete_due_files() -> None:
    """Do what the regular check does once the files are due that nobody kept."""
    PendingDeletion.objects.update(due_at=F("due_at") - timedelta(minutes=1))
    tasks.reap()
