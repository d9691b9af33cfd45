"""The application's steps that its command line has no word for, each in a process of its own. Prints JSON.

python -m benchmarks.app again DATASET K     another run on stored songs; K may be auto
python -m benchmarks.app export RUN OUT.csv  all songs with their groups
python -m benchmarks.app begin RUN           hand the same run again to a worker
python -m benchmarks.app wait                until no job waits or runs
python -m benchmarks.app pages RUN           each page asked for ten times, warm
python -m benchmarks.app counts RUN FILTERS  how many songs pass filters, by SQL
python -m benchmarks.app visit RUN           addresses and a cookie to ask for them over HTTP
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from clustering.analysis.run_settings import RunSettings

REPETITIONS = 10


def again(dataset_id: str, k: str) -> dict[str, Any]:
    """Group stored songs once more, in this process."""
    from clustering.actions.runs import start_run
    from clustering.jobs import runner as jobs
    from clustering.jobs.queue import collect_jobs
    from clustering.models import Dataset, Run

    dataset = Dataset.objects.get(pk=dataset_id)
    started = time.perf_counter()
    settings = RunSettings(n_clusters=None if k == "auto" else int(k))
    with collect_jobs():
        run = start_run(dataset.owner, dataset, settings)
    jobs.run_through(run.jobs.get().pk)
    job_seconds = time.perf_counter() - started
    run = Run.objects.get(pk=run.pk)
    return {"run": run.pk, "k": run.k, "seconds": run.timings | {"job": job_seconds}, "peak_mb": run.peak_mb}


def export(run_id: str, out: str) -> dict[str, Any]:
    """Write all songs with their groups."""
    from clustering.exports.csv import export_csv
    from clustering.models import Run

    started, first = time.perf_counter(), 0.0
    with Path(out).open("wb") as file:
        for piece in export_csv(Run.objects.select_related("dataset").get(pk=run_id)):
            first = first or time.perf_counter() - started
            file.write(piece)
    return {"seconds": time.perf_counter() - started, "first_byte": first, "bytes": Path(out).stat().st_size}


def begin(run_id: str) -> dict[str, Any]:
    """Start another run for a worker to do."""
    from clustering.actions.runs import start_run
    from clustering.models import Run

    run = Run.objects.select_related("dataset", "owner").get(pk=run_id)
    started = start_run(run.owner, run.dataset, RunSettings(n_clusters=run.k))
    return {"run": started.pk}


def keep(dataset_id: str) -> dict[str, Any]:
    """Delete the datasets of earlier rounds: preparing their search would go on beside what is measured next."""
    from clustering.actions.datasets import delete_dataset
    from clustering.jobs import runner as jobs
    from clustering.jobs.queue import collect_jobs
    from clustering.models import Dataset

    others = Dataset.objects.exclude(pk=dataset_id)
    for dataset in others:
        with collect_jobs():
            job = delete_dataset(dataset.owner, dataset)
        jobs.run_through(job.pk)
    return {"left": Dataset.objects.count()}


def wait() -> dict[str, Any]:
    """Wait until no job waits or runs, for twenty seconds on end: one brings on the next."""
    from clustering.models import Job

    began = quiet = time.monotonic()
    while time.monotonic() - quiet < 20:
        if Job.objects.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING]).exists():
            quiet = time.monotonic()
        time.sleep(0.5)
    return {"seconds": quiet - began}


def pages(run_id: str) -> dict[str, Any]:
    """Ask for each page a few times, without a network, and count its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings

    from benchmarks.pages import addresses
    from clustering.models import Run

    run = Run.objects.select_related("owner").get(pk=run_id)
    client = Client()
    client.force_login(run.owner)
    found = {}
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        for name, address in addresses(run).items():
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
                asked = len(queries)  # the next request clears them
            times = []
            for _ in range(REPETITIONS):
                started = time.perf_counter()
                client.get(address)
                times.append(1000 * (time.perf_counter() - started))
            found[name] = {
                "status": answer.status_code,
                "ms": statistics.median(times),
                "queries": asked,
                "kb": len(answer.content) / 1024,
            }
    return found


def counts(run_id: str, filters: str) -> dict[str, Any]:
    """Count the songs that pass filters of Explore, in SQL that has nothing in common with it."""
    from django.db import connection

    found = []
    for asked in json.loads(filters):
        conditions = ["run_id = %s"]
        values: list[Any] = [run_id]
        groups = [value for name, value in asked if name == "group"]
        if groups:
            conditions.append("cluster = ANY(%s::int[])")
            values.append(groups)
        for name, value in asked:
            if name != "group":
                low, high = value.split("..")
                conditions.append(f"{name} >= %s::real AND {name} < %s::real")
                values += [low, high]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM clustering_assignment "  # noqa: S608 – names of columns, our own
                "JOIN clustering_song ON clustering_song.id = song_id "
                f"WHERE {' AND '.join(conditions)}",
                values,
            )
            found.append(cursor.fetchone()[0])
    return {"counts": found}


def visit(run_id: str) -> dict[str, Any]:
    """Sign the run's owner in, and say what to ask for."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from benchmarks.pages import addresses
    from clustering.models import Run

    run = Run.objects.select_related("owner").get(pk=run_id)
    client = Client()
    client.force_login(run.owner)
    name = settings.SESSION_COOKIE_NAME
    return {
        "cookie": f"{name}={client.cookies[name].value}",
        "pages": addresses(run),
        "csv": reverse("run_csv", args=[run.pk]),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicclust.settings")
    django.setup()
    steps: dict[str, Callable[..., dict[str, Any]]] = {
        "again": again,
        "export": export,
        "keep": keep,
        "begin": begin,
        "wait": wait,
        "pages": pages,
        "counts": counts,
        "visit": visit,
    }
    print(json.dumps(steps[sys.argv[1]](*sys.argv[2:])))
