"""Files and datasets of noise, which is what K-Means takes longest for, with a known number of songs."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.csv
from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import runner as jobs
from clustering.jobs.queue import collect_jobs
from clustering.models import Dataset, Job, Run, Upload

REPEATED, REJECTED = 5, 7
SCALES = {
    "danceability": (0, 1),
    "energy": (0, 1),
    "loudness": (-40, 0),
    "speechiness": (0, 1),
    "acousticness": (0, 1),
    "instrumentalness": (0, 1),
    "liveness": (0, 1),
    "valence": (0, 1),
    "tempo": (60, 200),
    "duration_ms": (60_000, 600_000),
}
MANY = 20_000


@cache
def csv_of(songs: int, *, first: int = 0) -> bytes:
    """Return a file of so many songs, with some rows more: repeated ones, and ones without any feature."""
    rng = np.random.default_rng(first)
    numbers = np.arange(first, first + songs)
    numbers = np.concatenate([numbers, numbers[:REPEATED], np.arange(-REJECTED, 0)])
    columns: dict[str, pa.Array] = {
        "id": pa.array([f"song{number}" for number in numbers.tolist()]),
        "name": pa.array([f"Title {number}" for number in numbers.tolist()]),
        "artists": pa.array([f"Artist {number % 500}" for number in numbers.tolist()]),
        "genre": pa.array([("pop", "rock", "jazz")[number % 3] for number in numbers.tolist()]),
    }
    for name, (low, high) in SCALES.items():
        values = rng.uniform(low, high, len(numbers)).round(4)
        columns[name] = pa.array(values, mask=numbers < 0)
    written = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), written)
    return written.getvalue()


def person(name: str = "ada") -> User:
    """Return somebody who has an account."""
    return User.objects.get_or_create(username=name)[0]


def uploaded(songs: int = MANY, *, owner: User | None = None) -> Upload:
    """Upload a file, of which nothing is imported yet."""
    file = ContentFile(csv_of(songs), name="noise.csv")
    return upload_file(owner or person(), file=file, name="Noise")


def imported(songs: int = MANY) -> Dataset:
    """Return a dataset with its songs, made here and now and by no worker."""
    return _import(uploaded(songs), songs)


def listed(songs: int) -> Dataset:
    """Return a dataset of as many songs without any feature, made here and now and by no worker."""
    rows = "".join(f"song{row},Title {row},Artist {row % 500}\n" for row in range(songs))
    file = ContentFile(f"id,name,artists\n{rows}".encode(), name="names.csv")
    return _import(upload_file(person(), file=file, name="Names"), songs)


def _import(upload: Upload, songs: int) -> Dataset:
    with collect_jobs():
        job = start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=False)
    assert jobs.run(job.pk) == []
    job.refresh_from_db()
    assert job.status == Job.Status.SUCCEEDED, job.error
    dataset = Dataset.objects.get(pk=upload.dataset_id)
    assert dataset.songs_count == songs
    return dataset


def grouped(dataset: Dataset, *, k: int = 5, seed: int = 42) -> Run:
    """Return a finished run, made here and now and by no worker."""
    with collect_jobs():
        run = start_run(dataset.owner, dataset, RunSettings(n_clusters=k, seed=seed))
    jobs.run_through(run.jobs.get().pk)
    run.refresh_from_db()
    assert run.is_finished
    return run
