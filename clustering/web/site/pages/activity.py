"""The audit log, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User

from clustering.models import AuditEntry

PAGE = 50


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """A page of the audit log, the newest entries first."""

    entries: tuple[AuditEntry, ...]
    before: str
    """Where the next page begins; empty on the last."""

    @classmethod
    def read(cls, user: User | AnonymousUser, *, before: datetime | None = None) -> ActivityPage:
        """Read the newest entries that a user may see; those before a moment where one is given."""
        entries = AuditEntry.objects.visible_to(user).select_related("actor").order_by("-at")
        if before is not None:
            entries = entries.filter(at__lt=before)
        newest = list(entries[: PAGE + 1])
        return cls(tuple(newest[:PAGE]), newest[PAGE - 1].at.isoformat() if len(newest) > PAGE else "")
