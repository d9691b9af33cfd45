"""Your webhooks: addresses that are told when a job of yours ends, and what was sent to them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Literal, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from clustering.actions.webhooks import delete_webhook, make_webhook, turn_webhook
from clustering.api.answers import given
from clustering.api.idempotency import once
from clustering.api.paging import Paging, page_of
from clustering.api.schemas import Answer, ApiRequest, Body, Id, Page, Text
from clustering.models import Webhook, WebhookDelivery
from clustering.models.webhook import MAX_URL_LENGTH

router = Router()


class WebhookAnswer(Answer):
    """An address that is told when a job of yours ends."""

    id: Id
    url: str
    on: bool
    off_because: str
    """Why it is off: by_hand, failures (too many in a row) or gone (it answered 410); empty while it is on."""
    failures: int
    """Failed attempts in a row."""
    resting_until: datetime | None
    """After a failure nothing is sent before then."""
    created_at: datetime

    @classmethod
    def of(cls, hook: Webhook) -> WebhookAnswer:
        """Read a webhook."""
        alike = {name: getattr(hook, name) for name in cls.model_fields if name != "on"}
        return cls(**alike, on=hook.is_on)


class WebhookMade(WebhookAnswer):
    """A new webhook, with the secret that its messages are signed with: no other answer has it."""

    secret: str


class WebhookBody(Body):
    """The address."""

    url: Annotated[
        Text, Field(min_length=1, max_length=MAX_URL_LENGTH, description="Of HTTPS, and of the internet.")
    ]


class WebhookChange(Body):
    """What to change."""

    on: bool
    """Whether it is told of what ends from now on."""


class DeliveryAnswer(Answer):
    """A message, and what came of it."""

    id: str
    """The header `webhook-id`."""
    job: Id
    title: str
    state: Literal["waiting", "arrived", "given_up"]
    attempts: int
    status: int | None
    """Of the last answer; null where there was none."""
    words: str
    """The beginning of the last answer, or why there was none."""
    created_at: datetime
    tried_at: datetime | None
    arrived_at: datetime | None
    next_at: datetime | None

    @classmethod
    def of(cls, delivery: WebhookDelivery) -> DeliveryAnswer:
        """Read a message."""
        same = (name for name in cls.model_fields if name not in {"id", "job", "state"})
        return cls(
            id=str(delivery.pk),
            job=delivery.job_id,
            state=cast("Literal['waiting', 'arrived', 'given_up']", delivery.state),
            **{name: getattr(delivery, name) for name in same},
        )


@router.get("webhooks", url_name="webhooks", response=Page[WebhookAnswer])
def list_webhooks(request: ApiRequest, paging: Query[Paging]) -> Page[WebhookAnswer]:
    """List your webhooks, the newest first."""
    return page_of(request, Webhook.objects.filter(owner=request.user), paging, WebhookAnswer.of)


@router.post("webhooks", response={201: WebhookMade})
def add_webhook(request: ApiRequest, body: WebhookBody) -> HttpResponse:
    """Have an address told of each job of yours that ends from now on. Keep the secret: it is not shown again."""

    def make() -> HttpResponse:
        hook = make_webhook(request.user, body.url)
        return given(WebhookAnswer.of(hook), status=201, location=reverse("api:webhook", args=[hook.pk]))

    return _with_secret(once(request, make))


@router.get("webhooks/{int:webhook_id}", url_name="webhook", response=WebhookAnswer)
def read_webhook(request: ApiRequest, webhook_id: int) -> WebhookAnswer:
    """Read a webhook of yours."""
    return WebhookAnswer.of(_mine(request, webhook_id))


@router.patch("webhooks/{int:webhook_id}", response=WebhookAnswer)
def change_webhook(request: ApiRequest, webhook_id: int, body: WebhookChange) -> WebhookAnswer:
    """Turn a webhook off, or on again."""
    turn_webhook(request.user, _mine(request, webhook_id), on=body.on)
    return WebhookAnswer.of(_mine(request, webhook_id))


@router.delete("webhooks/{int:webhook_id}", response={204: None})
def remove_webhook(request: ApiRequest, webhook_id: int) -> HttpResponse:
    """Delete a webhook with what is still to be sent to it."""
    delete_webhook(request.user, _mine(request, webhook_id))
    return HttpResponse(status=204)


@router.get("webhooks/{int:webhook_id}/deliveries", url_name="deliveries", response=Page[DeliveryAnswer])
def list_deliveries(request: ApiRequest, webhook_id: int, paging: Query[Paging]) -> Page[DeliveryAnswer]:
    """List what was sent to a webhook in the last thirty days, or is to be, the newest first."""
    return page_of(request, _mine(request, webhook_id).deliveries.all(), paging, DeliveryAnswer.of)


def _mine(request: ApiRequest, webhook_id: int) -> Webhook:
    return get_object_or_404(Webhook.objects.filter(owner=request.user), pk=webhook_id)


def _with_secret(made: HttpResponse) -> HttpResponse:
    """Add the secret to an answer that was kept without it, so that none lies in the database."""
    said = json.loads(made.content)
    hook = Webhook.objects.filter(pk=said["id"]).first()
    made.content = json.dumps(said | {"secret": "" if hook is None else hook.secret}).encode()
    return made
