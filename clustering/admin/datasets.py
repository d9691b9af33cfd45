"""Datasets, their files and their songs."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from clustering.actions.datasets import delete_dataset
from clustering.admin.base import LookedUpById, WrittenByActions, apply_to_each, person
from clustering.models import Dataset, Song, Upload


@admin.register(Dataset)
class DatasetAdmin(WrittenByActions):
    """Datasets; deleting one is a job."""

    list_display = ("name", "owner", "visibility", "songs_count", "created_at", "page", "id")
    page_name = "dataset"
    list_filter = ("visibility", "created_at", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("=id", "name__istartswith", "owner__username__istartswith")
    search_help_text = "Start of a name or an owner’s name, or an ID"
    raw_id_fields = ("owner",)
    date_hierarchy = "created_at"
    actions = ("delete_in_a_job",)

    @admin.action(description="Delete with all songs and runs", permissions=["removal"])
    def delete_in_a_job(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> None:
        """Delete as the page does."""
        user = person(request)
        apply_to_each(self, request, queryset, lambda row: delete_dataset(user, row), "Being deleted")


@admin.register(Upload)
class UploadAdmin(WrittenByActions):
    """The files of datasets: by name, as uploads are never served from where they are kept."""

    exclude = ("file", "rejected_file")
    readonly_fields = ("stored_as", "rejected_rows_stored_as")

    list_display = (
        "original_name",
        "dataset",
        "bytes",
        "rows_read",
        "rows_kept",
        "rows_rejected",
        "duplicates",
        "created_at",
    )
    list_filter = ("created_at",)
    list_select_related = ("dataset",)
    search_fields = ("=id", "=dataset__id", "original_name__istartswith")
    raw_id_fields = ("dataset",)

    @admin.display(description="Stored as")
    def stored_as(self, upload: Upload) -> str:
        """Name the file in the storage."""
        return upload.file.name or ""

    @admin.display(description="Rejected rows stored as")
    def rejected_rows_stored_as(self, upload: Upload) -> str:
        """Name the file of the rejected rows."""
        return upload.rejected_file.name or ""


@admin.register(Song)
class SongAdmin(LookedUpById):
    """Songs, by their ids or their dataset's."""

    list_display = ("title", "artist", "album", "release_year", "row_number", "page", "dataset_id", "id")
    page_name = "song"
    search_help_text = "ID of a song or a dataset"
    raw_id_fields = ("dataset",)
    readonly_fields = ("landed",)
    ordering = ("id",)

    @admin.display(description="Groups")
    def landed(self, song: Song) -> str:
        """Say in which group of each run it is."""
        placed = song.assignments.filter(run__dataset=song.dataset_id).order_by("run__created_at")
        rows = placed.values_list("run_id", "cluster", "distance")
        return "; ".join(
            f"run {run}: group {cluster}, {distance:.2f} from its center" for run, cluster, distance in rows
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        """Find a song, or the songs of a dataset: they are one range of the key."""
        term = search_term.strip()
        if term.isascii() and term.isdigit() and len(term) < 17:
            dataset = Dataset.objects.filter(pk=int(term)).first()
            if dataset is not None:
                songs = (dataset.first_song_id, dataset.last_song_id)
                return queryset.filter(id__range=songs), False
        return super().get_search_results(request, queryset, search_term)
