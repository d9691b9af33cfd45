"""Two runs of a dataset, song by song."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from clustering.models.dataset import DatasetPartQuerySet
from clustering.models.ids import random_id
from clustering.models.job import Job
from clustering.models.run import Run


class RunComparisonQuerySet(DatasetPartQuerySet["RunComparison"]):
    """Comparisons, by the dataset of their runs."""

    to_dataset = "first__dataset"


class RunComparison(models.Model):
    """How many songs are in each group of one run and each group of another; empty until its job is done."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    first = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="comparisons_with_later")
    second = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="comparisons_with_earlier")
    job = models.OneToOneField(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="comparison"
    )
    table = models.JSONField(default=list, help_text="Songs by index of their group: first × second.")
    matches = models.JSONField(default=list, help_text="[[index, index]]: the groups that are most alike.")
    adjusted_rand = models.FloatField(null=True, blank=True)
    adjusted_mutual_information = models.FloatField(null=True, blank=True)
    added_songs = models.PositiveIntegerField(
        default=0, help_text="Songs that had been added to the two runs when they were compared."
    )
    measured_songs = models.PositiveIntegerField(
        default=0, help_text="Songs that the scores of both runs count: none that was added later."
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[RunComparison]] = RunComparisonQuerySet.as_manager()

    class Meta:
        ordering = ("-finished_at",)
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="comparison_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="comparison_of_two_runs"),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"

    @property
    def is_finished(self) -> bool:
        """Whether the results are there, and no songs were added to either run since."""
        return self.finished_at is not None and self.added_songs == self.added_now

    @property
    def added_now(self) -> int:
        """How many songs have been added to the two runs by now."""
        return self.first.added_songs + self.second.added_songs

    def give_to(self, job: Job) -> None:
        """Let this job find the results."""
        self.job = job
        self.save(update_fields=["job"])

    def record(
        self,
        *,
        table: list[list[int]],
        measured_songs: int,
        matches: list[list[int]],
        adjusted_rand: float,
        adjusted_mutual_information: float,
    ) -> bool:
        """Keep the results; False when one of the runs was deleted meanwhile."""
        return bool(
            type(self)
            .objects.filter(pk=self.pk)
            .update(
                table=table,
                measured_songs=measured_songs,
                matches=matches,
                adjusted_rand=adjusted_rand,
                adjusted_mutual_information=adjusted_mutual_information,
                added_songs=self.added_now,
                finished_at=Now(),
            )
        )
