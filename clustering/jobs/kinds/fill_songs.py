"""Writing the features that were found into a dataset's songs, and taking them out again."""

from __future__ import annotations

from clustering.analysis import AnalysisError
from clustering.jobs.filling import GONE, STALE, FillJob, offered_features, reading_job, record_change
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
        fill.record_applied(written, features)
        songs.refresh_statistics(Song._meta.db_table)
        record_change(fill.dataset, reporter)

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
        fill.record_undone()
        songs.refresh_statistics(Song._meta.db_table)
        record_change(fill.dataset, reporter)

    def can_retry(self, job: Job, dataset: Dataset) -> bool:
        """Tell whether the fill is still applied, and nothing else reads the songs."""
        applied = Fill.objects.filter(job=job, status=Fill.Status.APPLIED)
        return applied.exists() and reading_job(dataset) is None


def _held(fill: Fill) -> Fill:
    """Keep the datasets of a fill from being deleted until the transaction ends."""
    if not fill.dataset.lock() or (fill.source is not None and not fill.source.lock()):
        raise AnalysisError(GONE)
    return Fill.objects.select_related("dataset__owner", "source").get(pk=fill.pk)
