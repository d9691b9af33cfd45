"""The life of a job: claim it, do its work, mark its end, and look after the ones whose worker died.

Never imports Celery: :func:`run` and :func:`reap` return the ids of the jobs to send next.
"""

from __future__ import annotations

import logging

import psycopg
from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg.errors import DiskFull

from clustering.analysis import AnalysisError
from clustering.jobs import kinds
from clustering.jobs.heartbeat import Heartbeat, Show, Stopped
from clustering.jobs.queue import collect_jobs
from clustering.models import Job
from clustering.models.job import MAX_ATTEMPTS
from clustering.songfiles import SongFileError

logger = logging.getLogger(__name__)

# Django gives psycopg's errors names of its own, but not within a COPY.
LOST_DATABASE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
DIED = (
    "The worker ran out of memory or was stopped, twice. Try again; if it happens once more, "
    "use fewer songs or a machine with more memory."
)
DISK_FULL = (
    "The database disk is full. Nothing was lost. Delete datasets or runs you no longer need, or free up "
    "space, then try again."
)
GONE = "{what} was deleted while this was being done."
UNKNOWN = "Something went wrong that is not your fault. It has been logged; you can try again."


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
        return _work(job, show)
    except Stopped:
        job.stop()
        logger.info("job %s was stopped", job.pk)
    except (AnalysisError, SongFileError) as error:
        _end_as_gone(job) or job.fail(str(error), code=error.code) or job.stop()
    except LOST_DATABASE as error:
        logger.exception("job %s lost the database", job.pk)
        if DiskFull in {type(error), type(error.__cause__)}:
            job.fail(DISK_FULL)
        else:  # its heartbeat stops and the reaper requeues it
            connection.close()
    except SystemExit:  # the worker is stopped in order, and its message goes back: another one need not wait
        job.requeue() or job.stop()
        logger.info("job %s was requeued", job.pk)
        raise
    except MemoryError:
        logger.exception("job %s ran out of memory", job.pk)
        job.fail("There was not enough memory for this many songs. Use fewer songs or a larger machine.")
    except Exception:
        if not _end_as_gone(job):
            logger.exception("job %s failed", job.pk)
            job.fail(UNKNOWN) or job.stop()
    return []


def _end_as_gone(job: Job) -> bool:
    """End a job as cancelled if what it works on was deleted meanwhile: whatever it stumbled over came of that."""
    now = Job.objects.filter(pk=job.pk).first()
    if (
        now is None
        or not kinds.of(now).is_orphan(now)
        or not job.cancel_as_gone(GONE.format(what=job.subject))
    ):
        return False
    logger.info("job %s was stopped, as what it works on was deleted", job.pk)
    return True


def run_through(job_id: int, *, show: Show | None = None) -> None:
    """Run a waiting job and all that it brings on, one after the other, in this process."""
    waiting = [job_id]
    while waiting:
        waiting += run(waiting.pop(0), show=show)


def _work(job: Job, show: Show | None) -> list[int]:
    kind = kinds.of(job)
    with Heartbeat(job, show) as heartbeat:
        try:
            following = _compute_and_save(kind, job, heartbeat)
        except LOST_DATABASE:
            if heartbeat.stopped:  # the statement was ended, nothing is wrong with the database
                raise Stopped from None
            raise
    logger.info("job %s succeeded", job.pk)
    return following


def _compute_and_save(kind: kinds.AnyKind, job: Job, heartbeat: Heartbeat) -> list[int]:
    result = kind.compute(job, heartbeat)
    with collect_jobs() as following, transaction.atomic():
        kind.save(job, result, heartbeat)
        # what a foreign key puts off is checked now, while the heartbeat beats, and not in the commit,
        # when it would wait for the job's own row and a living job would look dead
        connection.check_constraints()
        # success is part of the same commit, so a cancelled or stolen job leaves nothing behind
        if not job.succeed():
            raise Stopped
    return following


def reap() -> list[int]:
    """Look after dead workers, lost messages and jobs that are due; return the ids of the jobs to send."""
    send = []
    for job in Job.objects.silent():
        if job.cancel_requested:
            job.stop()
        elif job.attempt >= MAX_ATTEMPTS:
            job.fail(DIED)
        elif job.requeue():
            logger.warning("job %s was silent for too long and is queued again", job.pk)
            send.append(job.pk)
    with collect_jobs() as due:
        for kind in kinds.registry().values():
            kind.enqueue_due()
    send += due
    send += [job.pk for job in Job.objects.overdue().exclude(pk__in=send) if job.resend()]
    return send
