"""What the tables of the administration share: rows are shown, and changed only through actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from clustering.actions.submissions import new_token
from clustering.analysis import AnalysisError

MAX_ID = 2**63 - 1
MAX_LISTED = 10_000
"""The rows of a list that is not counted: those beyond are looked up by their ids."""


class CountlessPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a table that is too long to be counted."""

    @cached_property
    def count(self) -> int:
        """Return the same for every table: pages beyond its end are empty."""
        return MAX_LISTED


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
    page_name = ""
    """The name of the address of a row's page on the site, which takes its id."""

    @admin.display(description="Page")
    def page(self, row: Model) -> str:
        """Link to what people see of it."""
        return format_html(
            '<a href="{}">Open<span class="visually-hidden"> {}</span></a>',
            reverse(self.page_name, args=[row.pk]),
            row,
        )

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *more: Any, **options: Any
    ) -> HttpResponse | None:
        """Do an action to the rows that are chosen; whatever is no id chooses none."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not all(one.isascii() and one.isdigit() for one in chosen):
            self.message_user(request, "Select rows by their checkboxes first.", messages.WARNING)
            return None
        return super().response_action(request, queryset, *more, **options)

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
            self.message_user(request, "Enter a whole number: the ID of a row.", messages.WARNING)
            return queryset.none(), False
        for name in self.id_fields:
            rows = queryset.filter(**{name: number})
            if rows.exists():
                return rows, False
        return queryset.none(), False


class OnceForm(ActionForm):
    """The form above a list, for actions that make something: sent twice, it makes it once."""

    once = forms.CharField(required=False, widget=forms.HiddenInput, initial=new_token, label="")


def person(request: HttpRequest) -> User:
    """Return who asks: the administration lets nobody else in."""
    return cast("User", request.user)


def apply_to_each(
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
