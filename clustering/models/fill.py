"""Features that songs of one dataset get from another: what was found, and what was written."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from clustering.models.dataset import Dataset, DatasetPartQuerySet
from clustering.models.ids import random_id
from clustering.models.job import Job
from clustering.models.song import Song


class FillQuerySet(DatasetPartQuerySet["Fill"]):
    """Fills, by the dataset whose songs get features."""

    def applied(self) -> FillQuerySet:
        """Return those whose features are in their songs."""
        return self.filter(status=Fill.Status.APPLIED)

    def open(self) -> FillQuerySet:
        """Return those that wrote nothing yet; a dataset has one at most."""
        return self.filter(status__in=(Fill.Status.WAITING, Fill.Status.MATCHING, Fill.Status.READY))


class Fill(models.Model):
    """One table's features for the songs of another: looked up, then shown, then written, and perhaps undone."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting for its source"
        MATCHING = "matching", "Matching songs"
        READY = "ready", "Ready to apply"
        APPLIED = "applied", "Applied"
        UNDONE = "undone", "Undone"

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="fills")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="fills")
    source = models.ForeignKey(
        Dataset, on_delete=models.SET_NULL, null=True, blank=True, related_name="fills_of_others"
    )
    source_name = models.CharField(max_length=200, help_text="Outlives the source.")
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="fill")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    report = models.JSONField(
        default=dict, blank=True, help_text="How many songs were matched by what, and how far features agree."
    )
    features = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Those that some song got."
    )
    songs_filled = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    matched_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Fill]] = FillQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["dataset"],
                condition=models.Q(status__in=["waiting", "matching", "ready"]),
                name="fill_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "matching", "ready", "applied", "undone"]),
                name="fill_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset}, from {self.source_name}"

    @property
    def is_stale(self) -> bool:
        """Whether features of one of the two datasets changed after songs were matched."""
        changes = [one.features_changed_at for one in (self.dataset, self.source) if one is not None]
        return any(at is not None and (self.matched_at is None or at > self.matched_at) for at in changes)

    def give_to(self, job: Job, status: str | None = None) -> None:
        """Let this job do what comes next."""
        self.job = job
        self.status = status or self.status
        self.save(update_fields=["job", "status"])

    def record_matches(self, report: dict[str, Any], *, at: datetime) -> None:
        """Keep what was found, and when the songs began to be read."""
        self.report = report
        self.status = self.Status.READY
        self.matched_at = at
        self.save(update_fields=["report", "status", "matched_at"])

    def record_applied(self, songs: int, features: list[str]) -> None:
        """Keep that the features were written."""
        self.songs_filled = songs
        self.features = features
        self.status = self.Status.APPLIED
        self.applied_at = Now()
        self.save(update_fields=["songs_filled", "features", "status", "applied_at"])

    def record_undone(self) -> None:
        """Keep that they were taken out again."""
        self.status = self.Status.UNDONE
        self.save(update_fields=["status"])


class FillMatch(models.Model):
    """A song and the one of the other table that it may be; after a fill was applied, where features came from.

    There are no foreign keys in the database: a million are written at a time, and each reader joins them.
    """

    class State(models.IntegerChoices):
        MATCHED = 0, "Matched"
        CANDIDATE = 1, "One of several candidates"
        CHOSEN = 2, "Chosen by a person"

    pk = models.CompositePrimaryKey("fill", "song", "source_song_id")
    fill = models.ForeignKey(
        Fill, on_delete=models.DO_NOTHING, related_name="matches", db_index=False, db_constraint=False
    )
    song = models.ForeignKey(
        Song, on_delete=models.DO_NOTHING, related_name="fills", db_index=False, db_constraint=False
    )
    source_song_id = models.BigIntegerField()
    key = models.SmallIntegerField(help_text="What they were matched by.")
    state = models.SmallIntegerField(choices=State)
    written = models.IntegerField(default=0, help_text="A bit for each feature that the song gets.")

    class Meta:
        verbose_name_plural = "fill matches"

    def __str__(self) -> str:
        return f"song {self.song_id} is {self.source_song_id}"
