"""One sending of a form, or of a request, that makes something: sent again, it leads to what it made."""

from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

KEPT = timedelta(days=7)


class Submission(models.Model):
    """What a person asked for under a key of theirs, and what came of it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions", db_index=False
    )
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was asked for.")
    made_kind = models.CharField(max_length=40, blank=True, help_text="The model of what was made.")
    made_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="submission_once")]

    def __str__(self) -> str:
        return self.key

    def claim(self) -> Submission:
        """Return the one row of its key: this one, or the one that was first.

        Call it first in the transaction that makes something. Whoever claims the same key meanwhile waits for the end
        of that transaction: after a commit they get its row, and after a rollback they are the first.
        """
        Submission.objects.bulk_create([self], ignore_conflicts=True)
        return Submission.objects.select_for_update(of=("self",)).get(owner=self.owner_id, key=self.key)

    @property
    def made(self) -> models.Model | None:
        """What it made, as long as that is there."""
        if not self.made_kind:
            return None
        kind = apps.get_model("clustering", self.made_kind)
        found: models.Model | None = kind._default_manager.filter(pk=self.made_id).first()
        return found

    def record(self, made: models.Model) -> None:
        """Keep what it made."""
        self.made_kind, self.made_id = str(made._meta.model_name), made.pk
        self.save(update_fields=["made_kind", "made_id"])

    @classmethod
    def forget_old(cls) -> int:
        """Delete those that nobody sends again any more; return how many."""
        return cls.objects.filter(created_at__lt=Now() - KEPT).delete()[0]
