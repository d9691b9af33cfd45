"""What people cause: one function per thing a person can do.

Each writes its rows in one transaction and hands new jobs to the workers on commit.
Errors that the person can mend are ``SongFileError`` and ``AnalysisError``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction

from clustering import tasks
from clustering.analysis import AnalysisError
from clustering.bulk.songs import number_columns
from clustering.models import Cluster, Dataset, Job, Run, Upload
from clustering.models.run import LARGEST_K, LARGEST_SEED, SMALLEST_K
from clustering.songfiles import SongFileError
from clustering.songfiles.columns import ColumnMap, propose_columns
from clustering.songfiles.readers import Dialect, read_preview, sniff

PREVIEW_ROWS = 5
LONGEST_NAME = 200
SAMPLE = Path(settings.BASE_DIR) / "samples" / "songs.csv"


@dataclass(frozen=True)
class Preview:
    """What the column page shows of a file."""

    column_map: ColumnMap
    columns: list[str]
    rows: list[list[str]]


def upload_file(owner: User, *, file: File[bytes], name: str = "") -> Upload:
    """Keep a file and propose which column is which; a file that cannot be read leaves nothing behind."""
    original = Path(str(file.name or "songs")).name[:255]
    _check_size(file, original)
    name = (name.strip() or Path(original).stem or original)[:LONGEST_NAME]
    saved: Upload | None = None
    try:
        with transaction.atomic():
            dataset = Dataset.objects.create(owner=owner, name=name)
            saved = Upload(dataset=dataset, original_name=original, bytes=file.size, sha256=_sha256(file))
            saved.file.save(original, file, save=False)
            dialect = sniff(Path(saved.file.path), original)
            table = read_preview(Path(saved.file.path), dialect)
            saved.dialect = dialect.to_dict()
            saved.column_map = propose_columns(table).to_dict()
            saved.save()
    except BaseException:
        if saved is not None and saved.file.name:
            saved.file.storage.delete(saved.file.name)
        raise
    return saved


def upload_sample(owner: User) -> Job:
    """Import the bundled sample with the columns as proposed."""
    with SAMPLE.open("rb") as file:
        upload = upload_file(owner, file=File(file, name=SAMPLE.name), name="Sample songs")
    return start_import(upload, changes={}, name=upload.dataset.name)


def propose_preview(upload: Upload) -> Preview:
    """Return the columns of an uploaded file and its first rows."""
    table = read_preview(Path(upload.file.path), Dialect.from_dict(upload.dialect))
    head = table.slice(0, PREVIEW_ROWS)
    rows = [["" if v is None else str(v) for v in row.values()] for row in head.to_pylist()]
    return Preview(ColumnMap.from_dict(upload.column_map), list(table.column_names), rows)


def start_import(
    upload: Upload, *, changes: Mapping[str, str], name: str, then_cluster: bool = True, send: bool = True
) -> Job:
    """Import an uploaded file with the columns as the person chose them.

    With ``send=False`` the caller runs the job itself.
    """
    column_map = ColumnMap.from_dict(upload.column_map).with_changes(dict(changes))
    if not column_map.features:
        raise SongFileError("No column is matched to an audio feature. Choose at least one, such as energy.")
    dataset = upload.dataset
    with transaction.atomic():
        if _is_imported(Dataset.objects.select_for_update().get(pk=dataset.pk)):
            raise SongFileError("This file is already imported, or being imported. Its columns are settled.")
        upload.choose_columns(column_map.to_dict())
        if name.strip():
            dataset.rename(name.strip()[:LONGEST_NAME])
        return _queue(Job.Kind.IMPORT, dataset.owner, dataset, send=send, then_cluster=then_cluster)


def start_run(
    user: User,
    dataset: Dataset,
    *,
    features: Sequence[str] = (),
    k: int | None = None,
    scaler: str = Run.Scaler.STANDARD,
    missing: str = Run.Missing.DROP,
    seed: int = 42,
    send: bool = True,
) -> Run:
    """Group a dataset's songs; without features the default ones that it has.

    With ``send=False`` the caller runs its job itself.
    """
    chosen = list(dict.fromkeys(features)) or dataset.usual_features
    _check_run(dataset, chosen, k, scaler, missing)
    if not 0 <= seed <= LARGEST_SEED:
        raise AnalysisError(f"The seed is {seed}, and has to be from 0 to {LARGEST_SEED:,}.")
    with transaction.atomic():
        run = Run.objects.create(
            dataset=dataset,
            owner=user,
            features=chosen,
            k_requested=k,
            scaler=scaler,
            missing=missing,
            seed=seed,
        )
        _queue(Job.Kind.CLUSTER, user, dataset, run=run, send=send)
    return run


def run_again(user: User, run: Run) -> Run:
    """Start a run with the same settings."""
    return start_run(
        user,
        run.dataset,
        features=run.features,
        k=run.k_requested,
        scaler=run.scaler,
        missing=run.missing,
        seed=run.seed,
    )


def cancel_job(job: Job) -> bool:
    """Stop a job; False when it has already ended."""
    return job.cancel()


def retry_job(job: Job) -> bool:
    """Queue a failed or cancelled job again; False when it is neither, or what it was about is gone or done."""
    if job.dataset_id is None or (job.kind == Job.Kind.CLUSTER and job.run_id is None):
        return False
    with transaction.atomic():
        if job.kind == Job.Kind.IMPORT:
            dataset = Dataset.objects.select_for_update().filter(pk=job.dataset_id).first()
            if dataset is None or _is_imported(dataset):
                return False
        if not job.retry():
            return False
        transaction.on_commit(partial(tasks.send, [job.pk]))
    return True


def delete_dataset(user: User, dataset: Dataset, *, send: bool = True) -> Job:
    """Delete a dataset with its files, songs and runs, after stopping what works on it."""
    for job in dataset.jobs.exclude(kind=Job.Kind.DELETE).alive():
        job.cancel()
    return _queue(Job.Kind.DELETE, user, dataset, send=send)


def delete_run(user: User, run: Run) -> Job:
    """Delete a run with all it found, after stopping its job."""
    for job in run.jobs.exclude(kind=Job.Kind.DELETE).alive():
        job.cancel()
    return _queue(Job.Kind.DELETE, user, run.dataset, run=run)


def rename_dataset(dataset: Dataset, name: str) -> None:
    """Give a dataset another name."""
    dataset.rename(name.strip()[:LONGEST_NAME])


def share_dataset(dataset: Dataset, visibility: str) -> None:
    """Show a dataset to nobody else, or to everybody who signs in."""
    dataset.share(visibility)


def rename_cluster(cluster: Cluster, name: str) -> None:
    """Give a cluster the person's own name; an empty one brings the generated name back."""
    cluster.rename(" ".join(name.split())[:100])


