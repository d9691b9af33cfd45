"""From a file to an import."""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction

from clustering.actions.datasets import MAX_NAME_LENGTH, rename_dataset
from clustering.actions.jobs import lock_dataset, request_job
from clustering.actions.submissions import make_once
from clustering.jobs.importing import growing_job
from clustering.jobs.kinds.import_songs import ImportSongs, is_imported
from clustering.jobs.quotas import check_quota, enforce_stored
from clustering.models import AuditEntry, Dataset, Job, PendingDeletion, Submission, Upload
from clustering.models.dataset import upload_path
from clustering.songfiles import SongFileError
from clustering.songfiles.additions import match_as_before
from clustering.songfiles.arrays import cell_texts
from clustering.songfiles.columns import MATCHED_ROWS, ColumnMap, propose_columns
from clustering.songfiles.parts import Reading
from clustering.songfiles.readers import Dialect, read_preview, sniff

Note = Callable[[Upload], object]

PREVIEW_ROWS = 5
NO_ROOM = (
    "The upload disk is full, so nothing was stored. Delete datasets you no longer need or ask your "
    "administrator to free up space, then upload the file again."
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Ends of lines and other characters that no line of text holds: a name is one line of pages and logs."""
SETTLED = "This file is already imported or being imported. Its columns can no longer be changed."
SAMPLE = Path(settings.BASE_DIR) / "samples" / "songs.csv"


@dataclass(frozen=True)
class Preview:
    """What the column page shows of a file."""

    column_map: ColumnMap
    columns: list[str]
    rows: list[list[str]]
    dialect: Dialect


def upload_file(
    owner: User,
    *,
    file: File[bytes],
    name: str = "",
    reading: Reading | None = None,
    submission: Submission | None = None,
    note: Note | None = None,
) -> Upload:
    """Keep a file and propose which column is which; a file that cannot be read leaves nothing behind.

    With a submission that came before, it is the upload of that one. ``note`` is called with a new upload in the
    transaction that keeps it.
    """
    original = check_file(file)
    name = (name.strip() or Path(original).stem or original)[:MAX_NAME_LENGTH]
    dataset = Dataset(owner=owner, name=name)
    upload = Upload(dataset=dataset, original_name=original, bytes=file.size, sha256=sha256_of(file))
    upload.file.name = upload_path(upload, original)

    def keep() -> Upload:
        check_quota(owner, datasets=1, megabytes=round(file.size / 2**20), songs=0)
        dataset.save()
        upload.column_map = store_file(upload, file, reading).to_dict()
        upload.save()
        enforce_stored(owner, "datasets", "megabytes")  # another file may have come meanwhile
        AuditEntry.record(owner, AuditEntry.Action.UPLOADED, dataset, f"{original} as {name}")
        if note is not None:
            note(upload)
        return upload

    with PendingDeletion.unless_committed(upload.file.name):
        return make_once(submission, keep)


def store_file(upload: Upload, file: File[bytes], reading: Reading | None = None) -> ColumnMap:
    """Put a file into the store, find out how it is written, and return the proposal for its columns."""
    try:
        upload.file.name = upload.file.storage.save(upload.file.name, file)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise SongFileError(NO_ROOM) from error
    return look_into(upload, reading)


def look_into(upload: Upload, reading: Reading | None = None) -> ColumnMap:
    """Find out how a stored file is written, as far as nobody said it, and return the proposal for its columns."""
    with upload.on_disk() as path:
        dialect = sniff(path, upload.original_name, reading)
        table = read_preview(path, dialect, MATCHED_ROWS)
    upload.dialect = dialect.to_dict()
    return propose_columns(table, header=dialect.parts[0].header if dialect.parts else 1)


def read_again(upload: Upload, reading: Reading) -> None:
    """Read a file that waits for its columns in another way, and propose its columns anew."""
    proposed = look_into(upload, reading)
    before = upload.dataset.imported_uploads.last()
    if before is not None:
        proposed = match_as_before(proposed, ColumnMap.from_dict(before.column_map))
    with transaction.atomic():
        growing = growing_job(lock_dataset(upload.dataset)) is not None
        if growing or Upload.objects.get(pk=upload.pk).is_imported:
            raise SongFileError(SETTLED)
        upload.choose_reading(upload.dialect, proposed.to_dict())


def upload_sample(owner: User, submission: Submission | None = None) -> Job:
    """Import the bundled sample with the columns as proposed."""
    with SAMPLE.open("rb") as file:
        upload = upload_file(
            owner, file=File(file, name=SAMPLE.name), name="Sample songs", submission=submission
        )
    with transaction.atomic():
        before = lock_dataset(upload.dataset).jobs.filter(kind=ImportSongs.name).first()
        return before or start_import(owner, upload, changes={}, name="")


def propose_preview(upload: Upload) -> Preview:
    """Return the columns of an uploaded file and its first rows."""
    dialect = Dialect.from_dict(upload.dialect)
    with upload.on_disk() as path:
        table = read_preview(path, dialect)
    head = table.slice(0, PREVIEW_ROWS)
    cells = [[text or "" for text in cell_texts(column)] for column in head.columns]
    rows = [list(row) for row in zip(*cells, strict=True)]
    return Preview(ColumnMap.from_dict(upload.column_map), list(table.column_names), rows, dialect)


def start_import(
    user: User,
    upload: Upload,
    *,
    changes: Mapping[str, str],
    name: str,
    then_cluster: bool = True,
) -> Job:
    """Import an uploaded file with the columns, and the name of the dataset, as the person chose them."""
    column_map = ColumnMap.from_dict(upload.column_map).with_changes(dict(changes))
    if not column_map.features and not column_map.is_list:
        raise SongFileError("No column is matched to an audio feature. Choose at least one, such as energy.")
    dataset = upload.dataset
    with transaction.atomic():
        if is_imported(lock_dataset(dataset)):
            raise SongFileError(SETTLED)
        upload.choose_columns(column_map.to_dict())
        if name.strip() not in ("", dataset.name):
            rename_dataset(user, dataset, name)
        return request_job(ImportSongs, dataset.owner, dataset, then_cluster=then_cluster)


def check_file(file: File[bytes]) -> str:
    """Return what a person calls a file, unless it is too large; what is no text in it becomes a question mark."""
    name = _CONTROLS.sub("?", Path(str(file.name or "songs")).name).encode(errors="replace").decode()[:255]
    limit = settings.UPLOAD_LIMIT_MB
    if file.size > limit * 2**20:
        raise SongFileError(
            f"{name} has {file.size / 2**20:,.0f} MB; the limit is {limit:,} MB. Compress it with gzip, or split it."
        )
    return name


def sha256_of(file: File[bytes]) -> str:
    """Return the hash by which the same file is recognized."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
