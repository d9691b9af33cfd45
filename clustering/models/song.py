"""One song: what the file said of it, and its audio features."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clustering.models.dataset import Dataset, DatasetPartQuerySet


def title_of(title: str | None, external_id: str | None, row_number: int) -> str:
    """Return what to call a song, also where the file had no titles."""
    return title or external_id or f"Song {row_number:,}"


class RealField(models.FloatField):  # type: ignore[type-arg]
    """A four-byte float: seven digits are more than any audio feature has."""

    def db_type(self, connection: object) -> str:
        """PostgreSQL's name of the type."""
        return "real"


class SongQuerySet(DatasetPartQuerySet["Song"]):
    """The songs of datasets."""


class Song(models.Model):
    """A song. Its id is its dataset's block plus its row number, so a dataset is one range of the key."""

    id = models.BigIntegerField(primary_key=True)
    dataset = models.ForeignKey(
        Dataset,
        on_delete=models.CASCADE,
        related_name="songs",
        db_index=False,
        db_constraint=False,  # checked set by set: see the migration "keys_checked_set_by_set"
    )
    row_number = models.PositiveIntegerField()
    external_id = models.TextField(null=True, blank=True)  # noqa: DJ001 – a cell that was empty stays NULL
    isrc = models.TextField(null=True, blank=True)  # noqa: DJ001 – as above
    title = models.TextField(null=True, blank=True)  # noqa: DJ001
    artist = models.TextField(null=True, blank=True)  # noqa: DJ001
    album = models.TextField(null=True, blank=True)  # noqa: DJ001
    genres = ArrayField(models.TextField(), null=True, blank=True)
    release_year = models.SmallIntegerField(null=True, blank=True)
    popularity = RealField(null=True, blank=True)
    explicit = models.BooleanField(null=True, blank=True)
    # only https addresses: cleaning leaves no other
    preview_url = models.TextField(null=True, blank=True)  # noqa: DJ001
    link_url = models.TextField(null=True, blank=True)  # noqa: DJ001
    danceability = RealField(null=True, blank=True)
    energy = RealField(null=True, blank=True)
    loudness = RealField(null=True, blank=True)
    speechiness = RealField(null=True, blank=True)
    acousticness = RealField(null=True, blank=True)
    instrumentalness = RealField(null=True, blank=True)
    liveness = RealField(null=True, blank=True)
    valence = RealField(null=True, blank=True)
    tempo = RealField(null=True, blank=True)
    duration_ms = RealField(null=True, blank=True)
    key = RealField(null=True, blank=True)
    mode = RealField(null=True, blank=True)
    time_signature = RealField(null=True, blank=True)
    extras = ArrayField(RealField(), null=True, blank=True)

    objects: ClassVar[models.Manager[Song]] = SongQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What to call the song, also where the file had no titles."""
        if self.title and self.artist:
            return f"{self.title} – {self.artist}"
        return title_of(self.title, self.external_id, self.row_number)
