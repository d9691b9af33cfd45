"""What importing a dataset's first file and adding another have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa
from django.core.files import File
from django.db.models import Max

from clustering.jobs import kinds
from clustering.jobs.kind import Reporter
from clustering.models import Dataset, Job, Upload
from clustering.songfiles.cleaning import CleanBatch, Cleaner
from clustering.songfiles.readers import Batch, Dialect, estimate_rows, read_batches
from clustering.songfiles.rejected import RejectedFile
from clustering.storage import songs
from clustering.storage.pipeline import ahead

GONE = "The dataset whose songs these are was deleted."
LONG_BYTES = 40 * 2**20
"""A file of this size has about as many songs as those that make other jobs long."""


def growing_job(dataset: Dataset) -> Job | None:
    """Return the job that is bringing songs to a dataset."""
    bringing = kinds.names(lambda kind: kind.brings_songs)
    return dataset.jobs.filter(kind__in=bringing).alive().first()


def queue_by_file(job: Job) -> str:
    """Say where a job waits that reads a file of its dataset."""
    if job.dataset is None:
        return "short"
    largest = job.dataset.uploads.aggregate(bytes=Max("bytes"))["bytes"] or 0
    return "long" if largest >= LONG_BYTES else "short"


def load_songs(
    upload: Upload,
    cleaner: Cleaner,
    rejected: RejectedFile,
    reporter: Reporter,
    *,
    note: Callable[[pa.Table], None] = lambda songs: None,
) -> None:
    """Store the kept songs batch by batch, the next one being read meanwhile, and write down the rejected rows.

    ``note`` is called with the songs of each batch.
    """
    dataset = upload.dataset
    progress = reporter.stage("Reading songs")
    with upload.on_disk() as path:
        dialect = Dialect.from_dict(upload.dialect)
        total = estimate_rows(path, dialect)
        progress(0, total)
        for clean, rows in ahead(_prepared(dataset, upload, cleaner, read_batches(path, dialect))):
            rejected.add(clean.rejected)  # also what the reader could not make a row of
            if len(clean.songs):
                songs.copy_songs(rows)
                note(clean.songs)
                done = clean.songs["row_number"][-1].as_py()
                progress(done, max(done, total))


def _prepared(
    dataset: Dataset, upload: Upload, cleaner: Cleaner, batches: Iterator[Batch]
) -> Iterator[tuple[CleanBatch, songs.SongRows]]:
    for batch in ahead(batches):  # in a thread of its own: Arrow reads while NumPy cleans
        clean = cleaner.clean(batch)
        yield clean, songs.encode_songs(dataset, clean.songs, first_row=upload.first_row)


def keep_rejected(upload: Upload, rejected: RejectedFile) -> None:
    """Store the rejected rows of a file, to be downloaded; an attempt before may have left some."""
    storage, name = upload.rejected_file.storage, upload.rejected_name
    storage.delete(name)
    if rejected.count:
        upload.keep_rejected(storage.save(name, File(rejected.finish())))
