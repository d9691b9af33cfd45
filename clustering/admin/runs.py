"""Runs, their groups, and the links to them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import floatformat

from clustering.actions import runs
from clustering.actions.runs import delete_run
from clustering.actions.sharing import end_share_link
from clustering.actions.submissions import make_once, submission_of
from clustering.admin.base import OnceForm, WrittenByActions, apply_to_each, person
from clustering.models import Cluster, Run, ShareLink


@admin.register(Run)
class RunAdmin(WrittenByActions):
    """Runs: again, or deleted, as the pages do it."""

    list_display = (
        "__str__",
        "dataset",
        "owner",
        "algorithm",
        "scaler",
        "songs_count",
        "rounded_silhouette",
        "created_at",
        "finished_at",
        "page",
        "id",
    )
    page_name = "run_overview"
    list_filter = (
        "algorithm",
        "scaler",
        "missing",
        "created_at",
        ("owner", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("dataset", "owner")
    search_fields = ("=id", "=dataset__id", "dataset__name__istartswith")
    raw_id_fields = ("dataset", "owner")
    actions = ("run_again", "delete_in_a_job")
    action_form = OnceForm

    @admin.display(description="Silhouette", ordering="silhouette")
    def rounded_silhouette(self, run: Run) -> str:
        """Write it as the pages do."""
        return floatformat(run.silhouette, 4)

    @admin.action(description="Run again with the same settings", permissions=["handling"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Start the same run once more."""
        user = person(request)
        token = request.POST.get("once", "")

        def again(row: Run) -> Run:
            return make_once(submission_of(user, token, f"again {row.pk}"), lambda: runs.run_again(user, row))

        apply_to_each(self, request, queryset, again, "Started again")

    @admin.action(description="Delete with all results", permissions=["removal"])
    def delete_in_a_job(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Delete as the page does."""
        user = person(request)
        apply_to_each(self, request, queryset, lambda row: delete_run(user, row), "Being deleted")


@admin.register(Cluster)
class ClusterAdmin(WrittenByActions):
    """The groups of runs."""

    list_display = ("name", "run", "size", "rounded_share", "rounded_silhouette", "index")
    list_select_related = ("run",)
    list_filter = ("index",)
    search_fields = ("=run__id", "own_name__istartswith", "generated_name__istartswith")
    raw_id_fields = ("run",)

    @admin.display(description="Share", ordering="share")
    def rounded_share(self, cluster: Cluster) -> str:
        """Write it as the pages do."""
        return f"{cluster.share:.0%}"

    @admin.display(description="Silhouette", ordering="silhouette")
    def rounded_silhouette(self, cluster: Cluster) -> str:
        """Write it as the pages do."""
        return floatformat(cluster.silhouette, 4)


@admin.register(ShareLink)
class ShareLinkAdmin(WrittenByActions):
    """Links by which people without an account look at runs."""

    list_display = ("run", "owner", "created_at", "expires_at", "revoked_at")
    list_filter = ("created_at", "expires_at")
    list_select_related = ("owner", "run")
    search_fields = ("=run__id", "owner__username__istartswith")
    raw_id_fields = ("run", "owner")
    actions = ("end",)

    @admin.action(description="End", permissions=["handling"])
    def end(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> None:
        """End it as the page does."""
        user = person(request)
        rows = queryset.select_related("run__dataset")
        apply_to_each(self, request, rows, lambda row: end_share_link(user, row), "Ended")
