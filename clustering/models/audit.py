"""Who did what, kept also when what it was done to is gone."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models

from clustering.models.dataset import Dataset

LONGEST_SUBJECT = 300


class AuditEntry(models.Model):
    """One thing that a person did. Nothing changes an entry, and no page deletes one."""

    class Action(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        ADDED = "added", "Added songs"
        PLACED = "placed", "Placed added songs"
        RAN = "ran", "Started a run"
        ASKED = "asked", "Asked how many groups"
        COMPARED = "compared", "Compared runs"
        PINNED = "pinned", "Pinned a run"
        UNPINNED = "unpinned", "Unpinned a run"
        CANCELLED = "cancelled", "Cancelled"
        RETRIED = "retried", "Tried again"
        LISTED = "listed", "Made a playlist"
        RENAMED = "renamed", "Renamed"
        SHARED = "shared", "Changed who can look"
        LINKED = "linked", "Made a link"
        REVOKED = "revoked", "Ended a link"
        DELETED = "deleted", "Deleted"
        REKEYED = "rekeyed", "Password changed"
        SECURED = "secured", "Turned on two-factor sign-in"
        UNSECURED = "unsecured", "Turned off two-factor sign-in"
        RESET = "reset", "Two-factor sign-in reset"

    ABOUT_ACCOUNTS = (Action.REKEYED, Action.SECURED, Action.UNSECURED, Action.RESET)

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="audit_entries"
    )
    action = models.CharField(max_length=10, choices=Action)
    subject = models.CharField(max_length=LONGEST_SUBJECT, help_text="What it was done to, in words.")
    dataset_id = models.BigIntegerField(
        null=True, help_text="No key: it outlives the dataset. Empty for what is about an account."
    )

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ("-at",)
        indexes = [
            models.Index(fields=["-at"], name="audit_by_time"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.subject}"

    @classmethod
    def record(cls, actor: User, action: str, dataset: Dataset | None, subject: str) -> AuditEntry:
        """Keep what somebody did; call it in the transaction that does it."""
        return cls.objects.create(
            actor=actor,
            action=action,
            dataset_id=None if dataset is None else dataset.pk,
            subject=subject[:LONGEST_SUBJECT],
        )
