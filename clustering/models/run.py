"""One way of grouping a dataset's songs, with everything that made it and all it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from clustering.analysis.partition import ALGORITHMS, Algorithm
from clustering.analysis.run_settings import MAX_K, MIN_K, RunSettings
from clustering.analysis.sampling import MIN_SAMPLE
from clustering.models.dataset import Dataset, DatasetPartQuerySet
from clustering.models.ids import random_id
from clustering.models.settings_columns import USUAL, SettingsColumns, algorithm_choices
from clustering.models.song import RealField, Song

if TYPE_CHECKING:
    from clustering.models.sweep import Sweep

DOUBTFUL_BELOW = 0.6  # Hennig (2007), of the mean Jaccard index


class RunQuerySet(DatasetPartQuerySet["Run"]):
    """The runs of datasets."""

    def finished(self) -> Self:
        """Return the runs that have results."""
        return self.filter(finished_at__isnull=False)

    def latest_finished(self) -> Run | None:
        """Return the newest run that has results."""
        return self.finished().order_by("-created_at").first()

    def without_model(self) -> Self:
        """Leave the fitted model and the histograms unread: they are long, and lists of runs show neither."""
        return self.defer("model", "overall")


class Run(SettingsColumns):
    """A grouping of a dataset's songs."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="runs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs")
    # what was asked for, besides the columns of SettingsColumns
    algorithm = models.CharField(max_length=20, choices=algorithm_choices, default=USUAL.algorithm)
    k_requested = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty: choose automatically."
    )
    min_cluster_size = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many songs make a group; only HDBSCAN asks for it."
    )
    sweep = models.ForeignKey(
        "Sweep",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        help_text="The advice that chose its number of groups.",
    )
    # what was found; empty until the run's job has succeeded
    finished_at = models.DateTimeField(null=True, blank=True)
    k = models.PositiveSmallIntegerField(null=True, blank=True)
    songs_count = models.PositiveIntegerField("songs", default=0)
    left_out = models.PositiveIntegerField(default=0)
    fitted_songs = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many songs of the sample took part, where it was fitted on one."
    )
    noise_count = models.PositiveIntegerField(
        default=0, help_text="Songs that the algorithm put in no group."
    )
    silhouette = models.FloatField(null=True, blank=True)
    silhouette_low = models.FloatField(null=True, blank=True)
    silhouette_high = models.FloatField(null=True, blank=True)
    silhouette_songs = models.PositiveIntegerField(null=True, blank=True)
    # of the same songs shuffled, several times; empty in runs of before it was measured and where it says nothing
    null_silhouette = models.FloatField(null=True, blank=True)
    null_deviation = models.FloatField(null=True, blank=True)
    davies_bouldin = models.FloatField(null=True, blank=True)
    calinski_harabasz = models.FloatField(null=True, blank=True)
    inertia = models.FloatField(null=True, blank=True)
    bic = models.FloatField(null=True, blank=True, help_text="Of a Gaussian mixture; lower is better.")
    # {"genre": {"cramers_v", "by_chance", "total", "categories"}, "decade": …}; a name is missing where unknown
    associations = models.JSONField(default=dict, blank=True)
    explained_variance = ArrayField(models.FloatField(), default=list, blank=True)
    # {"scaling": Scaling.to_dict(), "centroids": [[…]], "axes": [[…],[…]], "pca_mean": […],
    #  "axis_words": ["…", "…"], "medians": {feature: value}}, and where the algorithm has it
    #  "parameters": {name: […]}, "tree": {"sizes", "clusters", "merges"},
    #  "membership": {"mean", "unsure", "counts", "clusters"}
    model = models.JSONField(default=dict, blank=True)
    # {feature: {"edges": […], "mean": …, "deviation": …}} of all clustered songs, in real units
    overall = models.JSONField(default=dict, blank=True)
    timings = models.JSONField(default=dict, blank=True, help_text="Seconds per step.")
    peak_mb = models.FloatField(null=True, blank=True)
    versions = models.JSONField(default=dict, blank=True, help_text="Versions of the libraries.")
    # songs that were added to the dataset later and placed by the model, the oldest first:
    # [{"songs": …, "left_out": …, "after_row": …, "at": "…", "drift": Drift.to_dict()}]
    additions = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Run]] = RunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["dataset", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(k_requested__isnull=True)
                | models.Q(k_requested__gte=MIN_K, k_requested__lte=MAX_K),
                name="run_k_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(min_cluster_size__isnull=True)
                | models.Q(min_cluster_size__gte=MIN_K, k_requested__isnull=True),
                name="run_by_number_or_size",
            ),
            models.CheckConstraint(
                condition=models.Q(sample_size__isnull=True)
                | models.Q(sample_size__gte=MIN_SAMPLE, min_cluster_size__isnull=True),
                name="run_sample_large_enough",
            ),
        ]

    def __str__(self) -> str:
        k = self.k or self.k_requested
        return f"{k} groups" if k else "Automatic number of groups"

    @classmethod
    def columns_of(cls, settings: RunSettings) -> dict[str, Any]:
        """Return the columns that hold some settings."""
        return super().columns_of(settings) | {
            "algorithm": settings.algorithm,
            "k_requested": settings.n_clusters,
            "min_cluster_size": settings.min_cluster_size,
        }

    @property
    def settings(self) -> RunSettings:
        """What was asked for."""
        return RunSettings(
            features=tuple(self.features),
            weights=self.weights,
            scaler=self.scaler,
            missing=self.missing,
            algorithm=self.algorithm,
            n_clusters=self.k_requested,
            min_cluster_size=self.min_cluster_size,
            seed=self.seed,
            sample_size=self.sample_size,
        )

    @property
    def algorithm_spec(self) -> Algorithm:
        """The algorithm that made its groups."""
        return ALGORITHMS[self.algorithm]

    @property
    def is_finished(self) -> bool:
        """Whether the results are there."""
        return self.finished_at is not None

    @property
    def has_membership(self) -> bool:
        """Whether it is known how surely each song belongs."""
        return "membership" in self.model

    def follow(self, sweep: Sweep | None) -> None:
        """Take the number of groups from a sweep, or from none."""
        self.sweep = sweep
        self.save(update_fields=["sweep"])

    @property
    def added_songs(self) -> int:
        """How many songs were placed after the run was made; no score counts them."""
        return sum(int(addition["songs"]) for addition in self.additions)

    @property
    def last_measured_row(self) -> int | None:
        """The last row of the songs that scores count; None where no song was placed later."""
        return int(self.additions[0]["after_row"]) if self.additions else None

    @property
    def unplaced_songs(self) -> int:
        """How many songs its dataset has got since, that nobody has placed."""
        known = sum(int(addition["songs"]) + int(addition["left_out"]) for addition in self.additions)
        return max(0, self.dataset.songs_count - self.songs_count - self.left_out - known)

    def record_addition(self, addition: dict[str, Any]) -> None:
        """Keep that songs were placed that came later."""
        self.additions = [*self.additions, addition]
        self.save(update_fields=["additions"])

    def record_results(self, **results: Any) -> None:
        """Keep what the run found; the fields are those under "what was found"."""
        for name, value in results.items():
            setattr(self, name, value)
        self.save(update_fields=list(results))


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
        null=True, blank=True, help_text="Hennig's mean Jaccard index; below 0.6 not to be trusted."
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

    def grow(self, songs: int) -> None:
        """Count songs that were placed in it after the run was made."""
        self.added += songs
        self.save(update_fields=["added"])

    def rename(self, name: str) -> None:
        """Give the cluster the person's own name; an empty one brings the generated name back."""
        self.own_name = name
        self.save(update_fields=["own_name"])


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
