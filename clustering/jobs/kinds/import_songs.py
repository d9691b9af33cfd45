"""From an uploaded file to stored songs."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Iterator

from django.core.files.base import ContentFile

from clustering.analysis.features import FEATURES
from clustering.analysis.run_settings import RunSettings
from clustering.jobs.kinds import Reporter, Save
from clustering.models import Dataset, Job, PendingDeletion, Run, Song, Sweep, Upload
from clustering.songfiles import SongFileError
from clustering.songfiles.cleaning import CleanBatch, Cleaner, QualityReport
from clustering.songfiles.columns import ColumnMap
from clustering.songfiles.formula_injection import escape
from clustering.songfiles.readers import Batch, Dialect, RejectedRow, estimate_rows, read_batches
from clustering.storage import songs as bulk
from clustering.storage.pipeline import ahead
from clustering.storage.quotas import enforce_quota

GONE = "The dataset whose songs these are was deleted."
NOTHING_USUAL = (
    "None of the features that songs are usually grouped by differs from song to song, so there is no first run. "
    "Start a run with other features, or upload a file with more of them."
)


def import_songs(job: Job, reporter: Reporter) -> Save:
    """Read the dataset's newest file, clean it and store its songs."""
    dataset = job.dataset
    if dataset is None:
        raise SongFileError(GONE)
    upload = dataset.uploads.latest("created_at")
    started = time.perf_counter()
    PendingDeletion.reserve(upload.rejected_name)

    def save() -> list[int]:
        """Stream the file into the table: songs never wait in memory for each other."""
        if not dataset.lock():
            raise SongFileError(GONE)
        PendingDeletion.confirm(upload.rejected_name)
        bulk.clear_rows(dataset, after=upload.first_row)
        cleaner = Cleaner(ColumnMap.from_dict(upload.column_map))
        rejected = list(load_songs(dataset, upload, cleaner, reporter))
        report = cleaner.report()
        report.require_songs()
        reporter.stage("Finishing")(0, 0)
        bulk.refresh_statistics(Song._meta.db_table)
        _record(dataset, upload, cleaner, report, rejected, seconds=time.perf_counter() - started)
        enforce_quota(dataset.owner, songs=0)
        return [_first_run(job, dataset)] if job.then_cluster and dataset.usual_features else []

    return save


def load_songs(
    dataset: Dataset, upload: Upload, cleaner: Cleaner, reporter: Reporter
) -> Iterator[RejectedRow]:
    """Store the kept songs batch by batch, the next one being read meanwhile, and yield the rejected rows."""
    progress = reporter.stage("Reading songs")
    with upload.on_disk() as path:
        dialect = Dialect.from_dict(upload.dialect)
        total = estimate_rows(path, dialect)
        progress(0, total)
        for clean, rows in ahead(_prepared(dataset, upload, cleaner, read_batches(path, dialect))):
            yield from clean.rejected  # also what the reader could not make a row of
            if len(clean.songs):
                bulk.copy_songs(rows)
                done = clean.songs["row_number"][-1].as_py()
                progress(done, max(done, total))


def _prepared(
    dataset: Dataset, upload: Upload, cleaner: Cleaner, batches: Iterator[Batch]
) -> Iterator[tuple[CleanBatch, bulk.SongRows]]:
    for batch in batches:
        clean = cleaner.clean(batch)
        yield clean, bulk.encode_songs(dataset, clean.songs, first_row=upload.first_row)


def _record(
    dataset: Dataset,
    upload: Upload,
    cleaner: Cleaner,
    report: QualityReport,
    rejected: list[RejectedRow],
    *,
    seconds: float,
) -> None:
    column_map = cleaner.column_map
    upload.record_import(
        read=report.rows_read,
        kept=report.rows_kept,
        rejected=report.rows_rejected,
        duplicates=report.duplicates,
        rejected_name="",
    )
    keep_rejected(upload, rejected)
    usable = {c.field for c in report.columns if c.field and c.missing < report.rows_kept}
    dataset.record_import(
        songs=report.rows_kept,
        features=[name for name in FEATURES if name in usable],
        extra_columns=list(column_map.extra_names),
        report=report.to_dict() | {"seconds": round(seconds, 3)},
    )
    if not dataset.usual_features:
        dataset.warn(NOTHING_USUAL)


def keep_rejected(upload: Upload, rejected: list[RejectedRow]) -> None:
    """Store the rejected rows of a file, to be downloaded; an attempt before may have left some."""
    storage, name = upload.rejected_file.storage, upload.rejected_name
    storage.delete(name)
    if rejected:
        upload.keep_rejected(storage.save(name, ContentFile(_rejected_csv(rejected))))


def _first_run(job: Job, dataset: Dataset) -> int:
    """Queue the run that a person would start anyway: automatic, on the features that vary."""
    settings = RunSettings(features=tuple(dataset.usual_features))
    run = Run.objects.create(dataset=dataset, owner=job.owner, **Run.columns_of(settings))
    sweep = Sweep.objects.for_run(run)
    following = Job.objects.create(
        kind=Job.Kind.SWEEP, owner=job.owner, dataset=dataset, run=run, sweep=sweep, subject=dataset.name
    )
    return following.pk


def _rejected_csv(rejected: Iterable[RejectedRow]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["row", "line", "reason", "text"])
    writer.writerows([row.row, row.line, escape(row.reason), escape(row.text)] for row in rejected)
    return text.getvalue().encode("utf-8-sig")
