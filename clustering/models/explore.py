"""What exploring a dataset's songs needs: its columns in the order of the rows, and the views that people keep."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models

from clustering.models.dataset import Dataset, DatasetPartQuerySet
from clustering.models.ids import random_id
from clustering.models.run import Run


class SongColumn(models.Model):
    """One thing about each song of a dataset, or about where a run put it, in the order of the rows.

    Made of the songs and the assignments, and can be made again. A filter or an order of a million songs reads the
    four megabytes of a column instead of a table of three hundred.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="columns", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="columns", null=True, blank=True)
    name = models.TextField()
    kind = models.CharField(max_length=4, help_text="NumPy's name of the numbers, as <f4.")
    names = models.JSONField(
        default=list, blank=True, help_text="What the numbers stand for, where not for themselves."
    )
    bins = models.JSONField(
        default=dict, blank=True, help_text="The steps of its histogram, and how many songs are in each."
    )
    values = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "run", "name"], name="song_column_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExploreViewQuerySet(DatasetPartQuerySet["ExploreView"]):
    """Views, which only who kept them sees, and only as long as the dataset is shown to them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return a person's own views of datasets that they may see."""
        return super().visible_to(user).filter(owner_id=user.pk)


class ExploreView(models.Model):
    """A filter, an order and columns that somebody keeps under a name; it goes with its run."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="explore_views"
    )
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="explore_views")
    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="explore_views", null=True, blank=True
    )
    name = models.CharField(max_length=200)
    query = models.TextField(blank=True, help_text="What follows the question mark of its address.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[ExploreView]] = ExploreViewQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
