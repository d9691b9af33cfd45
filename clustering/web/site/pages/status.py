"""The state of the site: what has to work, what waits, and what it runs on."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.utils import timezone

from clustering.jobs.quotas import Stored, stored
from clustering.models import Dataset, Job, PendingDeletion, Run, Worker
from musicclust.version import __version__

MIN_FREE_MB = 1024
MIN_TEMPORARY_MB = 100
"""Less, because a file waits there only while it arrives, and many systems make the folder small."""
KNOCK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to work."""

    name: str
    fine: bool
    words: str

    @property
    def label(self) -> str:
        """Its name as the page says it."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class StatusPage:
    """The checks, queues, jobs, workers and versions that the status page and /metrics show."""

    checks: tuple[Check, ...]
    waiting: tuple[tuple[str, int], ...]
    """Messages in each queue of the broker."""
    running: tuple[Job, ...]
    jobs: dict[str, int]
    """How many jobs there are of each status."""
    oldest_wait: float
    """For how many seconds the oldest waiting job has waited."""
    workers: tuple[Worker, ...]
    datasets: int
    database_mb: float
    """The size of the database."""
    runs: int
    version: str
    """The project's own."""
    versions: tuple[tuple[str, str], ...]
    free_mb: float
    temporary_mb: float
    """Free space where files wait while they arrive."""
    stored: tuple[Stored, ...]
    """What counts against limits, over all people."""
    undeletable: tuple[PendingDeletion, ...]
    """Files that the storage failed to delete."""

    @property
    def fine(self) -> bool:
        """Whether every check passes."""
        return all(check.fine for check in self.checks)

    @classmethod
    def read(cls, queues: Mapping[str, int] | None) -> StatusPage:
        """Read what the administrator wants to see."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database()), current_setting('server_version')")
            size, postgres = cursor.fetchone()
        oldest = Job.objects.filter(status=Job.Status.QUEUED).aggregate(oldest=Min("queued_at"))["oldest"]
        counts = Job.objects.order_by().values_list("status").annotate(Count("pk"))
        return cls(
            checks=run_checks(queues),
            waiting=tuple((queues or {}).items()),
            running=tuple(
                Job.objects.filter(status=Job.Status.RUNNING)
                .select_related("owner")
                .order_by("started_at")[:50]
            ),
            jobs=dict.fromkeys(Job.Status.values, 0) | dict(counts),
            oldest_wait=(timezone.now() - oldest).total_seconds() if oldest else 0.0,
            workers=tuple(Worker.objects.alive().order_by("name")),
            datasets=Dataset.objects.count(),
            runs=Run.objects.finished().count(),
            database_mb=size / 2**20,
            version=__version__,
            versions=(
                ("Python", platform.python_version()),
                ("Django", django.get_version()),
                ("PostgreSQL", postgres),
            ),
            free_mb=_free_mb(Path(settings.MEDIA_ROOT)),
            temporary_mb=_free_mb(_temporary_folder()),
            stored=stored(),
            undeletable=tuple(PendingDeletion.objects.filter(failures__gt=0)[:50]),
        )


def run_checks(queues: Mapping[str, int] | None) -> tuple[Check, ...]:
    """Check what has to work; `queues` are the broker's, or None when it does not answer."""
    try:
        _ask_for_an_answer()
        database = [Check("database", True, "PostgreSQL answers."), _migrations(), _worker()]
    except DatabaseError:
        database = [Check("database", False, "PostgreSQL does not answer. Nothing works without it.")]
    return (*database, _broker(queues), _disk(), _temporary())


def _ask_for_an_answer() -> None:
    """Knock at PostgreSQL, for a connection that is there already would wait for a silent one without end.

    Raises
    ------
    DatabaseError
        It does not answer within two seconds.
    """
    with connection.wrap_database_errors:
        parameters = connection.get_connection_params() | {"connect_timeout": KNOCK_SECONDS}
        connection.get_new_connection(parameters).close()


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return Check(
            "migrations",
            False,
            f"{missing} {'migration is' if missing == 1 else 'migrations are'} missing: run `manage.py migrate`.",
        )
    return Check("migrations", True, "The database is up to date.")


def _worker() -> Check:
    alive = Worker.objects.alive().count()
    if alive:
        return Check("worker", True, f"{alive} seen within the last minute.")
    return Check(
        "worker",
        False,
        "No worker was seen in the last minute, so jobs are waiting. Start worker and beat, or check their logs.",
    )


def _broker(queues: Mapping[str, int] | None) -> Check:
    if queues is None:
        return Check("redis", False, "Redis does not answer, so no job can start. Running jobs continue.")
    return Check("redis", True, f"Redis answers; {sum(queues.values())} messages waiting.")


def _disk() -> Check:
    free = _free_mb(Path(settings.MEDIA_ROOT))
    sentence = f"{free / 1024:,.1f} GB free for uploads."
    if free < MIN_FREE_MB:
        sentence += " Uploads will fail soon: free up space."
    return Check("disk", free >= MIN_FREE_MB, sentence)


def _temporary() -> Check:
    free = _free_mb(_temporary_folder())
    sentence = f"{free / 1024:,.1f} GB free in the temporary folder, where uploads arrive."
    if free < MIN_TEMPORARY_MB:
        sentence += " Uploads will fail soon: free up space."
    return Check("temporary_folder", free >= MIN_TEMPORARY_MB, sentence)


def _temporary_folder() -> Path:
    return Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir())


def _free_mb(folder: Path) -> float:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free / 2**20
