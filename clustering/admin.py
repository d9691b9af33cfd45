"""The administration of every table: quick also at a million songs, and writing only through actions.

Nothing here counts or loads a whole table: songs are listed without a count, in the order
of an index, looked up by their ids, and read-only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal, cast

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from clustering import actions
from clustering.analysis import AnalysisError
from clustering.models import (
    AuditEntry,
    Cluster,
    Dataset,
    Job,
    Playlist,
    PlaylistSong,
    Run,
    ShareLink,
    Song,
    Sweep,
    SweepCandidate,
    Upload,
)

MAX_ID = 2**63 - 1
REACH = 10_000  # the rows of a list without a count: who wants more looks it up by its id

admin.site.site_header = "MusicClust administration"
admin.site.site_title = "MusicClust"
admin.site.index_title = "Tables"
admin.site.site_url = "/"
# They would show everybody's secrets to each administrator, and let them be changed without an entry in the audit log.
admin.site.unregister((StaticDevice, TOTPDevice))


class CountlessPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a table that is too long to be counted."""

    @cached_property
    def count(self) -> int:
        """Pretend: a page beyond the end is empty."""
        return REACH


class InIndexOrder(ChangeList):
    """Rows as an index has them, whatever the address asks for: sorting would read the whole table."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the table's own order, which is total: nothing need be added to it."""
        return list(self.model_admin.get_ordering(request))

    def get_ordering_field_columns(self) -> dict[int, Literal["desc", "asc"]]:
        """Mark no column as the one that sorts."""
        return {}


