"""What the page of who did what shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User

from clustering.models import AuditEntry

PAGE = 50


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Some entries, newest first."""

    entries: tuple[AuditEntry, ...]
    before: str
    """Where the next page begins; empty on the last."""

    @classmethod
    def read(cls, user: User | AnonymousUser, *, before: datetime | None = None) -> ActivityPage:
        """Return what a person did; for staff what everybody did."""
        entries = AuditEntry.objects.visible_to(user).select_related("actor").order_by("-at")
        if before is not None:
            entries = entries.filter(at__lt=before)
        found = list(entries[: PAGE + 1])
        return cls(tuple(found[:PAGE]), found[PAGE - 1].at.isoformat() if len(found) > PAGE else "")
