"""The door to Celery: nothing else imports it.

A message carries one job id. ``jobs`` is imported inside the functions, so that the web
process, which only sends, never loads the numerical libraries.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import shared_task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from clustering.models import Job

logger = logging.getLogger(__name__)

NO_BROKER = "The job could not be handed to a worker, because the message broker does not answer. Try again."


@shared_task(name="clustering.tasks.run_job")
def run_job(job_id: int) -> None:
    """Run one job, then send what follows it."""
    from clustering import jobs

    send(jobs.run(job_id))


@shared_task(name="clustering.tasks.reap")
def reap() -> None:
    """Send jobs again whose worker died or whose message was lost."""
    from clustering import jobs

    send(jobs.reap())


def send(job_ids: Iterable[int]) -> None:
    """Hand jobs to the workers; one that cannot be sent fails with a sentence instead of waiting for ever."""
    for job in Job.objects.filter(pk__in=list(job_ids)).select_related("dataset"):
        try:
            run_job.apply_async(args=(job.pk,), queue=job.queue, retry=False)
        except (OperationalError, RedisError, OSError):  # gone, full or silent
            logger.exception("job %s could not be sent", job.pk)
            job.refuse(NO_BROKER)
