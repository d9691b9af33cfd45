"""Background work."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from clustering import actions
from clustering.admin.base import WrittenByActions, apply_to_each, person
from clustering.models import Job


@admin.register(Job)
class JobAdmin(WrittenByActions):
    """Background work: stopped and tried again as the pages do it."""

    list_display = (
        "id",
        "kind",
        "status",
        "subject",
        "owner",
        "stage",
        "progress",
        "attempt",
        "created_at",
        "finished_at",
    )
    list_filter = ("status", "kind", "created_at", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("=id", "=dataset__id", "=run__id", "subject__istartswith")
    raw_id_fields = ("owner", "dataset", "run")
    actions = ("run_again", "cancel")

    @admin.display(description="Done")
    def progress(self, job: Job) -> str:
        """Say how far it is."""
        return "" if job.percent is None else f"{job.percent} %"

    @admin.action(description="Run again (failed and cancelled ones)", permissions=["handling"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Queue it again."""
        user = person(request)
        apply_to_each(self, request, queryset, lambda row: actions.retry_job(user, row), "Queued again")

    @admin.action(description="Cancel (waiting and running ones)", permissions=["handling"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Stop it."""
        user = person(request)
        apply_to_each(self, request, queryset, lambda row: actions.cancel_job(user, row), "Cancelled")
