"""From a further file to more songs of a dataset."""

from __future__ import annotations

import time

from clustering.analysis.features import FEATURES
from clustering.jobs.kinds import Reporter, Save
from clustering.jobs.kinds.import_songs import GONE, keep_rejected, load_songs
from clustering.models import Dataset, Job, PendingDeletion, Song, Upload
from clustering.songfiles import SongFileError
from clustering.songfiles.additions import differences
from clustering.songfiles.cleaning import Cleaner, QualityReport
from clustering.songfiles.columns import ColumnMap
from clustering.songfiles.deduplication import SeenSongs, row_fingerprints
from clustering.songfiles.readers import Dialect, read_batches
from clustering.storage import songs as bulk
from clustering.storage.quotas import enforce_quota


def add_songs(job: Job, reporter: Reporter) -> Save:
    """Read the dataset's draft, clean it and store the songs that are new."""
    dataset = job.dataset
    if dataset is None:
        raise SongFileError(GONE)
    upload = dataset.drafts.last()
    if upload is None:
        raise SongFileError("The songs of this file are there already.")
    started = time.perf_counter()
    PendingDeletion.reserve(upload.rejected_name)

    def save() -> list[int]:
        if not dataset.lock():
            raise SongFileError(GONE)
        PendingDeletion.confirm(upload.rejected_name)
        column_map = ColumnMap.from_dict(upload.column_map)
        extras = [*dataset.extra_columns]
        extras += [name for name in column_map.extra_names if name not in extras]
        bulk.clear_rows(dataset, after=upload.first_row)
        reporter.stage("Looking at the songs that are there")(0, 0)
        cleaner = Cleaner(column_map, seen=_seen_before(dataset, column_map), extra_names=extras)
        rejected = list(load_songs(dataset, upload, cleaner, reporter))
        report = cleaner.report()
        _require_new(upload, report)
        reporter.stage("Finishing")(0, 0)
        bulk.refresh_statistics(Song._meta.db_table)
        report.warnings[:0] = differences(
            column_map, features=dataset.features, extra_columns=dataset.extra_columns
        )
        keep_rejected(upload, rejected)
        upload.record_import(
            read=report.rows_read,
            kept=report.rows_kept,
            rejected=report.rows_rejected,
            duplicates=report.duplicates,
            rejected_name=upload.rejected_file.name or "",
            report=report.to_dict() | {"seconds": round(time.perf_counter() - started, 3)},
        )
        has = {c.field for c in report.columns if c.field and c.missing < report.rows_kept}
        dataset.record_addition(
            songs=report.rows_kept,
            features=[name for name in FEATURES if name in has or name in dataset.features],
            extra_columns=extras,
        )
        enforce_quota(dataset.owner, songs=0)
        return []

    return save


def _seen_before(dataset: Dataset, column_map: ColumnMap) -> SeenSongs:
    """Return the songs that are there: by their ids, or as whole rows where a file has none."""
    seen = SeenSongs()
    if "external_id" in column_map.by_field:
        for ids in bulk.load_external_ids(dataset):
            seen.add_ids(ids)
    elif "title" in column_map.by_field:
        columns = [match.column for match in column_map.matches]
        for upload in dataset.imported_uploads:
            if columns == [match["column"] for match in upload.column_map["matches"]]:
                with upload.on_disk() as path:
                    for batch in read_batches(path, Dialect.from_dict(upload.dialect)):
                        seen.first_seen(row_fingerprints(batch.table))
    return seen


def _require_new(upload: Upload, report: QualityReport) -> None:
    if report.rows_kept:
        return
    raise SongFileError(
        f"{upload.original_name} has no new song: {report.duplicates:,} of its {report.rows_read:,} rows are songs "
        f"that are there already, and {report.rows_rejected:,} cannot be used. Nothing was changed."
    )
