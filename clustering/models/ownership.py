"""Rows that belong to a user, and who may see and change them."""

from __future__ import annotations

from typing import Self, TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.db import models

Row = TypeVar("Row", bound=models.Model, covariant=True)


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows with an owner: their owner and staff may see and change them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows that a user may see: those that they may change, unless a subclass shows more."""
        return self.editable_by(user)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return own rows; for staff all of them."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_staff else self.filter(owner_id=user.pk)
