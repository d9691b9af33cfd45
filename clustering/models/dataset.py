"""A table of songs that somebody uploaded, and the files it came from."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.functions import Now

from clustering.analysis.features import DEFAULT_FEATURES, FEATURES, SONG_NUMBERS
from clustering.analysis.song_statistics import SongStatistics
from clustering.models.ids import ROWS_PER_BLOCK, random_block, random_id
from clustering.models.ownership import OwnedQuerySet, Row
from clustering.songfiles.quality import QualityReport

FETCH_BYTES = 4 << 20
UPLOADS = "uploads"
# how long a song is says nothing about how it sounds
AUDIO_FEATURES = frozenset(FEATURES) - {"duration_ms"}

if TYPE_CHECKING:
    from clustering.models.run import Run


def upload_path(upload: Upload, filename: str) -> str:
    """Return a generated name: what a person calls a file never becomes a path."""
    return f"{UPLOADS}/{upload.dataset_id}/{secrets.token_hex(16)}"


class DatasetQuerySet(OwnedQuerySet["Dataset"]):
    """Datasets, which their owners can show to everybody who signs in."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return own datasets and shared ones; for staff all of them."""
        if user.is_staff or not user.is_authenticated:
            return self.editable_by(user)
        return self.filter(models.Q(owner_id=user.pk) | models.Q(visibility=Dataset.Visibility.SHARED))


class Dataset(models.Model):
    """A collection of songs with their audio features."""

    class Visibility(models.TextChoices):
        PRIVATE = "private", "Only me"
        SHARED = "shared", "Everyone who signs in"

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="datasets")
    name = models.CharField(max_length=200)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    song_block = models.BigIntegerField(unique=True, default=random_block, editable=False)
    songs_count = models.PositiveIntegerField("songs", default=0)
    # the audio features that have values, in the vocabulary's order
    features = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # names of the numeric columns behind Song.extras, in its order
    extra_columns = ArrayField(models.TextField(), default=list, blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="The quality report of the import.")
    filled_report = models.JSONField(
        default=dict, blank=True, help_text="What of the report is otherwise since features were filled in."
    )
    features_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When features were filled in, or that was undone, last."
    )
    pinned_run = models.ForeignKey(
        "Run",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The run that stands for the dataset.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Dataset]] = DatasetQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["owner", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=["private", "shared"]), name="dataset_visibility_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_editable_by(self, user: User | AnonymousUser) -> bool:
        """Whether a user may change it, as `DatasetQuerySet.editable_by` says with a query."""
        return user.is_staff or self.owner_id == user.pk

    @property
    def first_song_id(self) -> int:
        """The id just before the dataset's first song: a song's id is this plus its row number."""
        return self.song_block * ROWS_PER_BLOCK

    @property
    def last_song_id(self) -> int:
        """The largest id that a song of the dataset can have."""
        return self.first_song_id + ROWS_PER_BLOCK - 1

    @property
    def last_row(self) -> int:
        """The largest row number of its files."""
        return max((upload.first_row + upload.rows_read for upload in self.uploads.all()), default=0)

    @property
    def imported_uploads(self) -> models.QuerySet[Upload]:
        """The files whose songs are there, in the order of their rows."""
        return self.uploads.filter(rows_read__gt=0)

    @property
    def drafts(self) -> models.QuerySet[Upload]:
        """The file that waits for somebody to check its columns, or for its import."""
        return self.uploads.filter(rows_read=0)

    @cached_property
    def quality(self) -> QualityReport | None:
        """The quality report of the first file; None until it is imported."""
        return QualityReport.from_dict(self.report | self.filled_report) if self.report else None

    @property
    def is_list(self) -> bool:
        """Whether it only names songs: none of them has an audio feature, and so none can be grouped by its sound."""
        return AUDIO_FEATURES.isdisjoint(self.features)

    @property
    def usual_features(self) -> list[str]:
        """The features that songs are grouped by where nobody chooses: the usual ones that vary."""
        columns = self.quality.columns if self.quality else ()
        constant = {column.field for column in columns if column.constant}
        return [name for name in self.features if name in DEFAULT_FEATURES and name not in constant]

    @property
    def number_columns(self) -> list[str]:
        """The names of all numbers that its songs can be compared by."""
        return [*FEATURES, *SONG_NUMBERS, *self.extra_columns]

    @property
    def statistics(self) -> SongStatistics:
        """What is known of its songs without reading any."""
        quality = self.quality
        return SongStatistics(
            name=self.name,
            songs=self.songs_count,
            features=self.number_columns,
            usual_features=self.usual_features,
            columns=quality.by_feature() if quality else {},
            correlations=quality.correlations_by_pair() if quality else {},
            scaled=self.scaled_features,
            is_complete=quality is not None and quality.rows_kept == self.songs_count,
            is_list=self.is_list,
        )

    @property
    def scaled_features(self) -> frozenset[str]:
        """The features whose values were scaled before they came, and have no unit."""
        return frozenset(self.report.get("scaled", ()))

    @property
    def knows_decades_only(self) -> bool:
        """Whether the file says in which decade songs came out, but not in which year."""
        return self.quality is not None and self.quality.decades

    def record_import(
        self, *, songs: int, features: list[str], extra_columns: list[str], report: dict[str, Any]
    ) -> None:
        """Keep what an import found."""
        self.songs_count = songs
        self.features = features
        self.extra_columns = extra_columns
        self.report = report
        self.__dict__.pop("quality", None)
        self.save(update_fields=["songs_count", "features", "extra_columns", "report"])

    def record_addition(self, *, songs: int, features: list[str], extra_columns: list[str]) -> None:
        """Keep what a further file brought; what was known of the first stays as it is."""
        self.songs_count = models.F("songs_count") + songs
        self.features = features
        self.extra_columns = extra_columns
        self.save(update_fields=["songs_count", "features", "extra_columns"])
        self.refresh_from_db(fields=["songs_count"])

    def record_fill(self, *, features: list[str], filled_report: dict[str, Any]) -> None:
        """Keep which features its songs have since some were filled in, or taken out again."""
        self.features = features
        self.filled_report = filled_report
        self.features_changed_at = Now()
        self.__dict__.pop("quality", None)
        self.save(update_fields=["features", "filled_report", "features_changed_at"])
        self.refresh_from_db(fields=["features_changed_at"])

    def warn(self, sentence: str) -> None:
        """Add a sentence to what is to be known about the file."""
        self.report["warnings"].append(sentence)
        self.__dict__.pop("quality", None)
        self.save(update_fields=["report"])

    def pin(self, run: Run | None) -> None:
        """Let a run stand for the dataset; with None, the newest one does again."""
        self.pinned_run = run
        self.save(update_fields=["pinned_run"])

    def lock(self) -> bool:
        """Keep the dataset from being deleted until the transaction ends; False where it is gone.

        Who stores songs has to begin with it: a deletion holds the dataset first, too, and then its files.
        """
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT FROM {self._meta.db_table} WHERE id = %s FOR KEY SHARE", [self.pk])
            return bool(cursor.rowcount)

    def rename(self, name: str) -> None:
        """Give the dataset another name."""
        self.name = name
        self.save(update_fields=["name"])

    def share(self, visibility: str) -> None:
        """Show the dataset to nobody else, or to everybody who signs in."""
        self.visibility = visibility
        self.save(update_fields=["visibility"])


