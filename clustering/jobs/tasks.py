"""The tasks of Celery, which no other module of the application imports. A message carries the id of one job."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable

from celery import current_app, shared_task
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from clustering.jobs import expiry, kinds, runner
from clustering.jobs.webhooks import announcing, delivering
from clustering.models import Job, PendingDeletion, Webhook, WebhookDelivery, Worker
from musicclust import logs

logger = logging.getLogger(__name__)

NO_BROKER = "The job could not be handed to a worker, because the message broker does not answer. Try again."


@shared_task(name="clustering.jobs.tasks.run_job")
def run_job(job_id: int) -> None:
    """Run one job, then send what follows it."""
    with logs.belonging_to(request=run_job.request.get("request_id") or "", job=str(job_id)):
        send(runner.run(job_id))
        announce_soon()


@shared_task(name="clustering.jobs.tasks.reap")
def reap() -> None:
    """Send jobs again whose worker died or whose message was lost, delete left files, and be seen to be alive."""
    Worker.see(socket.gethostname())
    send(runner.reap())
    PendingDeletion.delete_due()


@shared_task(name="clustering.jobs.tasks.announce")
def announce() -> None:
    """Have webhooks told of jobs that have ended, and of those that could not be told before."""
    announcing.announce()
    for owner_id in WebhookDelivery.objects.due().owners():
        deliver.delay(owner_id)


@shared_task(name="clustering.jobs.tasks.deliver", expires=60.0)
def deliver(owner_id: int) -> None:
    """Send what is due to one person's addresses; what remains of it comes after others'."""
    if delivering.deliver(owner_id):
        deliver.delay(owner_id)


def announce_soon() -> None:
    """Have it told at once that a job has ended; where that fails, the next look in a few seconds makes it good."""
    try:
        if Webhook.objects.on().exists():
            announce.apply_async(retry=False, expires=15.0)
    except Exception:
        logger.exception("webhooks are told later")


@shared_task(name="clustering.jobs.tasks.clear_expired")
def clear_expired() -> None:
    """Remove the rows that nobody can use any more."""
    expiry.clear_expired()


def send(job_ids: Iterable[int]) -> None:
    """Hand jobs to the workers; one that cannot be sent fails with a sentence instead of waiting for ever."""
    headers = {"request_id": logs.request_id.get()}
    for job in Job.objects.filter(pk__in=list(job_ids)).select_related("dataset"):
        try:
            run_job.apply_async(args=(job.pk,), queue=kinds.of(job).queue(job), retry=False, headers=headers)
        except (OperationalError, RedisError, OSError):  # gone, full or silent
            logger.exception("job %s could not be sent", job.pk)
            job.fail_unsent(NO_BROKER)


SOON = {"socket_timeout": 1, "socket_connect_timeout": 1}
"""How long a broker that is only asked how it is may take."""


def queue_lengths() -> dict[str, int] | None:
    """Return how many messages wait in each queue of the broker, or None when it does not answer."""
    try:
        with current_app.connection_for_read(transport_options=SOON) as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=1)
            client = link.default_channel.client  # type: ignore[attr-defined]  # of the Redis transport
            return {name: client.llen(name) for name in settings.CELERY_TASK_QUEUES}
    except (OperationalError, OSError, RedisError):
        return None
