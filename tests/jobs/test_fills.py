"""Filling in features from another table: what is matched, what is written, and that it can be undone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from clustering.actions.datasets import delete_dataset, share_dataset
from clustering.actions.fills import (
    apply_fill,
    choose_candidates,
    discard_fill,
    start_fill,
    undo_fill,
    upload_source,
)
from clustering.actions.jobs import BusyError, cancel_job, retry_job
from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import RunSettings
from clustering.exports.csv import export_csv
from clustering.jobs import runner as jobs
from clustering.jobs.filling import STALE
from clustering.jobs.kinds.fill_songs import FillSongs
from clustering.models import AuditEntry, Dataset, Fill, FillMatch, Job, Song
from clustering.storage import fills
from tests.factories import make_user
from tests.filltables import AUDIO, Row, invented_songs, split

pytestmark = pytest.mark.django_db(transaction=True)


def as_csv(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def imported(rows: list[Row], name: str = "songs", **fields: Any) -> Dataset:
    upload = upload_file(make_user(**fields), file=ContentFile(as_csv(rows), name=f"{name}.csv"))
    job = start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=False)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.SUCCEEDED, job.error
    return Dataset.objects.get(pk=upload.dataset_id)


def matched(dataset: Dataset, source: Dataset) -> Fill:
    fill = start_fill(dataset.owner, dataset, source)
    jobs.run(fill.job_id)
    return checked(fill, Fill.Status.READY)


def applied(fill: Fill) -> Fill:
    jobs.run(apply_fill(fill.owner, fill).pk)
    return checked(fill, Fill.Status.APPLIED)


def undone(fill: Fill) -> Fill:
    jobs.run(undo_fill(fill.owner, fill).pk)
    return checked(fill, Fill.Status.UNDONE)


def checked(fill: Fill, status: str) -> Fill:
    fill = Fill.objects.select_related("dataset", "source", "job", "owner").get(pk=fill.pk)
    assert fill.status == status, fill.job and fill.job.error
    return fill


def values_of(dataset: Dataset) -> list[tuple[Any, ...]]:
    """Return all that is known of the songs."""
    names = [field.attname for field in Song._meta.fields]
    return list(dataset.songs.order_by("id").values_list(*names))


def songs(*titles: str, artist: str = "Björk", **columns: list[str]) -> list[Row]:
    rows = [{"title": title, "artist": artist} for title in titles]
    for name, cells in columns.items():
        for row, cell in zip(rows, cells, strict=True):
            row[name] = cell
    return rows


def numbers(count: int, start: float = 0.1) -> list[str]:
    return [f"{start + number * 0.9 / count:.4f}" for number in range(count)]


class TestTruth:
    """Half of a table without features, filled from the whole with other ids and other titles."""

    @pytest.mark.parametrize("seed", [0, 1, 2])
    def test_is_found(self, seed):
        tables = split(invented_songs(1_200, seed=seed), seed=seed)
        dataset = imported(tables.wanted, "list")
        source = imported(tables.source, "features")
        applied(matched(dataset, source))
        filled = {song.row_number: song for song in dataset.songs.filter(energy__isnull=False).order_by("id")}
        right = 0
        for row, song in filled.items():
            true = tables.truth[row - 1]
            assert true is not None, f"{song.title} is a version of its own"
            right += song.energy == pytest.approx(float(tables.source[true]["energy"]), abs=1e-5)
        can = [row for row, possible in enumerate(tables.matchable, start=1) if possible]
        assert right / len(filled) >= 0.995
        assert sum(row in filled for row in can) / len(can) >= 0.95
