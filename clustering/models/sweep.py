"""Advice on the number of groups: every number of a range, tried on a sample of a dataset's songs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils import timezone

from clustering.analysis.choosing.candidates import MAX_TRIED_K, SWEEP_ALGORITHM
from clustering.analysis.choosing.single_features import FeaturePart
from clustering.analysis.run_settings import MIN_K, RunSettings
from clustering.models.dataset import Dataset, DatasetPartQuerySet
from clustering.models.ids import random_id
from clustering.models.settings_columns import SettingsColumns

if TYPE_CHECKING:
    from clustering.models.run import Run

USUAL_MAX_K = 12
USUAL_KS = range(MIN_K, USUAL_MAX_K + 1)


class SweepQuerySet(DatasetPartQuerySet["Sweep"]):
    """The sweeps of datasets, and how they begin."""

    def for_run(self, run: Run) -> Sweep:
        """Make the sweep that is to choose a run's number of groups, on the run's own settings."""
        k_high = max(MIN_K, min(USUAL_MAX_K, run.dataset.songs_count))
        columns = Sweep.columns_of(run.settings)
        sweep = self.create(dataset=run.dataset, owner=run.owner, k_high=k_high, **columns)
        run.follow(sweep)
        return sweep


class Sweep(SettingsColumns):
    """A range of numbers of groups, and what to make of it."""

    class Verdict(models.TextChoices):
        CLEAR = "clear", "Separate groups"
        WEAK = "weak", "Some structure"
        NONE = "none", "One continuous landscape"

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="sweeps")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sweeps")
    # what was asked for, besides the columns of SettingsColumns
    k_low = models.PositiveSmallIntegerField(default=MIN_K)
    k_high = models.PositiveSmallIntegerField(default=USUAL_MAX_K)
    # what was found
    songs_count = models.PositiveIntegerField("songs tried", default=0)
    tried = models.PositiveSmallIntegerField(default=0, help_text="How many numbers of groups are done.")
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    recommended_k = models.PositiveSmallIntegerField(null=True, blank=True)
    alternatives = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    reason = models.TextField(blank=True)
    groups_apart = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many groups stand apart: 1 where songs connect all parts."
    )
    may_be_more = models.BooleanField(
        default=False, help_text="Whether all groups of the highest number that was tried stand apart."
    )
    draws = models.PositiveSmallIntegerField(
        default=1, help_text="How many draws of the songs were looked at."
    )
    draws_agree = models.PositiveSmallIntegerField(
        default=1, help_text="How many of them show as many groups."
    )
    unjudged = ArrayField(
        models.TextField(), default=list, blank=True, help_text="What allowed no verdict, and why."
    )
    feature_parts = models.JSONField(
        default=dict,
        blank=True,
        help_text="{feature: [{low, high, share}]} of features that fall into parts.",
    )
    seconds = models.FloatField(default=0.0, help_text="Of work, over all workers.")
    finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Sweep]] = SweepQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["dataset", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(k_low__gte=MIN_K, k_low__lte=F("k_high"), k_high__lte=MAX_TRIED_K),
                name="sweep_range_is_one",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["", "clear", "weak", "none"]), name="sweep_verdict_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.k_low} to {self.k_high} groups"

    @property
    def settings(self) -> RunSettings:
        """The settings of the runs that it is about, but for the number of groups."""
        return RunSettings(
            features=tuple(self.features),
            weights=self.weights,
            scaler=self.scaler,
            missing=self.missing,
            algorithm=SWEEP_ALGORITHM,
            seed=self.seed,
            sample_size=self.sample_size,
        )

    @property
    def split_features(self) -> dict[str, tuple[FeaturePart, ...]]:
        """The features that fall into parts by themselves, with these from low to high."""
        return {
            name: tuple(FeaturePart(**part) for part in self.feature_parts[name])
            for name in self.features
            if name in self.feature_parts
        }

    @property
    def is_finished(self) -> bool:
        """Whether every number was tried."""
        return self.finished_at is not None

    def count_songs_added_since(self) -> int:
        """Return how many songs later files brought."""
        later = self.dataset.uploads.filter(created_at__gt=self.created_at)
        return int(later.aggregate(songs=models.Sum("rows_kept", default=0))["songs"])

    @property
    def ks(self) -> range:
        """The numbers of groups that are tried."""
        return range(self.k_low, self.k_high + 1)

    def begin(self, *, songs: int, k_high: int, seconds: float) -> None:
        """Keep how many songs were drawn, and how far the range goes with them."""
        self.songs_count = songs
        self.k_high = k_high
        self.seconds = seconds
        self.save(update_fields=["songs_count", "k_high", "seconds"])

    def record_parts(self, parts: Mapping[str, Sequence[FeaturePart]]) -> None:
        """Keep which features fall into parts by themselves, unless the sweep has been deleted meanwhile."""
        self.feature_parts = {name: [asdict(part) for part in found] for name, found in parts.items()}
        type(self).objects.filter(pk=self.pk).update(feature_parts=self.feature_parts)

    def count_tried(self, *, seconds: float) -> bool:
        """Count one more number as tried; True for the last of the range, and only for one.

        The UPDATE holds the row until its transaction ends: of two that finish together the second waits
        and sees the first.
        """
        mine = type(self).objects.filter(pk=self.pk)
        mine.update(tried=F("tried") + 1, seconds=F("seconds") + seconds)
        return mine.filter(finished_at=None, tried=F("k_high") - F("k_low") + 1).exists()

    def widen(self, k_high: int) -> None:
        """Let the range go on, where the answer may be beyond it."""
        self.k_high = k_high
        self.save(update_fields=["k_high"])

    def record_advice(self, **advice: Any) -> None:
        """Keep what to make of it, with which it is finished."""
        for name, value in advice.items():
            setattr(self, name, value)
        self.finished_at = timezone.now()
        self.save(update_fields=[*advice, "finished_at"])


class SweepSample(models.Model):
    """The drawn songs of a sweep, as NumPy writes arrays; there until the advice is complete."""

    sweep = models.OneToOneField(Sweep, on_delete=models.CASCADE, primary_key=True, related_name="sample")
    songs = models.BinaryField(help_text="Scaled.")
    values = models.BinaryField(help_text="As the file has them.")

    def __str__(self) -> str:
        return f"songs of {self.sweep_id}"


class SweepCandidate(models.Model):
    """One number of groups that was tried, with its scores."""

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="candidates")
    k = models.PositiveSmallIntegerField()
    silhouette = models.FloatField()
    silhouette_low = models.FloatField()
    silhouette_high = models.FloatField()
    davies_bouldin = models.FloatField()
    calinski_harabasz = models.FloatField()
    inertia = models.FloatField()
    smallest_cluster = models.PositiveIntegerField()
    parts_apart = models.PositiveSmallIntegerField(help_text="Between which the songs thin out.")
    draws_apart = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text="The same of other draws."
    )
    sharpest_border = models.FloatField()
    softest_border = models.FloatField()
    # what songs without groups score is measured once the advice is there
    null_cloud_silhouette = models.FloatField(null=True, blank=True)
    null_cloud_deviation = models.FloatField(null=True, blank=True)
    null_silhouette = models.FloatField(null=True, blank=True)
    null_deviation = models.FloatField(null=True, blank=True)
    uniform_silhouette = models.FloatField(null=True, blank=True)
    gap = models.FloatField(null=True, blank=True)
    gap_error = models.FloatField(null=True, blank=True)
    stability = models.FloatField(null=True, blank=True)
    stability_low = models.FloatField(null=True, blank=True)
    stability_high = models.FloatField(null=True, blank=True)
    resamples = ArrayField(models.FloatField(), default=list, blank=True)
    jaccard = ArrayField(models.FloatField(), default=list, blank=True)

    class Meta:
        ordering = ("sweep", "k")
        constraints = [models.UniqueConstraint(fields=["sweep", "k"], name="candidate_once_per_k")]

    def __str__(self) -> str:
        return f"k = {self.k}"