def _queue(
    kind: str, owner: User, dataset: Dataset, *, run: Run | None = None, send: bool = True, **options: Any
) -> Job:
    subject = f"{dataset.name}: {run}" if run else dataset.name
    job = Job.objects.create(
        kind=kind, owner=owner, dataset=dataset, run=run, subject=subject[:250], **options
    )
    if send:
        transaction.on_commit(partial(tasks.send, [job.pk]))
    return job


def _is_imported(dataset: Dataset) -> bool:
    """Tell whether a dataset has songs or is getting them: a second import would write the same rows."""
    return bool(dataset.songs_count) or dataset.jobs.filter(kind=Job.Kind.IMPORT).alive().exists()


def _check_size(file: File[bytes], name: str) -> None:
    limit = settings.UPLOAD_LIMIT_MB
    if file.size > limit * 2**20:
        raise SongFileError(
            f"{name} has {file.size / 2**20:,.0f} MB, and at most {limit:,} MB can be uploaded. "
            "Compress it with gzip, or split it."
        )


def _sha256(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _check_run(dataset: Dataset, features: Sequence[str], k: int | None, scaler: str, missing: str) -> None:
    if not dataset.songs_count:
        raise AnalysisError("This dataset has no songs yet. Wait for its import to end.")
    if not features:
        raise AnalysisError(
            f"None of the usual features of {dataset.name} differs from song to song. "
            "Choose at least one feature that does."
        )
    unknown = [f for f in features if f not in number_columns(dataset)]
    if unknown:
        raise AnalysisError(f"{', '.join(unknown)} is no feature of {dataset.name}.")
    if k is not None and not SMALLEST_K <= k <= LARGEST_K:
        raise AnalysisError(f"The number of groups is {k}, and has to be from {SMALLEST_K} to {LARGEST_K}.")
    if k is not None and k > dataset.songs_count:
        raise AnalysisError(
            f"{k} groups cannot be made of {dataset.songs_count:,} songs. Choose fewer groups."
        )
    if scaler not in Run.Scaler.values:
        raise AnalysisError(f"{scaler} is no scaler. Choose one of {', '.join(Run.Scaler.values)}.")
    if missing not in Run.Missing.values:
        raise AnalysisError(f"{missing} is no rule for gaps. Choose one of {', '.join(Run.Missing.values)}.")
