"""Writing the features that were found into a dataset's songs, and taking them out again.

The rows are held in one order, by these jobs and by all that is asked of a fill: first the dataset, so that it can be
written (`FOR NO KEY UPDATE`), then the fill, then the job. While songs are written only the dataset's key is held, and
nobody waits.
"""

from __future__ import annotations

from clustering.analysis import AnalysisError
from clustering.jobs.filling import (
    GONE,
    STALE,
    FillJob,
    describe_change,
    offered_features,
    reading_job,
    record_change,
)
from clustering.jobs.kind import Reporter
from clustering.models import Dataset, Fill, Job, Song
from clustering.storage import fills, songs


class FillSongs(FillJob):
    """Gives songs the features that they lack and their matches have."""

    name = "fill"
    label = "Fill in features"

    def save(self, job: Job, result: Fill, reporter: Reporter) -> None:
        """Write the features, and describe the dataset anew."""
        fill = _held(result)
        if fill.is_stale:
            raise AnalysisError(STALE)
        reporter.stage("Writing features")(0, 0)
        written, features = fills.write_features(fill, offered_features(fill))
        if not written:
            raise AnalysisError("No song would get a feature that it lacks, so there is nothing to apply.")
        songs.refresh_statistics(Song._meta.db_table)
        change = describe_change(fill.dataset, reporter, filled=True)
        _hold_dataset(fill)
        fill.record_applied(written, features)
        record_change(fill.dataset, change)

    def can_retry(self, job: Job, dataset: Dataset) -> bool:
        """Tell whether the matches still wait to be applied, and nothing else reads the songs."""
        waits = Fill.objects.filter(job=job, status=Fill.Status.READY, source__isnull=False)
        return waits.exists() and reading_job(dataset) is None


class UndoFill(FillJob):
    """Takes the features of a fill out of the songs again."""

    name = "undo_fill"
    label = "Take filled-in features out"

    def save(self, job: Job, result: Fill, reporter: Reporter) -> None:
        """Make the dataset what it was."""
        fill = _held(result)
        reporter.stage("Taking features out")(0, 0)
        fills.take_out(fill)
        songs.refresh_statistics(Song._meta.db_table)
        others = Fill.objects.filter(dataset=fill.dataset).applied().exclude(pk=fill.pk)
        change = describe_change(fill.dataset, reporter, filled=others.exists())
        _hold_dataset(fill)
        fill.record_undone()
        record_change(fill.dataset, change)

    def can_retry(self, job: Job, dataset: Dataset) -> bool:
        """Tell whether the fill is still applied, and nothing else reads the songs."""
        applied = Fill.objects.filter(job=job, status=Fill.Status.APPLIED)
        return applied.exists() and reading_job(dataset) is None


def _held(fill: Fill) -> Fill:
    """Keep the datasets of a fill from being deleted until the transaction ends."""
    if not fill.dataset.lock() or (fill.source is not None and not fill.source.lock()):
        raise AnalysisError(GONE)
    return Fill.objects.select_related("dataset__owner", "source").get(pk=fill.pk)


def _hold_dataset(fill: Fill) -> None:
    """Keep everybody else from asking something of the dataset; the fill may be written only after this."""
    Dataset.objects.select_for_update(no_key=True).get(pk=fill.dataset_id)
