"""From an uploaded file to stored songs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from clustering.analysis.features import FEATURES
from clustering.analysis.run_settings import RunSettings
from clustering.jobs.filling import enqueue_job
from clustering.jobs.importing import GONE, keep_rejected, load_songs, queue_by_file
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.jobs.kinds.cluster import ClusterSongs
from clustering.jobs.kinds.match_songs import MatchSongs
from clustering.jobs.kinds.sweep import StartSweep
from clustering.jobs.queue import enqueue
from clustering.jobs.quotas import enforce_stored
from clustering.models import Dataset, Fill, Job, PendingDeletion, Run, Song, Sweep, Upload
from clustering.songfiles import SongFileError
from clustering.songfiles.cleaning import Cleaner, QualityReport
from clustering.songfiles.columns import ColumnMap
from clustering.songfiles.rejected import RejectedFile
from clustering.storage import songs
from clustering.storage.imported_columns import ImportedColumns

NOTHING_USUAL = (
    "None of the usual features differs from song to song, so no first run was started. Start a run with other "
    "features, or upload a file with more of them."
)


@dataclass(frozen=True)
class Source:
    """The file to read, where its rejected rows may be written, and when the work began."""

    dataset: Dataset
    upload: Upload
    started: float


class ImportSongs(JobKind[Source]):
    """Reads the dataset's newest file, cleans it and stores its songs."""

    name = "import"
    label = "Import songs"
    brings_songs = True
    counted = "songs"
    step = 3

    def compute(self, job: Job, reporter: Reporter) -> Source:
        """Reserve the name of the rejected rows: all else streams into the database, in `save`."""
        dataset = job.dataset
        if dataset is None:
            raise SongFileError(GONE)
        upload = dataset.uploads.latest("created_at")
        PendingDeletion.reserve(upload.rejected_name)
        return Source(dataset, upload, time.perf_counter())

    def save(self, job: Job, result: Source, reporter: Reporter) -> None:
        """Stream the file into the table: songs never wait in memory for each other."""
        dataset, upload = result.dataset, result.upload
        if not dataset.lock():
            raise SongFileError(GONE)
        PendingDeletion.confirm(upload.rejected_name)
        songs.clear_rows(dataset, after=upload.first_row)
        cleaner = Cleaner(ColumnMap.from_dict(upload.column_map))
        with RejectedFile() as rejected, ImportedColumns(cleaner.column_map.extra_names) as columns:
            load_songs(upload, cleaner, rejected, reporter, note=columns.add)
            report = cleaner.report()
            report.require_songs()
            reporter.stage("Finishing")(0, 0)
            songs.refresh_statistics(Song._meta.db_table)
            _record_upload(upload, report, rejected)
            _record_dataset(dataset, cleaner, report, seconds=time.perf_counter() - result.started)
            columns.keep(dataset)
        enforce_stored(dataset.owner, "songs")
        for fill in Fill.objects.filter(source=dataset, status=Fill.Status.WAITING).select_related("dataset"):
            enqueue_job(MatchSongs, fill)
        if job.then_cluster and dataset.usual_features:
            _start_first_run(job, dataset)

    def queue(self, job: Job) -> str:
        """Say where it waits, by the size of its file."""
        return queue_by_file(job)

    def can_retry(self, job: Job, dataset: Dataset) -> bool:
        """Tell whether the dataset still waits for its songs."""
        return not is_imported(dataset)

    def result_page(self, job: Job) -> Link | None:
        """Return what the job that follows makes, or that job."""
        fill = (
            Fill.objects.filter(source=job.dataset_id, job__isnull=False).open().select_related("job").first()
        )
        if fill is not None and fill.job is not None and job.dataset_id is not None:
            if fill.status == Fill.Status.READY:
                return Link("fill", (fill.pk,), "See what was matched")
            return Link("job", (fill.job.pk,), "Continue to matching songs")
        after = Job.objects.filter(dataset=job.dataset_id, created_at__gt=job.created_at)
        first = after.filter(kind__in=(StartSweep.name, ClusterSongs.name)).order_by("created_at")
        following = first.select_related("run").defer("run__model", "run__overall").first()
        if following is None or job.dataset_id is None:
            return super().result_page(job)
        if following.run is not None and following.run.is_finished:
            return Link("run_overview", (following.run.pk,), "See the groups")
        if following.sweep_id is not None:
            return Link("sweep", (following.sweep_id,))
        return Link("job", (following.pk,), "Continue to the groups")

    def remedies(self, job: Job) -> tuple[Link, ...]:
        """Offer the columns, as long as there are no songs."""
        if job.dataset is None or job.dataset.songs_count:
            return ()
        return (Link("columns", (job.dataset.pk,), "Change the columns"),)


def is_imported(dataset: Dataset) -> bool:
    """Tell whether a dataset has songs or is getting them: a second import would write the same rows."""
    return bool(dataset.songs_count) or dataset.jobs.filter(kind=ImportSongs.name).alive().exists()


def _record_upload(upload: Upload, report: QualityReport, rejected: RejectedFile) -> None:
    upload.record_import(report)
    keep_rejected(upload, rejected)


def _record_dataset(dataset: Dataset, cleaner: Cleaner, report: QualityReport, *, seconds: float) -> None:
    usable = {c.field for c in report.columns if c.field and c.missing < report.rows_kept}
    dataset.record_import(
        songs=report.rows_kept,
        features=[name for name in FEATURES if name in usable],
        extra_columns=list(cleaner.column_map.extra_names),
        report=replace(report, seconds=round(seconds, 3)).to_dict(),
    )
    if not dataset.usual_features and not dataset.is_list:
        dataset.warn(NOTHING_USUAL)


def _start_first_run(job: Job, dataset: Dataset) -> None:
    """Start the run that a person would start anyway: automatic, on the features that vary."""
    settings = RunSettings(features=tuple(dataset.usual_features))
    run = Run.objects.create(dataset=dataset, owner=job.owner, **Run.columns_of(settings))
    sweep = Sweep.objects.for_run(run)
    enqueue(StartSweep, owner=job.owner, dataset=dataset, run=run, sweep=sweep, subject=dataset.name)
