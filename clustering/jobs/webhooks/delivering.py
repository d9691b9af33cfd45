"""Sending what is due to one person's addresses, one message after the other."""

from __future__ import annotations

import logging

from clustering.jobs.webhooks.posting import post
from clustering.models import Webhook, WebhookDelivery

logger = logging.getLogger(__name__)
AT_A_TIME = 5
"""Then it is somebody else's turn."""
GONE = 410


def deliver(owner_id: int) -> bool:
    """Send some of what is due; True where there may be more."""
    for _ in range(AT_A_TIME):
        delivery = WebhookDelivery.take(owner_id)
        if delivery is None:
            return False
        _send(delivery)
    return True


def _send(delivery: WebhookDelivery) -> None:
    hook = delivery.webhook
    outcome = post(hook.url, hook.key, str(delivery.pk), delivery.body.encode())
    if outcome.arrived:
        delivery.arrive(outcome.status or 0, outcome.words)
    else:
        delivery.fail(outcome.status, outcome.words)
        if outcome.status == GONE:
            hook.turn_off(Webhook.Off.GONE)
    logger.info("message %s, attempt %s: %s", delivery.pk, delivery.attempts, outcome.status or outcome.words)
