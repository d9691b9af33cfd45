"""What a request with an Idempotency-Key was answered, so that it can be sent again without being done again."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

KEPT_FOR = timedelta(days=1)
MAX_KEY_LENGTH = 100


class KeptAnswer(models.Model):
    """The answer to what made something, kept in the transaction that made it."""

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=MAX_KEY_LENGTH)
    asked = models.CharField(max_length=64, help_text="A hash of the method, the address and the body.")
    status = models.PositiveSmallIntegerField()
    location = models.TextField(blank=True)
    body = models.TextField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-at",)
        indexes = [models.Index(fields=["at"], name="kept_answer_by_time")]
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.status} for {self.key}"

    @classmethod
    def delete_old(cls) -> None:
        """Delete what nobody asks for any more."""
        cls.objects.filter(at__lt=Now() - KEPT_FOR).delete()
