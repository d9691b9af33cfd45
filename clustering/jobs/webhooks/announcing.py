"""Finding jobs that have ended, and writing down whom to tell.

Every end of a job is told once to each address that is on by then. An end is found by its row alone, after its
transaction: so a job can end whatever becomes of webhooks.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from clustering.jobs import kinds
from clustering.jobs.lines import JobLine, line
from clustering.models import Job, Webhook, WebhookDelivery
from clustering.models.ids import random_id

logger = logging.getLogger(__name__)
EVENT = "job.ended"


def announce() -> None:
    """Write down what is to be sent for each job that has ended and was not announced."""
    Job.objects.unannounced().exclude(owner__in=Webhook.objects.on().values("owner")).update(announced=True)
    parts = kinds.parts()
    heads = {_whole(job) if job.kind in parts else job.pk for job in Job.objects.unannounced()}
    for pk in filter(None, heads):
        try:
            _announce(pk)
        except Exception:
            logger.exception("the end of job %s is announced later", pk)
    # of advice that was deleted meanwhile only parts are left, which nobody sees
    Job.objects.unannounced().filter(kind__in=kinds.parts(), sweep=None).update(announced=True)


def _whole(part: Job) -> int | None:
    """Return the job that a part is shown as; None where its advice was deleted."""
    if part.sweep_id is None:
        return None
    wholes = kinds.names(lambda kind: bool(kind.parts_stage))
    return Job.objects.filter(sweep=part.sweep_id, kind__in=wholes).values_list("pk", flat=True).first()


def _announce(pk: int) -> None:
    """Write it down for one job with its parts, unless they are still at it, or somebody else does just now."""
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if job is None:
            return
        has_parts = job.sweep_id is not None and kinds.of(job).parts_stage
        parts = list(Job.objects.filter(sweep=job.sweep_id, kind__in=kinds.parts())) if has_parts else []
        found = line(job, parts)
        if found.status in Job.ALIVE:
            return
        ended = Job.objects.unannounced().filter(pk__in=[job.pk, *(part.pk for part in parts)])
        if not ended.update(announced=True):
            return
        at = max(one.finished_at for one in (job, *parts) if one.finished_at is not None)
        WebhookDelivery.objects.bulk_create(
            _message(hook, found, at) for hook in Webhook.objects.on().filter(owner=job.owner_id)
        )


def _message(hook: Webhook, found: JobLine, ended_at: datetime) -> WebhookDelivery:
    pk = random_id()
    body = {"type": EVENT, "timestamp": timezone.now().isoformat(), "data": described(found, ended_at)}
    return WebhookDelivery(
        pk=pk,
        webhook=hook,
        job_id=found.job.pk,
        title=f"{found}: {found.status_words}"[:300],
        body=json.dumps(body, ensure_ascii=False),
    )


def described(found: JobLine, ended_at: datetime) -> dict[str, Any]:
    """Describe a job that has ended, in the words of the API's JobAnswer."""
    job = found.job
    return {
        "id": job.pk,
        "kind": job.kind,
        "title": str(found),
        "status": str(found.status),
        "error": found.error,
        "error_code": found.error_code,
        "dataset": job.dataset_id,
        "run": job.run_id,
        "advice": job.sweep_id,
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at and job.started_at.isoformat(),
        "finished_at": ended_at.isoformat(),
    }
