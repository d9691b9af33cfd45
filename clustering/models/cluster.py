"""The clusters of a run: what each sounds like, and which songs show it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clustering.analysis.describing.labels import DecadeFrequency, GenreFrequency
from clustering.analysis.describing.profiles import Neighbor
from clustering.models.run import Run

DOUBTFUL_BELOW = 0.6  # Hennig (2007), of the mean Jaccard index


class Cluster(models.Model):
    """One group of a run: what it sounds like and who is in it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="clusters")
    index = models.PositiveSmallIntegerField(help_text="0 is the largest.")
    size = models.PositiveIntegerField()
    share = models.FloatField()
    added = models.PositiveIntegerField(default=0, help_text="Songs placed in it after the run was made.")
    generated_name = models.CharField(max_length=200)
    sentence = models.TextField()
    own_name = models.CharField(max_length=100, blank=True)
    color_index = models.PositiveSmallIntegerField()
    inherited_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The group of an earlier run that its name comes from.",
    )
    is_noise = models.BooleanField(
        default=False,
        help_text="The songs that are in none: the last of a run's, and no cluster in its scores.",
    )
    silhouette = models.FloatField(null=True, blank=True)
    silhouette_low = models.FloatField(null=True, blank=True)
    silhouette_high = models.FloatField(null=True, blank=True)
    silhouette_songs = models.PositiveIntegerField(null=True, blank=True)
    silhouette_share_negative = models.FloatField(null=True, blank=True)
    stability = models.FloatField(
        null=True, blank=True, help_text="Hennig's mean Jaccard index; below 0.6 is unstable."
    )
    # each a {feature: number}
    means = models.JSONField(default=dict)
    medians = models.JSONField(default=dict)
    deviations = models.JSONField(default=dict)
    z = models.JSONField(default=dict)
    effects = models.JSONField(default=dict)
    scaled_means = models.JSONField(default=dict)
    histograms = models.JSONField(default=dict, help_text="{feature: [counts in Run.overall's edges]}")
    # song ids, at most 100 each, best first
    exemplars = ArrayField(models.BigIntegerField(), default=list)
    popular = ArrayField(models.BigIntegerField(), default=list)
    borderline = ArrayField(models.BigIntegerField(), default=list)
    genres = models.JSONField(default=list, help_text="[{genre, count, share, lift}], highest lift first.")
    decades = models.JSONField(default=list, help_text="[{decade, count, share, lift}], the oldest first.")
    neighbors = models.JSONField(
        default=list, help_text="[{index, count}]: the second-nearest group of its songs, most first."
    )

    class Meta:
        ordering = ("run", "index")
        constraints = [models.UniqueConstraint(fields=["run", "index"], name="cluster_once_per_index")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The person's own name wins everywhere."""
        return self.own_name or self.generated_name

    @property
    def is_doubtful(self) -> bool:
        """Whether it is not to be trusted: it does not come out again from other songs of the same kind."""
        return self.stability is not None and self.stability < DOUBTFUL_BELOW

    @property
    def genre_frequencies(self) -> tuple[GenreFrequency, ...]:
        """Its most frequent genres, the highest lift first."""
        return tuple(GenreFrequency(**row) for row in self.genres)

    @property
    def decade_frequencies(self) -> tuple[DecadeFrequency, ...]:
        """The decades of its songs, the oldest first."""
        return tuple(DecadeFrequency(**row) for row in self.decades)

    @property
    def neighbor_clusters(self) -> tuple[Neighbor, ...]:
        """The second-nearest clusters of its songs, those of most songs first."""
        return tuple(Neighbor(**row) for row in self.neighbors)

    def grow(self, songs: int) -> None:
        """Count songs that were placed in it after the run was made."""
        self.added += songs
        self.save(update_fields=["added"])

    def rename(self, name: str) -> None:
        """Give the cluster the person's own name; an empty one brings the generated name back."""
        self.own_name = name
        self.save(update_fields=["own_name"])
