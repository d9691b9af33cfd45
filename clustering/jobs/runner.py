"""The life of a job: claim it, run its stage, record the end, and look after the ones whose worker died.

Never imports Celery: :func:`run` and :func:`reap` return the ids of the jobs to send next.
"""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable
from types import TracebackType

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from psycopg.errors import DiskFull

from clustering.analysis import AnalysisError
from clustering.analysis.progress import Progress
from clustering.jobs.kinds import Reporter, Save
from clustering.jobs.kinds.add_songs import add_songs
from clustering.jobs.kinds.assign_songs import assign_added_songs
from clustering.jobs.kinds.candidate import try_k
from clustering.jobs.kinds.cluster import cluster_songs
from clustering.jobs.kinds.compare import compare_runs
from clustering.jobs.kinds.delete import delete_dataset, delete_run
from clustering.jobs.kinds.import_songs import import_songs
from clustering.jobs.kinds.index import due_datasets, index_songs, queue_index
from clustering.jobs.kinds.sweep import sweep_songs
from clustering.models import Job
from clustering.models.job import MAX_ATTEMPTS
from clustering.songfiles import SongFileError

logger = logging.getLogger(__name__)

Stage = Callable[[Job, Reporter], Save]
Show = Callable[[str, int, int], None]

STAGES: dict[str, Stage] = {
    Job.Kind.IMPORT: import_songs,
    Job.Kind.SWEEP: sweep_songs,
    Job.Kind.CANDIDATE: try_k,
    Job.Kind.ADD: add_songs,
    Job.Kind.CLUSTER: cluster_songs,
    Job.Kind.ASSIGN: assign_added_songs,
    Job.Kind.DELETE: delete_dataset,
    Job.Kind.DELETE_RUN: delete_run,
    Job.Kind.COMPARE: compare_runs,
    Job.Kind.INDEX: index_songs,
}
BEAT_SECONDS = 0.5
# Django gives psycopg's errors names of its own, but not within a COPY.
LOST_DATABASE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
DIED = (
    "The worker ran out of memory or was stopped, twice. Try again; if it happens once more, "
    "use fewer songs or a machine with more memory."
)
DISK_FULL = (
    "The disk of the database is full. Nothing was lost: delete datasets or runs that nobody needs, or make room, "
    "and try again."
)
UNKNOWN = "Something went wrong that is not your fault. It has been logged; you can try again."


class Stopped(Exception):  # noqa: N818 – a request, not an error
    """The job was cancelled, deleted or given to another worker."""


class Heartbeat:
    """Reports a running job's progress, and learns from the answer whether to stop.

    It beats in a thread of its own with a connection of its own: progress is seen while
    a long transaction is open, and a step that cannot count does not look dead. When the
    job was cancelled it also ends the statement that the main thread is waiting for.
    """

    def __init__(self, job: Job, show: Show | None = None) -> None:
        self._job = copy.copy(job)
        self._show = show
        self._state = ("Starting", 0, 0)
        self._main = connection.connection
        self._stopped = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._beat_until_ended, name=f"heartbeat of {job.pk}", daemon=True
        )

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def stopped(self) -> bool:
        """Whether the job was cancelled, deleted or given to another worker."""
        return self._stopped.is_set()

    def stage(self, name: str) -> Progress:
        """Begin a step and return the callback that counts it."""

        def progress(done: int, total: int) -> None:
            self._state = (name, done, total)
            if self._show:
                self._show(name, done, total)
            if self.stopped:
                raise Stopped

        progress(0, 0)
        return progress

    def _beat_until_ended(self) -> None:
        try:
            while not self._ended.wait(BEAT_SECONDS):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            if not self._job.beat(*self._state):
                self._stopped.set()
                # only while it still runs: after the job's end the connection is at other work
                if Job.objects.filter(
                    pk=self._job.pk, status=Job.Status.RUNNING, cancel_requested=True
                ).exists():
                    self._main.cancel_safe()
        except DatabaseError:
            # the main thread meets the same fault where it matters; this one tries again
            logger.warning("could not report the progress of job %s", self._job.pk, exc_info=True)
            connection.close()


def run(job_id: int, *, show: Show | None = None) -> list[int]:
    """Run a waiting job to its end and return the ids of the jobs to send next.

    A job that is not waiting any more (taken, cancelled, deleted) is left alone.
    """
    job = (
        Job.objects.select_related("dataset", "run__dataset", "run__sweep", "sweep__dataset", "owner")
        .filter(pk=job_id)
        .first()
    )
    if job is None or not job.claim():
        return []
    logger.info("job %s (%s) begins, attempt %s", job.pk, job.kind, job.attempt)
    try:
        return _run_stage(job, show)
    except Stopped:
        job.stop()
        logger.info("job %s was stopped", job.pk)
    except (AnalysisError, SongFileError) as error:
        job.fail(str(error), code=error.code) or job.stop()
    except LOST_DATABASE as error:
        logger.exception("job %s lost the database", job.pk)
        if DiskFull in {type(error), type(error.__cause__)}:
            job.fail(DISK_FULL)
        else:  # it goes silent, and the reaper gives it to somebody else
            connection.close()
    except SystemExit:  # the worker is stopped in order, and its message goes back: another one need not wait
        job.requeue() or job.stop()
        logger.info("job %s was given back", job.pk)
        raise
    except MemoryError:
        logger.exception("job %s ran out of memory", job.pk)
        job.fail("There was not enough memory for this many songs. Use fewer songs or a larger machine.")
    except Exception:
        logger.exception("job %s failed", job.pk)
        job.fail(UNKNOWN) or job.stop()
    return []


def run_through(job_id: int, *, show: Show | None = None) -> None:
    """Run a waiting job and all that it brings on, one after the other, in this process."""
    waiting = [job_id]
    while waiting:
        waiting += run(waiting.pop(0), show=show)


def _run_stage(job: Job, show: Show | None) -> list[int]:
    with Heartbeat(job, show) as heartbeat:
        try:
            following = _save_stage(job, heartbeat)
        except LOST_DATABASE:
            if heartbeat.stopped:  # the statement was ended, nothing is wrong with the database
                raise Stopped from None
            raise
    logger.info("job %s succeeded", job.pk)
    return following


def _save_stage(job: Job, heartbeat: Heartbeat) -> list[int]:
    save = STAGES[job.kind](job, heartbeat)
    with transaction.atomic():
        following = save()
        # what a foreign key puts off is checked now, while the heartbeat beats, and not in the commit,
        # when it would wait for the job's own row and a living job would look dead
        connection.check_constraints()
        # success is part of the same commit, so a cancelled or stolen job leaves nothing behind
        if not job.succeed():
            raise Stopped
    return following


def reap() -> list[int]:
    """Look after dead workers, lost messages and catalogs that are due; return the ids of the jobs to send."""
    send = []
    for job in Job.objects.silent():
        if job.cancel_requested:
            job.stop()
        elif job.attempt >= MAX_ATTEMPTS:
            job.fail(DIED)
        elif job.requeue():
            logger.warning("job %s was silent for too long and is queued again", job.pk)
            send.append(job.pk)
    send += [queue_index(dataset) for dataset in due_datasets()]
    send += [job.pk for job in Job.objects.overdue().exclude(pk__in=send) if job.resend()]
    return send
