"""Webhooks of everybody and what was sent to them: looked at, turned off, and deleted."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from clustering.actions.webhooks import delete_webhook, turn_webhook
from clustering.admin.base import WrittenByActions, apply_to_each, person
from clustering.models import Webhook, WebhookDelivery


@admin.register(Webhook)
class WebhookAdmin(WrittenByActions):
    """Webhooks; their secrets are derived, and shown nowhere."""

    list_display = ("url", "owner", "created_at", "off_at", "off_because", "failures")
    list_filter = ("off_because", "created_at")
    list_select_related = ("owner",)
    search_fields = ("url__icontains", "owner__username__istartswith")
    raw_id_fields = ("owner",)
    actions = ("turn_off", "delete_it")

    @admin.action(description="Turn off", permissions=["handling"])
    def turn_off(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Turn it off as the page does."""
        user, hooks = person(request), queryset.select_related("owner")
        apply_to_each(self, request, hooks, lambda row: turn_webhook(user, row, on=False), "Turned off")

    @admin.action(description="Delete", permissions=["removal"])
    def delete_it(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Delete it as the page does."""
        user, hooks = person(request), queryset.select_related("owner")
        apply_to_each(self, request, hooks, lambda row: delete_webhook(user, row), "Deleted")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(WrittenByActions):
    """What was sent to webhooks, and what came of it."""

    list_display = ("id", "webhook", "title", "created_at", "attempts", "status", "arrived_at", "next_at")
    list_filter = ("created_at",)
    list_select_related = ("webhook",)
    search_fields = ("=id", "=job_id")
    raw_id_fields = ("webhook",)
