"""The songs of a run: where each one is, and each cluster's in order."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clustering.models.run import Run
from clustering.models.song import RealField, Song


class Assignment(models.Model):
    """Where one song of a run landed."""

    # the run first: its songs lie one after the other, and arrive so; which runs may have a song is known
    pk = models.CompositePrimaryKey("run", "song")
    # both keys are checked set by set: see the migrations "keys_checked_set_by_set", "places_checked_by_counting"
    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="assignments", db_index=False, db_constraint=False
    )
    song = models.ForeignKey(
        Song, on_delete=models.CASCADE, related_name="assignments", db_index=False, db_constraint=False
    )
    cluster = models.PositiveSmallIntegerField(help_text="Cluster.index")
    second = models.PositiveSmallIntegerField(help_text="The second-nearest cluster.")
    distance = RealField(help_text="To the own cluster's centre, in the scaled feature space.")
    x = RealField()
    y = RealField()
    silhouette = RealField(null=True, blank=True, help_text="Only where this song was measured.")
    membership = RealField(
        null=True, blank=True, help_text="How surely it belongs, 0 to 1, where the algorithm says so."
    )
    sampled = models.BooleanField(default=False, help_text="Whether the small map draws it.")

    class Meta:
        indexes = [
            models.Index(fields=["run"], condition=models.Q(sampled=True), name="assignment_drawn"),
            models.Index(
                fields=["run"], condition=models.Q(silhouette__isnull=False), name="assignment_measured"
            ),
        ]

    def __str__(self) -> str:
        return f"song {self.song_id} in cluster {self.cluster}"


class MemberList(models.Model):
    """A stretch of one group's songs, nearest its center first."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="member_lists", db_index=False)
    cluster = models.PositiveSmallIntegerField(help_text="Cluster.index")
    part = models.PositiveIntegerField(help_text="0 has the nearest.")
    rows = ArrayField(models.PositiveIntegerField())

    class Meta:
        ordering = ("run", "cluster", "part")
        constraints = [models.UniqueConstraint(fields=["run", "cluster", "part"], name="member_list_once")]

    def __str__(self) -> str:
        return f"{len(self.rows):,} songs of group {self.cluster} of run {self.run_id}"
