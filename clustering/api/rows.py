"""The row that an address names, where who asks may have it: everything else is not there (404)."""

from __future__ import annotations

from typing import Protocol, TypeVar, cast

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404

from clustering.api.schemas import ApiRequest

Row = TypeVar("Row", bound=Model, covariant=True)


class Owned(Protocol[Row]):
    """Rows that not everybody may see and change."""

    def visible_to(self, user: User | AnonymousUser) -> QuerySet[Row]:
        """Return those that a user may see."""

    def editable_by(self, user: User | AnonymousUser) -> QuerySet[Row]:
        """Return those that a user may change."""


def visible(request: ApiRequest, rows: type[Row] | Owned[Row], pk: int) -> Row:
    """Return a row of a model or a query that who asks may see."""
    return get_object_or_404(_owned(rows).visible_to(request.user), pk=pk)


def editable(request: ApiRequest, rows: type[Row] | Owned[Row], pk: int) -> Row:
    """Return a row of a model or a query that who asks may change."""
    return get_object_or_404(_owned(rows).editable_by(request.user), pk=pk)


def _owned(rows: type[Row] | Owned[Row]) -> Owned[Row]:
    return cast("Owned[Row]", rows._default_manager) if isinstance(rows, type) else rows
