"""Who did what."""

from __future__ import annotations

from django.contrib import admin

from clustering.admin.base import WrittenByActions
from clustering.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(WrittenByActions):
    """Who did what: for reading only."""

    list_display = ("at", "actor", "action", "subject", "token", "dataset_id")
    list_filter = ("action", "at", ("actor", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("actor",)
    search_fields = ("=dataset_id", "actor__username__istartswith")
    date_hierarchy = "at"
