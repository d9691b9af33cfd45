"""What is worked out from a dataset's songs so that they can be found and compared: all of it can be made again.

The rows by song have no foreign keys in the database. They are written a million at a time, each reader joins them
with the songs, and a check per row would cost as much as the rows themselves.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from pgvector.django import L2Distance, VectorField

from clustering.models.dataset import Dataset, DatasetPartQuerySet
from clustering.models.ownership import Row
from clustering.models.run import Run
from clustering.models.song import RealField, Song


class Catalog(models.Model):
    """A dataset's catalog: how its songs are compared, and what its years sound like."""

    dataset = models.OneToOneField(
        Dataset, primary_key=True, on_delete=models.CASCADE, related_name="catalog"
    )
    songs_count = models.PositiveIntegerField("songs", help_text="How many songs the dataset had then.")
    compared = models.PositiveIntegerField(help_text="Songs with a value for each of the features.")
    # what songs are compared on, and each feature's mean and standard deviation
    features = ArrayField(models.CharField(max_length=40), default=list)
    centers = ArrayField(models.FloatField(), default=list)
    spreads = ArrayField(models.FloatField(), default=list)
    artists_count = models.PositiveIntegerField("artists")
    genres_count = models.PositiveIntegerField("genres")
    # [{"label", "first", "last", "songs", "features": {name: [lower quartile, mean, upper quartile]}}], oldest first
    periods = models.JSONField(default=list)
    built_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"catalogue of {self.dataset_id}"


class SongSetQuerySet(DatasetPartQuerySet[Row]):
    """Songs that belong together, with a vector by which sets of one dataset are compared."""

    def similar_to(self, songs: Artist | Genre) -> Self:
        """Return the others of the same dataset, those first whose songs are spread most alike, by energy distance."""
        if songs.vector is None:
            return self.none()
        others = self.filter(dataset_id=songs.dataset_id, vector__isnull=False).exclude(pk=songs.pk)
        return others.order_by(L2Distance("vector", songs.vector), "id").only("name", "songs_count")


class ArtistQuerySet(SongSetQuerySet["Artist"]):
    """The artists of datasets."""


class GenreQuerySet(SongSetQuerySet["Genre"]):
    """The genres of datasets."""


class Artist(models.Model):
    """An artist of a dataset. The id is that of the artist's first song, so that it outlives a new catalog."""

    id = models.BigIntegerField(primary_key=True)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="artists")
    name = models.TextField()
    key = models.TextField(help_text="The name without case and accents.")
    songs_count = models.PositiveIntegerField("songs")
    vector = VectorField(null=True, help_text="Where the songs lie, as energy distances are measured.")

    objects: ClassVar[models.Manager[Artist]] = ArtistQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["dataset", "-songs_count", "id"], name="artist_by_songs"),
            models.Index(fields=["key"], name="artist_by_key", opclasses=["text_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Genre(models.Model):
    """A genre of a dataset: what it sounds like and which songs show it best."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="genres")
    name = models.TextField()
    songs_count = models.PositiveIntegerField("songs")
    means = models.JSONField(default=dict)
    deviations = models.JSONField(default=dict)
    periods = ArrayField(models.PositiveIntegerField(), default=list, help_text="Songs per Catalog.periods.")
    typical = ArrayField(models.BigIntegerField(), default=list)
    untypical = ArrayField(models.BigIntegerField(), default=list)
    vector = VectorField(null=True, help_text="Where the songs lie, as energy distances are measured.")

    objects: ClassVar[models.Manager[Genre]] = GenreQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["dataset", "-songs_count", "id"], name="genre_by_songs")]
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="genre_once")]

    def __str__(self) -> str:
        return self.name


class SongText(models.Model):
    """What a song is found by. The rows of a dataset lie in the order of popularity."""

    song = models.OneToOneField(
        Song, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="text"
    )
    dataset = models.ForeignKey(
        Dataset, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    artist = models.ForeignKey(
        Artist, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="texts"
    )
    title = models.TextField(help_text="The title without case and accents.")
    words = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(fields=["title"], name="songtext_by_title"),
            GinIndex(fields=["words"], name="songtext_by_words"),
        ]

    def __str__(self) -> str:
        return self.title


class SongVector(models.Model):
    """A song's features on one scale: what neighbors are looked for among. Narrow, since it is read whole."""

    song = models.OneToOneField(
        Song, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="vector"
    )
    # its Artist's id, or the song's own where it has no artist: an artist of its own
    artist_id = models.BigIntegerField()
    # what songs are filtered by, so that the wide rows of the songs are not read for it; NaN where the file has none
    release_year = RealField()
    popularity = RealField()
    tempo = RealField()
    explicit = RealField(help_text="1 for yes, 0 for no.")
    vector = VectorField()

    def __str__(self) -> str:
        return f"features of {self.song_id}"


class GenreCounts(models.Model):
    """How many songs of each genre are in each group of a run."""

    run = models.OneToOneField(Run, primary_key=True, on_delete=models.CASCADE, related_name="genre_counts")
    counts = models.JSONField(default=dict, help_text="{genre: [songs by Cluster.index]}")

    def __str__(self) -> str:
        return f"genres of {self.run_id}"