class DatasetPartQuerySet(models.QuerySet[Row]):
    """Rows of a dataset: whoever may see or change it may see or change them."""

    to_dataset: ClassVar[str] = "dataset"
    """The field, or the way over several, that leads to the dataset."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows of datasets that a user may see."""
        return self.filter(**{f"{self.to_dataset}__in": Dataset.objects.visible_to(user)})

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return the rows of datasets that a user may change."""
        return self.filter(**{f"{self.to_dataset}__in": Dataset.objects.editable_by(user)})


class Upload(models.Model):
    """One file of a dataset: kept as it came, since exports give it back."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="uploads")
    file = models.FileField(upload_to=upload_path, max_length=300)
    original_name = models.CharField(max_length=255)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    dialect = models.JSONField(
        default=dict, help_text="How the file is written: format, encoding, delimiter."
    )
    column_map = models.JSONField(default=dict, help_text="Which column is which field.")
    first_row = models.PositiveIntegerField(default=0, help_text="Row numbers of the file begin after this.")
    rows_read = models.PositiveIntegerField(default=0)
    rows_kept = models.PositiveIntegerField(default=0)
    rows_rejected = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    rejected_file = models.FileField(upload_to=upload_path, max_length=300, blank=True)
    report = models.JSONField(
        default=dict, blank=True, help_text="The quality report of a file that was added to others."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("dataset", "first_row")
        constraints = [
            models.UniqueConstraint(fields=["dataset", "first_row"], name="upload_rows_apart"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_imported(self) -> bool:
        """Whether its songs are in the dataset; until then it is a draft, whose columns can be changed."""
        return self.rows_read > 0

    @cached_property
    def quality(self) -> QualityReport | None:
        """The quality report of a file that was added to others; the first one's is the dataset's."""
        return QualityReport.from_dict(self.report) if self.report else None

    @property
    def rejected_name(self) -> str:
        """Where its rejected rows are kept: always the same, so that a second attempt replaces what the first left."""
        return f"{self.file.name}.rejected"

    @property
    def stored_names(self) -> set[str]:
        """Every name under which something of it may be kept, also what an import left that was broken off."""
        return {name for name in (self.file.name, self.rejected_name, self.rejected_file.name) if name}

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Give the file as one on this host's disk: readers go back and forth in it.

        Where the storage is a folder it is the file itself; from a storage elsewhere it is fetched for the time.
        """
        try:
            path = Path(self.file.path)
        except NotImplementedError:  # Django's word for a storage that is no folder
            with tempfile.NamedTemporaryFile() as copy, self.file.open() as stored:
                shutil.copyfileobj(stored, copy, FETCH_BYTES)
                copy.flush()
                yield Path(copy.name)
        else:
            yield path

    def choose_columns(self, column_map: dict[str, Any]) -> None:
        """Keep which column is which field."""
        self.column_map = column_map
        self.save(update_fields=["column_map"])

    def choose_reading(self, dialect: dict[str, Any], column_map: dict[str, Any]) -> None:
        """Keep how the file is read, and which column is which field then."""
        self.dialect, self.column_map = dialect, column_map
        self.save(update_fields=["dialect", "column_map"])

    def keep_rejected(self, name: str) -> None:
        """Keep where the rejected rows are stored."""
        self.rejected_file.name = name
        self.save(update_fields=["rejected_file"])

    def record_import(self, report: QualityReport, *, rejected_name: str = "") -> None:
        """Keep how many rows were read, kept, rejected and repeated."""
        self.rows_read = report.rows_read
        self.rows_kept = report.rows_kept
        self.rows_rejected = report.rows_rejected
        self.duplicates = report.duplicates
        self.rejected_file.name = rejected_name
        self.save(update_fields=["rows_read", "rows_kept", "rows_rejected", "duplicates", "rejected_file"])

    def keep_report(self, report: QualityReport) -> None:
        """Keep the report of a file that was added to others."""
        self.report = report.to_dict()
        self.save(update_fields=["report"])
