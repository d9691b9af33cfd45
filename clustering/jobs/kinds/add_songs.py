"""From a further file to more songs of a dataset."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from clustering.analysis.features import FEATURES
from clustering.jobs.importing import GONE, growing_job, keep_rejected, load_songs, queue_by_file
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.jobs.quotas import enforce_stored
from clustering.models import Dataset, Job, PendingDeletion, Song, Upload
from clustering.songfiles import SongFileError
from clustering.songfiles.additions import differences
from clustering.songfiles.cleaning import Cleaner, QualityReport
from clustering.songfiles.columns import ColumnMap
from clustering.songfiles.deduplication import SONG_TEXTS, SeenSongs, row_fingerprints, song_fingerprints
from clustering.songfiles.readers import Dialect, read_batches
from clustering.songfiles.rejected import RejectedFile
from clustering.storage import songs


@dataclass(frozen=True)
class Draft:
    """The file to read, what its columns are, all extra columns with it, and when the work began."""

    dataset: Dataset
    upload: Upload
    column_map: ColumnMap
    extras: list[str]
    started: float


class AddSongs(JobKind[Draft]):
    """Reads the dataset's draft, cleans it and stores the songs that are new."""

    name = "add"
    label = "Add songs"
    brings_songs = True
    counted = "songs"

    def compute(self, job: Job, reporter: Reporter) -> Draft:
        """Reserve the name of the rejected rows: all else streams into the database, in `save`."""
        dataset = job.dataset
        if dataset is None:
            raise SongFileError(GONE)
        upload = dataset.drafts.last()
        if upload is None:
            raise SongFileError("The songs of this file are there already.")
        started = time.perf_counter()
        PendingDeletion.reserve(upload.rejected_name)
        column_map = ColumnMap.from_dict(upload.column_map)
        extras = [*dataset.extra_columns]
        extras += [name for name in column_map.extra_names if name not in extras]
        return Draft(dataset, upload, column_map, extras, started)

    def save(self, job: Job, result: Draft, reporter: Reporter) -> None:
        """Stream the file into the table: songs never wait in memory for each other."""
        dataset, upload = result.dataset, result.upload
        if not dataset.lock():
            raise SongFileError(GONE)
        PendingDeletion.confirm(upload.rejected_name)
        songs.clear_rows(dataset, after=upload.first_row)
        reporter.stage("Checking the existing songs")(0, 0)
        seen = _seen_before(dataset, result.column_map)
        cleaner = Cleaner(result.column_map, seen=seen, extra_names=result.extras)
        with RejectedFile() as rejected:
            load_songs(upload, cleaner, rejected, reporter)
            report = cleaner.report()
            _require_new(upload, report)
            reporter.stage("Finishing")(0, 0)
            songs.refresh_statistics(Song._meta.db_table)
            report.warnings[:0] = differences(
                result.column_map, features=dataset.features, extra_columns=dataset.extra_columns
            )
            keep_rejected(upload, rejected)
        _record(result, report)
        enforce_stored(dataset.owner, "songs")

    def queue(self, job: Job) -> str:
        """Say where it waits, by the size of its file."""
        return queue_by_file(job)

    def can_retry(self, job: Job, dataset: Dataset) -> bool:
        """Tell whether the file still waits to be added, and nothing else is being added."""
        return dataset.drafts.exists() and growing_job(dataset) is None

    def result_page(self, job: Job) -> Link | None:
        """Return the dataset's files."""
        if job.dataset_id is None:
            return super().result_page(job)
        return Link("dataset_files", (job.dataset_id,))

    def remedies(self, job: Job) -> tuple[Link, ...]:
        """Offer the columns."""
        if job.dataset_id is None:
            return ()
        return (Link("songs_add_columns", (job.dataset_id,), "Change the columns"),)


def _seen_before(dataset: Dataset, column_map: ColumnMap) -> SeenSongs:
    """Return the songs that are there: by their ids, or as whole rows where a file has none."""
    seen = SeenSongs()
    known = column_map.sources
    if "external_id" in known:
        for texts in songs.load_known(dataset, [name for name in SONG_TEXTS if name in known]):
            seen.first_seen(song_fingerprints(texts))
    elif "title" in known:
        columns = [match.column for match in column_map.matches]
        for upload in dataset.imported_uploads:
            if columns == [match["column"] for match in upload.column_map["matches"]]:
                with upload.on_disk() as path:
                    for batch in read_batches(path, Dialect.from_dict(upload.dialect)):
                        seen.first_seen(row_fingerprints(batch.table))
    return seen


def _record(draft: Draft, report: QualityReport) -> None:
    dataset, upload = draft.dataset, draft.upload
    upload.record_import(report, rejected_name=upload.rejected_file.name or "")
    upload.keep_report(replace(report, seconds=round(time.perf_counter() - draft.started, 3)))
    has = {c.field for c in report.columns if c.field and c.missing < report.rows_kept}
    dataset.record_addition(
        songs=report.rows_kept,
        features=[name for name in FEATURES if name in has or name in dataset.features],
        extra_columns=draft.extras,
    )


def _require_new(upload: Upload, report: QualityReport) -> None:
    if report.rows_kept:
        return
    raise SongFileError(
        f"{upload.original_name} has no new song: {report.duplicates:,} of its {report.rows_read:,} rows are songs "
        f"that are there already, and {report.rows_rejected:,} cannot be used. Nothing was changed."
    )
