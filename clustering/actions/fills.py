"""Filling in features from another table: matching, looking, applying, undoing."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction

from clustering.actions.jobs import BusyError, busy_with, lock_dataset, request_job
from clustering.actions.uploads import upload_file
from clustering.analysis import AnalysisError
from clustering.jobs.filling import STALE, offered_features, reading_job
from clustering.jobs.kinds.fill_songs import FillSongs, UndoFill
from clustering.jobs.kinds.match_songs import MatchSongs
from clustering.models import AuditEntry, Dataset, Fill, Job, Submission, Upload
from clustering.storage import fills


def start_fill(user: User, dataset: Dataset, source: Dataset) -> Fill:
    """Match the songs of a dataset with those of another; it replaces a fill that was not applied."""
    if source.pk == dataset.pk:
        raise AnalysisError("A dataset cannot be filled in from itself. Choose another one.")
    if not dataset.songs_count or not source.songs_count:
        raise AnalysisError("One of the two datasets has no songs yet. Wait for its import to end.")
    with transaction.atomic():
        lock_dataset(dataset)
        fill = _new_fill(user, dataset, source)
        offered_features(fill)
        fill.give_to(request_job(MatchSongs, user, dataset, subject=str(fill)), Fill.Status.MATCHING)
    return fill


def upload_source(
    user: User, dataset: Dataset, *, file: File[bytes], submission: Submission | None = None
) -> Upload:
    """Take the file that features are filled in from: it becomes a dataset, and songs are matched after its import."""

    def wait(upload: Upload) -> None:
        lock_dataset(dataset)
        _new_fill(user, dataset, upload.dataset)

    return upload_file(user, file=file, submission=submission, note=wait)


def apply_fill(user: User, fill: Fill) -> Job:
    """Write the features that were found."""
    with transaction.atomic():
        fill = _locked(fill)
        if (asked := _alive_job(FillSongs, fill)) is not None:
            return asked
        if fill.status != Fill.Status.READY:
            raise AnalysisError(f"There is nothing to apply: this fill is “{fill.get_status_display()}”.")
        if fill.source is None or not Dataset.objects.visible_to(user).filter(pk=fill.source.pk).exists():
            raise AnalysisError(f"{fill.source_name} was deleted, or is not shared with you any more.")
        if fill.is_stale:
            raise AnalysisError(STALE)
        AuditEntry.record(user, AuditEntry.Action.FILLED, fill.dataset, str(fill))
        return _request(FillSongs, user, fill)


def undo_fill(user: User, fill: Fill) -> Job:
    """Take the features of a fill out again: the dataset is what it was before."""
    with transaction.atomic():
        fill = _locked(fill)
        if (asked := _alive_job(UndoFill, fill)) is not None:
            return asked
        if fill.status != Fill.Status.APPLIED:
            raise AnalysisError(f"There is nothing to undo: this fill is “{fill.get_status_display()}”.")
        AuditEntry.record(user, AuditEntry.Action.FILL_UNDONE, fill.dataset, str(fill))
        return _request(UndoFill, user, fill)


def choose_candidates(user: User, fill: Fill, choices: Mapping[int, int | None]) -> None:
    """Keep which candidate is the song, by the ids of both; None where none of them is."""
    with transaction.atomic():
        fill = _locked(fill)
        if fill.status != Fill.Status.READY or (fill.job is not None and fill.job.is_alive):
            raise AnalysisError("Only matches that were not applied yet can be chosen from.")
        fills.choose(fill, dict(choices))


def discard_fill(user: User, fill: Fill) -> None:
    """Forget a fill that was not applied, or was undone."""
    with transaction.atomic():
        fill = _locked(fill)
        if fill.status == Fill.Status.APPLIED:
            raise AnalysisError("This fill was applied. Undo it first.")
        _forget(fill)


def _new_fill(user: User, dataset: Dataset, source: Dataset) -> Fill:
    """Make a fill instead of the one that was not applied; the caller holds the dataset."""
    for before in dataset.fills.open():
        _forget(before)
    return Fill.objects.create(dataset=dataset, owner=user, source=source, source_name=source.name)


def _forget(fill: Fill) -> None:
    if fill.job is not None and fill.job.is_alive:
        if fill.job.kind != MatchSongs.name:
            raise BusyError("Features are being filled in right now. Wait until that has ended.")
        fill.job.cancel()
    fills.forget_matches(fill)
    fill.delete()


def _locked(fill: Fill) -> Fill:
    """Hold a fill and its dataset: the dataset first, as a deletion and the jobs that write features do."""
    lock_dataset(fill.dataset)
    return (
        Fill.objects.select_related("dataset", "source", "job")
        .select_for_update(of=("self",))
        .get(pk=fill.pk)
    )


def _alive_job(kind: type[FillSongs | UndoFill], fill: Fill) -> Job | None:
    """Return the job that does what is asked for already; where another works on the fill, that has to end first."""
    if fill.job is None or not fill.job.is_alive:
        return None
    if fill.job.kind != kind.name:
        raise BusyError(busy_with(fill.job))
    return fill.job


def _request(kind: type[FillSongs | UndoFill], user: User, fill: Fill) -> Job:
    """Enqueue what changes songs, unless something reads them."""
    if (reading := reading_job(fill.dataset)) is not None:
        raise BusyError(busy_with(reading))
    job = request_job(kind, user, fill.dataset, subject=str(fill))
    fill.give_to(job)
    return job
