"""Playlists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from clustering.actions.playlists import delete_playlist
from clustering.admin.base import WrittenByActions, apply_to_each, person
from clustering.models import Playlist, PlaylistSong


@admin.register(Playlist)
class PlaylistAdmin(WrittenByActions):
    """People's playlists; deleting one leaves its songs in the dataset."""

    list_display = ("name", "owner", "dataset", "source", "songs", "order", "created_at", "page", "id")
    page_name = "playlist"
    list_filter = ("source", "order", "created_at", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner", "dataset")
    search_fields = ("=id", "=dataset__id", "name__istartswith", "owner__username__istartswith")
    search_help_text = "Start of a name or an owner’s name, or the ID of a playlist or a dataset"
    raw_id_fields = ("owner", "dataset")
    actions = ("delete_it",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Count the songs of each with the list's own query."""
        entries = PlaylistSong.objects.filter(playlist=OuterRef("pk")).order_by()
        count = entries.values("playlist").annotate(count=Count("pk")).values("count")
        counted: QuerySet[Model] = super().get_queryset(request).annotate(songs=Subquery(count))
        return counted

    @admin.display(description="Songs", ordering="songs")
    def songs(self, playlist: Any) -> int:
        """Say how many there are."""
        return playlist.songs or 0

    @admin.action(description="Delete", permissions=["removal"])
    def delete_it(self, request: HttpRequest, queryset: QuerySet[Playlist]) -> None:
        """Delete as the page does."""
        user = person(request)
        rows = queryset.select_related("dataset")
        apply_to_each(self, request, rows, lambda row: delete_playlist(user, row), "Deleted")
