"""The machines whose workers are alive."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

SEEN_LIMIT = timedelta(seconds=60)


class WorkerQuerySet(models.QuerySet["Worker"]):
    """Workers by when they were seen."""

    def alive(self) -> WorkerQuerySet:
        """Seen within a minute: each is asked every fifteen seconds, in turn with the others."""
        return self.filter(seen_at__gte=Now() - SEEN_LIMIT)


class Worker(models.Model):
    """A machine on which a worker did the regular check of waiting jobs, and when it last did."""

    name = models.CharField(max_length=253, primary_key=True)
    seen_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Worker]] = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def see(cls, name: str) -> None:
        """Note that it is alive."""
        cls.objects.update_or_create(name=name[:253], defaults={"seen_at": Now()})