class WrittenByActions(admin.ModelAdmin[Model]):
    """What the application writes: shown, never typed."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: rows come from uploads and runs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: results are not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: deleting is a job, an action of datasets and runs."""
        return False

    def has_handling_permission(self, request: HttpRequest) -> bool:
        """Let who may change rows of this table have the application do it."""
        return self._may(request, "change")

    def has_removal_permission(self, request: HttpRequest) -> bool:
        """Let who may delete rows of this table have the application do it."""
        return self._may(request, "delete")

    def _may(self, request: HttpRequest, what: str) -> bool:
        codename = get_permission_codename(what, self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")


class LookedUpById(WrittenByActions):
    """A table of millions: the search box takes ids, and nothing is counted."""

    paginator = CountlessPaginator
    list_select_related = False
    sortable_by = ()
    search_fields = ("id",)
    id_fields: tuple[str, ...] = ("id",)
    """The indexed columns that a number in the search box is looked up in, one after the other."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list that is never sorted."""
        return InIndexOrder

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        """Find rows by an exact id: a search in texts would read the whole table."""
        term = search_term.strip()
        if not term:
            return queryset, False
        number = int(term) if term.isascii() and term.isdigit() and len(term) < 20 else MAX_ID + 1
        if number > MAX_ID:
            self.message_user(request, "Search by a whole number: an id.", messages.WARNING)
            return queryset.none(), False
        for name in self.id_fields:
            found = queryset.filter(**{name: number})
            if found.exists():
                return found, False
        return queryset.none(), False


def _person(request: HttpRequest) -> User:
    """Return who asks: the administration lets nobody else in."""
    return cast("User", request.user)


def _each(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    rows: QuerySet[Any],
    act: Callable[[Any], object],
    done: str,
) -> None:
    """Do one thing to each row, and say how often it worked and why it did not."""
    worked = 0
    for row in rows:
        try:
            worked += act(row) is not False
        except AnalysisError as error:
            model_admin.message_user(request, f"{row}: {error}", messages.ERROR)
    level = messages.SUCCESS if worked else messages.WARNING
    model_admin.message_user(request, f"{done}: {worked} of {len(rows)}.", level)


@admin.register(Dataset)
class DatasetAdmin(WrittenByActions):
    """Datasets; deleting one is a job."""

    list_display = ("name", "owner", "visibility", "songs_count", "created_at", "id")
    list_filter = ("visibility", "created_at", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner",)
    search_fields = ("=id", "name__istartswith", "owner__username__istartswith")
    search_help_text = "The beginning of a name or of an owner's name, or an id"
    raw_id_fields = ("owner",)
    date_hierarchy = "created_at"
    actions = ("delete_in_a_job",)

    @admin.action(description="Delete with all songs and runs", permissions=["removal"])
    def delete_in_a_job(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> None:
        """Delete as the page does."""
        person = _person(request)
        _each(self, request, queryset, lambda row: actions.delete_dataset(person, row), "Being deleted")


@admin.register(Upload)
class UploadAdmin(WrittenByActions):
    """The files of datasets."""

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


@admin.register(Song)
class SongAdmin(LookedUpById):
    """Songs, by their ids or their dataset's."""

    list_display = ("id", "title", "artist", "album", "release_year", "row_number", "dataset_id")
    search_help_text = "The id of a song, or of a dataset"
    raw_id_fields = ("dataset",)
    readonly_fields = ("landed",)
    ordering = ("id",)

    @admin.display(description="Where it landed")
    def landed(self, song: Song) -> str:
        """Say in which group of each run it is."""
        placed = song.assignments.filter(run__dataset=song.dataset_id).order_by("run__created_at")
        found = placed.values_list("run_id", "cluster", "distance")
        return "; ".join(
            f"run {run}: group {cluster}, {distance:.3f} from its centre" for run, cluster, distance in found
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


@admin.register(Run)
class RunAdmin(WrittenByActions):
    """Runs: again, or deleted, as the pages do it."""

    list_display = (
        "id",
        "dataset",
        "owner",
        "k",
        "k_requested",
        "scaler",
        "songs_count",
        "silhouette",
        "davies_bouldin",
        "created_at",
        "finished_at",
    )
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

    @admin.action(description="Run again with the same settings", permissions=["handling"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Start the same run once more."""
        person = _person(request)
        _each(self, request, queryset, lambda row: actions.run_again(person, row), "Started again")

    @admin.action(description="Delete with all results", permissions=["removal"])
    def delete_in_a_job(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Delete as the page does."""
        person = _person(request)
        _each(self, request, queryset, lambda row: actions.delete_run(person, row), "Being deleted")


@admin.register(Sweep)
class SweepAdmin(WrittenByActions):
    """Advice on the number of groups."""

    list_display = (
        "id",
        "dataset",
        "owner",
        "verdict",
        "recommended_k",
        "tried",
        "created_at",
        "finished_at",
    )
    list_filter = ("verdict", "created_at")
    list_select_related = ("dataset", "owner")
    search_fields = ("=id", "=dataset__id")
    raw_id_fields = ("dataset", "owner")


@admin.register(SweepCandidate)
class SweepCandidateAdmin(WrittenByActions):
    """The numbers of groups that were tried."""

    list_display = ("sweep_id", "k", "silhouette", "null_silhouette", "stability", "smallest_cluster")
    list_filter = ("k",)
    search_fields = ("=sweep__id",)
    raw_id_fields = ("sweep",)


@admin.register(Cluster)
class ClusterAdmin(WrittenByActions):
    """The groups of runs."""

    list_display = ("name", "run_id", "index", "size", "share", "silhouette")
    list_filter = ("index",)
    search_fields = ("=run__id", "own_name__istartswith", "generated_name__istartswith")
    raw_id_fields = ("run",)


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
        person = _person(request)
        _each(self, request, queryset, lambda row: actions.retry_job(person, row), "Queued again")

    @admin.action(description="Cancel (waiting and running ones)", permissions=["handling"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Stop it."""
        person = _person(request)
        _each(self, request, queryset, lambda row: actions.cancel_job(person, row), "Cancelled")


@admin.register(Playlist)
class PlaylistAdmin(WrittenByActions):
    """People's playlists; deleting one leaves its songs in the dataset."""

    list_display = ("name", "owner", "dataset", "source", "songs", "order", "by_hand", "created_at")
    list_filter = ("source", "order", "created_at", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner", "dataset")
    search_fields = ("=id", "=dataset__id", "name__istartswith", "owner__username__istartswith")
    search_help_text = "The beginning of a name or of an owner's name, or the id of a playlist or a dataset"
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
        person = _person(request)
        rows = queryset.select_related("dataset")
        _each(self, request, rows, lambda row: actions.delete_playlist(person, row), "Deleted")


@admin.register(ShareLink)
class ShareLinkAdmin(WrittenByActions):
    """Links by which people without an account look at runs."""

    list_display = ("run_id", "owner", "created_at", "expires_at", "revoked_at")
    list_filter = ("created_at", "expires_at")
    list_select_related = ("owner", "run")
    search_fields = ("=run__id", "owner__username__istartswith")
    raw_id_fields = ("run", "owner")
    actions = ("end",)

    @admin.action(description="End", permissions=["handling"])
    def end(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> None:
        """End it as the page does."""
        person = _person(request)
        rows = queryset.select_related("run__dataset")
        _each(self, request, rows, lambda row: actions.end_share_link(person, row), "Ended")


@admin.register(AuditEntry)
class AuditEntryAdmin(WrittenByActions):
    """Who did what: for reading only."""

    list_display = ("at", "actor", "action", "subject", "dataset_id")
    list_filter = ("action", "at", ("actor", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("actor",)
    search_fields = ("=dataset_id", "actor__username__istartswith")
    date_hierarchy = "at"
