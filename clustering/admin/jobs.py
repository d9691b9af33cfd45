"""Background work."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from clustering.actions.jobs import cancel_job, retry_job
from clustering.admin.base import WrittenByActions, apply_to_each, person
from clustering.jobs import kinds
from clustering.models import Job


class JobKindFilter(admin.SimpleListFilter):
    """Jobs of one kind."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return all kinds."""
        return [(name, kind.label) for name, kind in kinds.registry().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those of the kind that is chosen."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(WrittenByActions):
    """Background work: stopped and tried again as the pages do it."""

    list_display = (
        "subject",
        "kind_label",
        "status",
        "owner",
        "progress",
        "attempt",
        "created_at",
        "finished_at",
        "page",
        "id",
    )
    page_name = "job"
    list_filter = ("status", JobKindFilter, "created_at", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("=id", "=dataset__id", "=run__id", "subject__istartswith")
    raw_id_fields = ("owner", "dataset", "run")
    actions = ("run_again", "cancel")
    exclude = ("kind",)
    readonly_fields = ("kind_label",)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say in the heading what a job is in the words of the pages."""
        if (job := context.get("original")) is not None:
            context["subtitle"] = kinds.title(job)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="Kind", ordering="kind")
    def kind_label(self, job: Job) -> str:
        """Say what it is."""
        return kinds.of(job).label

    @admin.display(description="Progress")
    def progress(self, job: Job) -> str:
        """Say how far a running job is: of one that has ended, its status says it."""
        if job.status != Job.Status.RUNNING:
            return ""
        return job.stage if job.percent is None else f"{job.stage}, {job.percent}\u202f%"

    @admin.action(description="Run again (failed and cancelled ones)", permissions=["handling"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Queue it again."""
        user = person(request)
        apply_to_each(self, request, queryset, lambda row: retry_job(user, row), "Queued again")

    @admin.action(description="Cancel (waiting and running ones)", permissions=["handling"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Stop it."""
        user = person(request)
        apply_to_each(self, request, queryset, lambda row: cancel_job(user, row), "Cancelled")
