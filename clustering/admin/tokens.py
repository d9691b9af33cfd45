"""API tokens of everybody: looked at, and ended."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from clustering.actions.tokens import end_token
from clustering.admin.base import WrittenByActions, apply_to_each, person
from clustering.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(WrittenByActions):
    """API tokens, without what would let anybody use them."""

    list_display = ("name", "key", "owner", "can_write", "created_at", "expires_at", "ended_at", "used_at")
    list_filter = ("can_write", "created_at", "expires_at")
    list_select_related = ("owner",)
    search_fields = ("=key", "owner__username__istartswith")
    raw_id_fields = ("owner",)
    exclude = ("secret_hash", "paced_until")
    actions = ("end",)

    @admin.action(description="End", permissions=["handling"])
    def end(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """End it as the page does."""
        user = person(request)
        apply_to_each(
            self, request, queryset.select_related("owner"), lambda row: end_token(user, row), "Ended"
        )
