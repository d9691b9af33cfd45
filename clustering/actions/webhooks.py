"""Webhooks: making them, turning them off and on, and deleting them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from clustering.analysis import AnalysisError
from clustering.jobs.webhooks.addresses import parse
from clustering.models import AuditEntry, Webhook
from clustering.models.webhook import MAX_WEBHOOKS

TWICE = "You already have a webhook for this address. Delete it first if you need a new secret."


def make_webhook(user: User, url: str) -> Webhook:
    """Have an address told of every job of a person's that ends from now on."""
    url = url.strip()
    parse(url)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two requests at once are not both the last
        mine = Webhook.objects.filter(owner=user)
        if mine.filter(url=url).exists():
            raise AnalysisError(TWICE)
        if mine.count() >= MAX_WEBHOOKS:
            raise AnalysisError(f"You have {MAX_WEBHOOKS} webhooks, which is the limit. Delete one first.")
        hook = Webhook.objects.create(owner=user, url=url)
        _record(user, AuditEntry.Action.WEBHOOK_CREATED, hook)
    return hook


def turn_webhook(user: User, hook: Webhook, *, on: bool) -> bool:
    """Turn a webhook on or off; False when it is so already."""
    with transaction.atomic():
        if not (hook.turn_on() if on else hook.turn_off(Webhook.Off.BY_HAND)):
            return False
        actions = AuditEntry.Action
        _record(user, actions.WEBHOOK_TURNED_ON if on else actions.WEBHOOK_TURNED_OFF, hook)
    return True


def delete_webhook(user: User, hook: Webhook) -> None:
    """Delete a webhook with what is to be sent to it."""
    with transaction.atomic():
        _record(user, AuditEntry.Action.WEBHOOK_DELETED, hook)
        hook.delete()


def _record(user: User, action: str, hook: Webhook) -> None:
    words = str(hook) if hook.owner_id == user.pk else f"{hook} of {hook.owner}"
    AuditEntry.record(user, action, None, words)
