"""Letting people without an account look at a run, and ending that."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clustering.jobs.quotas import enforce_quota
from clustering.models import AuditEntry, Run, ShareLink


def make_share_link(user: User, run: Run, *, days: int) -> ShareLink:
    """Make a link by which anybody who has it looks at a run, for so many days."""
    with transaction.atomic():
        enforce_quota(user, links=1)
        link = ShareLink.objects.create(run=run, owner=user, expires_at=timezone.now() + timedelta(days=days))
        words = f"{run.dataset.name}: {run}, until {link.expires_at:%Y-%m-%d}"
        AuditEntry.record(user, AuditEntry.Action.LINK_CREATED, run.dataset, words)
    return link


def end_share_link(user: User, link: ShareLink) -> bool:
    """End a link at once; False when it had ended already."""
    with transaction.atomic():
        if not link.revoke():
            return False
        dataset = link.run.dataset
        AuditEntry.record(user, AuditEntry.Action.LINK_REVOKED, dataset, f"{dataset.name}: {link.run}")
    return True
