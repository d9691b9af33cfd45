"""From a further file to more songs of a dataset, and these among the groups of a run."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction

from clustering.actions.jobs import lock_dataset, request_job
from clustering.actions.submissions import make_once
from clustering.actions.uploads import Note, check_file, sha256_of, store_file
from clustering.analysis import AnalysisError
from clustering.jobs.importing import growing_job
from clustering.jobs.kinds.add_songs import AddSongs
from clustering.jobs.kinds.assign_songs import AssignSongs
from clustering.jobs.quotas import check_quota, enforce_quota, enforce_stored
from clustering.models import AuditEntry, Dataset, Job, PendingDeletion, Run, Submission, Upload
from clustering.models.dataset import upload_path
from clustering.songfiles import SongFileError
from clustering.songfiles.additions import match_as_before
from clustering.songfiles.columns import AUDIO_FEATURES, ColumnMap

GROWING = "Songs are being added to this dataset right now. Wait until that is done."


def add_file(
    owner: User,
    dataset: Dataset,
    *,
    file: File[bytes],
    submission: Submission | None = None,
    note: Note | None = None,
) -> Upload:
    """Keep a file whose songs are to be added to a dataset, as its only draft, and propose its columns.

    With a submission that came before, it is the upload of that one. ``note`` is called with a new upload in the
    transaction that keeps it.
    """
    original = check_file(file)
    hashed = sha256_of(file)
    added = Upload(dataset=dataset, original_name=original, bytes=file.size, sha256=hashed)
    added.file.name = upload_path(added, original)

    def keep() -> Upload:
        check_quota(dataset.owner, megabytes=round(file.size / 2**20), songs=0)
        _take(dataset)
        same = dataset.imported_uploads.filter(sha256=hashed).first()
        if same is not None:
            raise SongFileError(
                f"This is the same file as {same.original_name}, which is already imported. Choose another file."
            )
        proposed = store_file(added, file)
        before = dataset.imported_uploads.last()
        if before is not None:
            proposed = match_as_before(proposed, ColumnMap.from_dict(before.column_map))
        added.column_map = proposed.to_dict()
        _discard_drafts(dataset)
        added.first_row = dataset.last_row
        added.save()
        enforce_stored(dataset.owner, "megabytes")  # another file may have come meanwhile
        AuditEntry.record(owner, AuditEntry.Action.UPLOADED, dataset, f"{original} for {dataset.name}")
        if note is not None:
            note(added)
        return added

    with PendingDeletion.unless_committed(added.file.name):
        return make_once(submission, keep)


def start_addition(owner: User, upload: Upload, *, changes: Mapping[str, str]) -> Job:
    """Add the songs of a draft, with the columns as the person chose them."""
    column_map = ColumnMap.from_dict(upload.column_map).with_changes(dict(changes))
    dataset = upload.dataset
    known = {*dataset.features, *dataset.extra_columns}
    both_are_lists = column_map.is_list and known.isdisjoint(AUDIO_FEATURES)
    if not both_are_lists and not known & {*column_map.features, *column_map.extra_names}:
        raise SongFileError(
            f"None of the columns is a feature that {dataset.name} has, so its songs could not be compared. Match at "
            "least one, or upload the file as a dataset of its own."
        )
    with transaction.atomic():
        _take(dataset)
        upload.choose_columns(column_map.to_dict())
        AuditEntry.record(
            owner, AuditEntry.Action.ADDED, dataset, f"{upload.original_name} to {dataset.name}"
        )
        return request_job(AddSongs, owner, dataset)


def place_added_songs(owner: User, run: Run) -> Job:
    """Place the songs that came after a run among its groups, which stay as they are."""
    if not run.is_finished:
        raise AnalysisError("This run has no groups yet.")
    if reason := run.algorithm_spec.assign_refusal:
        raise AnalysisError(reason)
    if not run.unplaced_songs:
        raise AnalysisError("There are no new songs: all are in the run’s groups or were skipped.")
    with transaction.atomic():
        lock_dataset(run.dataset)  # before its run, as a deletion does
        Run.objects.select_for_update().get(pk=run.pk)
        if (placing := run.jobs.filter(kind=AssignSongs.name).alive().first()) is not None:
            return placing
        enforce_quota(run.owner, places=run.unplaced_songs)
        AuditEntry.record(owner, AuditEntry.Action.SONGS_PLACED, run.dataset, f"{run.dataset.name}: {run}")
        return request_job(AssignSongs, owner, run.dataset, run=run)


def _take(dataset: Dataset) -> None:
    """Hold the dataset for the transaction; refuse where songs are being brought to it."""
    current = lock_dataset(dataset)
    if growing_job(current) is not None:
        raise SongFileError(GROWING)
    if not current.songs_count:
        raise SongFileError("This dataset has no songs yet. Import its first file, and then add others.")


def _discard_drafts(dataset: Dataset) -> None:
    for draft in dataset.drafts:
        PendingDeletion.schedule(draft.stored_names)
        draft.delete()
