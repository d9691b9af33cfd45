"""One way of grouping a dataset's songs, with everything that made it and all it found."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce

from clustering.analysis.choosing.borders import Borders
from clustering.analysis.describing.profiles import FeatureSummary
from clustering.analysis.partition import ALGORITHMS, Algorithm
from clustering.analysis.prediction.drift import Addition
from clustering.analysis.prediction.fitted_model import FittedModel
from clustering.analysis.run_settings import MAX_K, MIN_K, RunSettings
from clustering.analysis.run_words import MAX_WORDS_LENGTH, settings_words
from clustering.analysis.sampling import MIN_SAMPLE
from clustering.analysis.scores.association import Association
from clustering.models.dataset import Dataset, DatasetPartQuerySet
from clustering.models.ids import random_id
from clustering.models.settings_columns import USUAL, SettingsColumns, algorithm_choices

if TYPE_CHECKING:
    from clustering.models.sweep import Sweep


MAX_NAME_LENGTH = 100
MAX_NOTE_LENGTH = 300


class RunQuerySet(DatasetPartQuerySet["Run"]):
    """The runs of datasets."""

    def finished(self) -> Self:
        """Return the runs that have results."""
        return self.filter(finished_at__isnull=False)

    def alike(self, run: Run) -> Self:
        """Return the runs whose settings are those of a run, but for the number of groups."""
        columns = Run.columns_of(run.settings)
        del columns["k_requested"]
        return self.filter(dataset=run.dataset_id, **columns)

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
    # what tells it apart from the other runs of its dataset
    number = models.PositiveIntegerField(help_text="1 is the dataset's first run.")
    copy = models.PositiveIntegerField(default=1, help_text="1 is the dataset's first run of that name.")
    words = models.CharField(
        max_length=MAX_WORDS_LENGTH, blank=True, help_text="What is unusual about its settings."
    )
    own_name = models.CharField(max_length=MAX_NAME_LENGTH, blank=True)
    note = models.CharField(max_length=MAX_NOTE_LENGTH, blank=True)
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
    # of the same songs shuffled, several times; empty where it says nothing
    null_silhouette = models.FloatField(null=True, blank=True)
    null_deviation = models.FloatField(null=True, blank=True)
    null_cloud_silhouette = models.FloatField(null=True, blank=True, help_text="Of one cloud like the songs.")
    null_cloud_deviation = models.FloatField(null=True, blank=True)
    davies_bouldin = models.FloatField(null=True, blank=True)
    calinski_harabasz = models.FloatField(null=True, blank=True)
    inertia = models.FloatField(null=True, blank=True)
    bic = models.FloatField(null=True, blank=True, help_text="Of a Gaussian mixture; lower is better.")
    # columns of JSON: each is read by the property of its type below
    associations = models.JSONField(default=dict, blank=True)
    borders = models.JSONField(
        default=dict, blank=True, help_text="What lies between its clusters; empty where that was not judged."
    )
    explained_variance = ArrayField(models.FloatField(), default=list, blank=True)
    model = models.JSONField(default=dict, blank=True)
    overall = models.JSONField(default=dict, blank=True)
    timings = models.JSONField(default=dict, blank=True, help_text="Seconds per step.")
    peak_mb = models.FloatField(null=True, blank=True)
    versions = models.JSONField(default=dict, blank=True, help_text="Versions of the libraries.")
    additions = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Run]] = RunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["dataset", "-created_at"])]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="run_numbered_once"),
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
        return self.own_name or self.generated_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new run its number and words; whoever starts one holds its dataset's lock."""
        if self._state.adding and not self.number:
            highest = Run.objects.filter(dataset=self.dataset_id).aggregate(highest=models.Max("number"))
            self.number = 1 + (highest["highest"] or 0)
            self.words = settings_words(self.settings)
            self.copy = self._next_copy()
        super().save(*args, **kwargs)

    @property
    def generated_name(self) -> str:
        """A name that no other run of its dataset has: "5 groups", "5 groups · mood", "5 groups · mood #2"."""
        k = self.k or self.k_requested
        name = f"{k} groups" if k else "Automatic number of groups"
        name = f"{name} · {self.words}" if self.words else name
        return f"{name} #{self.copy}" if self.copy > 1 else name

    def _next_copy(self) -> int:
        """Return which run of its dataset it is that has this number of groups and these words."""
        named = Run.objects.filter(dataset=self.dataset_id, words=self.words).exclude(pk=self.pk)
        same = named.annotate(groups=Coalesce("k", "k_requested", 0)).filter(
            groups=self.k or self.k_requested or 0
        )
        return 1 + (same.aggregate(highest=models.Max("copy"))["highest"] or 0)

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

    @cached_property
    def fitted_model(self) -> FittedModel:
        """What assigns further songs; there once the run is finished."""
        return FittedModel.from_dict(self.model)

    @cached_property
    def feature_summaries(self) -> dict[str, FeatureSummary]:
        """Each of its features over all songs; there once the run is finished."""
        return {name: FeatureSummary.from_dict(self.overall[name]) for name in self.features}

    @cached_property
    def found_borders(self) -> Borders | None:
        """Which of its clusters stand apart; None where they are not those of the nearest center."""
        return Borders.from_dict(self.borders) if self.borders else None

    @property
    def label_associations(self) -> dict[str, Association]:
        """How strongly its clusters go together with "genre" and "decade", where these are known."""
        return {name: Association(**found) for name, found in self.associations.items()}

    @cached_property
    def advice(self) -> Sweep | None:
        """The advice on its settings: what chose its number of groups, or else the newest."""
        if self.sweep is not None or self.dataset_id is None or not self.algorithm_spec.needs_n_clusters:
            return self.sweep
        columns = SettingsColumns.columns_of(self.settings)
        return self.dataset.sweeps.exclude(verdict="").filter(**columns).first()

    @property
    def has_membership(self) -> bool:
        """Whether it is known how surely each song belongs."""
        return bool(self.algorithm_spec.membership)

    def follow(self, sweep: Sweep | None) -> None:
        """Take the number of groups from a sweep, or from none."""
        self.sweep = sweep
        self.save(update_fields=["sweep"])

    @property
    def assigned_additions(self) -> tuple[Addition, ...]:
        """The songs that were added to its dataset later and assigned to its clusters, the oldest first."""
        return tuple(Addition.from_dict(addition) for addition in self.additions)

    @property
    def added_songs(self) -> int:
        """How many songs were assigned after the run was made; no score counts them."""
        return sum(addition.songs for addition in self.assigned_additions)

    @property
    def last_measured_row(self) -> int | None:
        """The last row of the songs that scores count; None where no song was assigned later."""
        return self.assigned_additions[0].after_row if self.additions else None

    @property
    def unplaced_songs(self) -> int:
        """How many songs its dataset has got since that nobody has assigned."""
        known = sum(addition.songs + addition.left_out for addition in self.assigned_additions)
        return max(0, self.dataset.songs_count - self.songs_count - self.left_out - known)

    def rename(self, name: str, note: str) -> None:
        """Give the run the person's own name and note; an empty name brings the generated one back."""
        self.own_name, self.note = name, note
        self.save(update_fields=["own_name", "note"])

    def record_addition(self, addition: Addition) -> None:
        """Keep that songs were assigned that came later."""
        self.additions = [*self.additions, addition.to_dict()]
        self.save(update_fields=["additions"])

    def record_results(self, **results: Any) -> None:
        """Keep what the run found; the fields are those under "what was found"."""
        for name, value in results.items():
            setattr(self, name, value)
        if self.k != self.k_requested and "k" in results:  # its name has changed
            results["copy"] = self.copy = self._next_copy()
        self.__dict__.pop("fitted_model", None)
        self.__dict__.pop("feature_summaries", None)
        self.__dict__.pop("found_borders", None)
        self.save(update_fields=list(results))
