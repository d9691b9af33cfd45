"""Advice on the number of groups."""

from __future__ import annotations

from django.contrib import admin

from clustering.admin.base import WrittenByActions
from clustering.models import Sweep, SweepCandidate


@admin.register(Sweep)
class SweepAdmin(WrittenByActions):
    """Advice on the number of groups."""

    list_display = (
        "__str__",
        "dataset",
        "owner",
        "verdict",
        "recommended_k",
        "groups_apart",
        "created_at",
        "finished_at",
        "page",
        "id",
    )
    page_name = "sweep"
    list_filter = ("verdict", "created_at")
    list_select_related = ("dataset", "owner")
    search_fields = ("=id", "=dataset__id")
    raw_id_fields = ("dataset", "owner")


@admin.register(SweepCandidate)
class SweepCandidateAdmin(WrittenByActions):
    """The numbers of groups that were tried."""

    list_display = (
        "k",
        "sweep",
        "silhouette",
        "null_silhouette",
        "null_cloud_silhouette",
        "stability",
        "parts_apart",
        "smallest_cluster",
    )
    list_select_related = ("sweep",)
    list_filter = ("k",)
    search_fields = ("=sweep__id",)
    raw_id_fields = ("sweep",)
