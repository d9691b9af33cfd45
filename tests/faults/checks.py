"""What must be so after every fault: each job in a right state, results there once, no orphans, pages that say so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Count, Exists, F, OuterRef, Sum
from django.test import Client
from django.utils import timezone

from clustering.jobs import kinds
from clustering.jobs.kinds.index import due_datasets
from clustering.models import (
    Artist,
    Assignment,
    Catalog,
    Cluster,
    Dataset,
    Genre,
    GenreCounts,
    Job,
    MemberList,
    PendingDeletion,
    Run,
    RunComparison,
    Song,
    SongColumn,
    SongText,
    SongVector,
    Sweep,
    SweepCandidate,
    Upload,
)
from clustering.storage.kept_columns import IS_SONG
from clustering.storage.matrix import load_matrix, read_matrix
from clustering.web.charts.figure import songs_in_words
from tests.faults.app import App

RECOVERY_SECONDS = 60
"""Within which every job has to be in a right state."""

END_SECONDS = 300
LIVES_ON = timedelta(seconds=2)

BELONGS: tuple[tuple[Any, str, Any], ...] = (
    *((model, "dataset", Dataset) for model in (Song, SongText, Artist, Genre, Upload, Run, Sweep)),
    *((model, "song", Song) for model in (Assignment, SongText, SongVector)),
    *((model, "run", Run) for model in (Assignment, Cluster, MemberList)),
)
"""Rows, and what each has to belong to; not all of it is a foreign key of the database."""

OF_DATASETS: tuple[Any, ...] = (
    *(Dataset, Upload, Song, SongText, SongVector, Artist, Genre, Catalog),
    *(Run, Cluster, Assignment, MemberList, GenreCounts, RunComparison, Sweep, SweepCandidate),
)
"""Datasets, and what goes with them."""


def wait_until(
    condition: Callable[[], bool], *, seconds: float, app: App | None = None, pause: float = 0.05
) -> float:
    """Wait until something is so, and return how long that took; meanwhile what was killed is started again."""
    started = time.monotonic()
    while True:
        try:
            if condition():
                return time.monotonic() - started
        except (DatabaseError, InterfaceError):  # it was the fault
            connection.close()
        if time.monotonic() - started > seconds:
            pytest.fail(f"not so after {seconds} s:\n{_all_jobs()}")
        if app is not None:
            app.keep_up()
        time.sleep(pause)


def _all_jobs() -> str:
    names = ("kind", "k", "status", "stage", "attempt", "heartbeat_at", "queued_at", "error")
    return "\n".join(map(str, Job.objects.values_list(*names)))


def ended(job: Job) -> bool:
    """Tell whether a job is over."""
    job.refresh_from_db()
    return not job.is_alive


def in_hands(job: Job, fault: datetime) -> bool:
    """Tell whether a job has ended, or somebody works on it: who took it after the fault, or who outlived it."""
    job.refresh_from_db()
    if job.status != Job.Status.RUNNING or job.heartbeat_at is None:
        return not job.is_alive
    return fault + LIVES_ON < job.heartbeat_at < timezone.now() + LIVES_ON


def recover(app: App, jobs: Iterable[Job], fault: datetime) -> float:
    """Wait until every job is in good hands after a fault, and return the seconds from the fault on."""
    jobs = list(jobs)
    wait_until(lambda: all(in_hands(job, fault) for job in jobs), seconds=RECOVERY_SECONDS, app=app)
    return (timezone.now() - fault).total_seconds()


def finish(app: App) -> None:
    """Wait until nothing is being done any more, and nothing is about to be."""
    wait_until(
        lambda: not (Job.objects.alive().exists() or due_datasets()), seconds=END_SECONDS, app=app, pause=0.2
    )


def assert_succeeded(job: Job, *, attempts: int | None = None) -> None:
    """The job has succeeded, on which attempt."""
    job.refresh_from_db()
    assert job.status == Job.Status.SUCCEEDED, (job.status, job.error)
    assert attempts is None or job.attempt == attempts


def assert_sound() -> None:
    """Nothing is there twice, nothing is half there, and nothing belongs to nothing."""
    for dataset in Dataset.objects.all():
        songs = Song.objects.filter(dataset=dataset).aggregate(
            rows=Count("id"), places=Count("row_number", distinct=True)
        )
        assert songs == {"rows": dataset.songs_count, "places": dataset.songs_count}
    for run in Run.objects.all():
        _assert_sound_run(run)
    for sweep in Sweep.objects.filter(finished_at__isnull=False):
        assert list(sweep.candidates.values_list("k", flat=True)) == list(sweep.ks)
        assert not hasattr(sweep, "sample")
    _assert_no_orphan_rows()
    wait_until(lambda: not PendingDeletion.objects.exists(), seconds=RECOVERY_SECONDS)
    assert stray_files() == []


def _assert_sound_run(run: Run) -> None:
    places = run.assignments.aggregate(rows=Count("song"), songs=Count("song", distinct=True))
    whole = run.songs_count + run.added_songs if run.is_finished else 0
    assert places == {"rows": whole, "songs": whole}
    assert sum(map(len, run.member_lists.values_list("rows", flat=True))) == whole
    clusters = run.clusters.aggregate(rows=Count("id"), songs=Sum(F("size") + F("added")))
    assert clusters == {"rows": run.k or 0, "songs": whole or None}


def assert_columns_are_the_songs(dataset: Dataset) -> None:
    """See that runs are given the numbers that the songs have."""
    assert SongColumn.objects.filter(dataset=dataset, name=IS_SONG).exists()
    kept, read = (found(dataset, dataset.features) for found in (load_matrix, read_matrix))
    np.testing.assert_array_equal(kept.song_ids, read.song_ids)
    np.testing.assert_array_equal(kept.values, read.values)


def _assert_no_orphan_rows() -> None:
    for model, name, parent in BELONGS:
        orphans = model.objects.filter(~Exists(parent.objects.filter(pk=OuterRef(f"{name}_id"))))
        assert not orphans.exists(), (model, name)


def rows_of_everything() -> int:
    """Count every row of datasets and of what belongs to them."""
    return sum(model.objects.count() for model in OF_DATASETS)


def stray_files() -> list[str]:
    """Return the uploaded files that no row knows, and the rows whose file is not there."""
    root = Path(settings.MEDIA_ROOT)
    there = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    uploads = list(Upload.objects.all())
    wanted = {name for upload in uploads for name in (upload.file.name, upload.rejected_file.name) if name}
    return sorted(there ^ wanted)


def page_of(dataset: Dataset, address: str) -> str:
    """Ask for a page as the dataset's owner, follow where it leads, and return its words."""
    client = Client()
    client.force_login(dataset.owner)
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def assert_pages_tell(dataset: Dataset) -> None:
    """The pages of a dataset and of its runs say what the tables say."""
    dataset.refresh_from_db()
    words = page_of(dataset, f"/datasets/{dataset.pk}/")
    if dataset.songs_count:
        assert songs_in_words(dataset.songs_count) in words
    else:
        assert "No songs yet" in words
    newest = dataset.jobs.exclude(status=Job.Status.SUCCEEDED).order_by("-created_at").first()
    assert newest is None or f"{kinds.of(newest).label}: {newest.get_status_display().lower()}" in words
    for job in dataset.jobs.all():
        words = page_of(dataset, f"/jobs/{job.pk}/?stay")
        assert {"failed": "Something went wrong", "cancelled": "Cancelled"}.get(job.status, "") in words
    for run in dataset.runs.all():
        _assert_page_tells(run)


def _assert_page_tells(run: Run) -> None:
    words = page_of(run.dataset, f"/runs/{run.pk}/")
    job = run.jobs.filter(kind="cluster").order_by("-created_at").first()
    if run.is_finished:
        assert "The groups" in words
        assert words.count('id="group-') == run.k
    elif job is not None and job.status == Job.Status.FAILED:
        assert "This run failed" in words
        assert job.error in words
    elif job is not None and job.status == Job.Status.CANCELLED:
        assert "This run was cancelled" in words
    else:
        assert "Waiting for a free worker" in words or "Cancel" in words or "no results" in words
