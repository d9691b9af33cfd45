"""Who did what, kept also when what it was done to is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models

from clustering.models.dataset import Dataset

MAX_SUBJECT_LENGTH = 300

_token: ContextVar[str] = ContextVar("token", default="")


@contextmanager
def acting_by(token: str) -> Iterator[None]:
    """Have the entries that are made inside name the API token by which somebody asks."""
    before = _token.set(token)
    try:
        yield
    finally:
        _token.reset(before)


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """What was done, and by whom."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return what a user did; for staff what everybody did."""
        return self.all() if user.is_staff else self.filter(actor_id=user.pk)


class AuditEntry(models.Model):
    """One thing that a person did. Nothing changes an entry, and no page deletes one."""

    class Action(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        ADDED = "added", "Added songs"
        FILLED = "filled", "Filled in features"
        FILL_UNDONE = "fill_undone", "Took filled-in features out"
        SONGS_PLACED = "songs_placed", "Placed added songs"
        RUN_STARTED = "run_started", "Started a run"
        ADVICE_REQUESTED = "advice_requested", "Requested number of groups"
        COMPARED = "compared", "Compared runs"
        PINNED = "pinned", "Pinned a run"
        UNPINNED = "unpinned", "Unpinned a run"
        CANCELLED = "cancelled", "Cancelled"
        RETRIED = "retried", "Retried"
        PLAYLIST_CREATED = "playlist_created", "Created a playlist"
        RENAMED = "renamed", "Renamed"
        SHARED = "shared", "Changed visibility"
        LINK_CREATED = "link_created", "Created a link"
        LINK_REVOKED = "link_revoked", "Revoked a link"
        DELETED = "deleted", "Deleted"
        TOKEN_CREATED = "token_created", "Created an API token"
        TOKEN_ENDED = "token_ended", "Revoked an API token"
        WEBHOOK_CREATED = "webhook_created", "Created a webhook"
        WEBHOOK_TURNED_ON = "webhook_turned_on", "Turned on a webhook"
        WEBHOOK_TURNED_OFF = "webhook_turned_off", "Turned off a webhook"
        WEBHOOK_DELETED = "webhook_deleted", "Deleted a webhook"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        TWO_FACTOR_ENABLED = "two_factor_enabled", "Turned on two-factor sign-in"
        TWO_FACTOR_DISABLED = "two_factor_disabled", "Turned off two-factor sign-in"
        TWO_FACTOR_RESET = "two_factor_reset", "Two-factor sign-in reset"

    ABOUT_ACCOUNTS = (
        Action.TOKEN_CREATED,
        Action.PASSWORD_CHANGED,
        Action.TWO_FACTOR_ENABLED,
        Action.TWO_FACTOR_DISABLED,
        Action.TWO_FACTOR_RESET,
    )

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="audit_entries"
    )
    action = models.CharField(max_length=24, choices=Action)
    subject = models.CharField(max_length=MAX_SUBJECT_LENGTH, help_text="What it was done to, in words.")
    dataset_id = models.BigIntegerField(
        null=True, help_text="No key: it outlives the dataset. Empty for what is about an account."
    )

    token = models.CharField(
        max_length=120, blank=True, help_text="The API token by which it was asked for; empty on the pages."
    )

    objects: ClassVar[models.Manager[AuditEntry]] = AuditEntryQuerySet.as_manager()

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
            subject=subject[:MAX_SUBJECT_LENGTH],
            token=_token.get(),
        )
