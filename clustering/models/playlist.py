"""An ordered list of songs, how it was made, and what it was before each change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.postgres.fields import ArrayField
from django.db import models

from clustering.models.dataset import Dataset
from clustering.models.ids import random_id
from clustering.models.ownership import OwnedQuerySet
from clustering.models.song import Song

MAX_PLAYLIST_LENGTH = 400
STEPS_KEPT = 30
OPTION_FIELDS = ("selection", "length", "unit", "max_per_artist", "order", "by_hand")


class PlaylistQuerySet(OwnedQuerySet["Playlist"]):
    """Playlists, which nobody sees but their owners, and only while they may see the dataset."""

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return own playlists of datasets that the user may still see; for staff all of them."""
        own = super().editable_by(user)
        return own if user.is_staff else own.filter(dataset__in=Dataset.objects.visible_to(user))


class Playlist(models.Model):
    """A person's list of songs of one dataset."""

    class Source(models.TextChoices):
        RULES = "rules", "Rules"
        SEEDS = "seeds", "Similar songs"
        AREA = "area", "A filter"
        SONGS = "songs", "Selected songs"

    class Selection(models.TextChoices):
        SURPRISE = "surprise", "A mix of all matches"
        POPULAR = "popular", "Most popular"
        TYPICAL = "typical", "Most typical of their group"

    class Order(models.TextChoices):
        PICKED = "picked", "Best match first"
        SIMILARITY = "similarity", "Similarity path: each song is like the one before"
        TEMPO = "tempo", "Tempo ramp: from slow to fast"
        ARC = "arc", "Energy arc: rising, then falling"
        HARMONIC = "harmonic", "Harmonic mixing: keys that go together"

    class Unit(models.TextChoices):
        SONGS = "songs", "songs"
        MINUTES = "minutes", "minutes"

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="playlists")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="playlists")
    name = models.CharField(max_length=200)
    # how it was made, so that it can be made again
    source = models.CharField(max_length=10, choices=Source)
    # RULES {"join", "groups"}; SEEDS {"songs"}; AREA {"run", "filter"}; SONGS {"songs"}
    recipe = models.JSONField(default=dict)
    selection = models.CharField(max_length=10, choices=Selection, default=Selection.SURPRISE)
    length = models.PositiveIntegerField(default=30)
    unit = models.CharField(max_length=10, choices=Unit, default=Unit.SONGS)
    max_per_artist = models.PositiveSmallIntegerField(
        null=True, blank=True, default=2, help_text="Empty: no limit."
    )
    order = models.CharField(max_length=10, choices=Order, default=Order.SIMILARITY)
    by_hand = models.BooleanField(
        default=False, help_text="Whether songs were moved since they were ordered."
    )
    note = models.TextField(blank=True, help_text="Why it is not what was asked for.")
    seed = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Playlist]] = PlaylistQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["owner", "-created_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source__in=["rules", "seeds", "area", "songs"]),
                name="playlist_source_known",
            ),
            models.CheckConstraint(
                condition=models.Q(unit="minutes") | models.Q(length__lte=MAX_PLAYLIST_LENGTH),
                name="playlist_length_bounded",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def rename(self, name: str) -> None:
        """Give the playlist another name."""
        self.name = name
        self.save(update_fields=["name"])

    def record_order(self, *, order: str, by_hand: bool) -> None:
        """Keep how the songs are ordered, and whether a person moved some since."""
        self.order, self.by_hand = order, by_hand
        self.save(update_fields=["order", "by_hand"])

    def record_note(self, note: str) -> None:
        """Keep why it is not what was asked for; nothing where it is."""
        self.note = note
        self.save(update_fields=["note"])

    def replace_songs(self, songs: Sequence[int], locked: set[int], *, what: str = "") -> None:
        """Put these songs in this order; with a word on ``what`` was done, the change can be undone."""
        if what:
            self.keep_step(what)
        self.entries.all().delete()
        PlaylistSong.objects.bulk_create(
            PlaylistSong(playlist=self, song_id=song, position=place, locked=song in locked)
            for place, song in enumerate(songs, start=1)
        )

    def undo(self) -> str:
        """Bring back what was before the last change; return what that was, or nothing."""
        step = self.steps.order_by("-id").first()
        if step is None:
            return ""
        self.replace_songs(step.songs, set(step.locked))
        for name, value in step.options.items():
            setattr(self, name, value)
        self.note = ""
        self.save(update_fields=[*step.options, "note"])
        step.delete()
        return step.what

    def keep_step(self, what: str) -> None:
        """Keep what it is now, before something is done to it."""
        entries = list(self.entries.order_by("position"))
        PlaylistStep.objects.create(
            playlist=self,
            what=what,
            songs=[entry.song_id for entry in entries],
            locked=[entry.song_id for entry in entries if entry.locked],
            options={name: getattr(self, name) for name in OPTION_FIELDS},
        )
        kept = self.steps.order_by("-id").values("id")[:STEPS_KEPT]
        self.steps.exclude(id__in=list(kept.values_list("id", flat=True))).delete()


class PlaylistSong(models.Model):
    """A song's place in a playlist."""

    id = models.BigAutoField(primary_key=True)
    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="entries", db_index=False)
    song = models.ForeignKey(
        Song,
        on_delete=models.CASCADE,
        related_name="entries",
        db_index=False,
        db_constraint=False,  # checked set by set: see the migration "playlist_keys"
    )
    position = models.PositiveIntegerField(help_text="From 1.")
    locked = models.BooleanField(default=False, help_text="Stays, and stays where it is, when others change.")

    class Meta:
        ordering = ("playlist", "position")
        # the song first: its deletion looks it up here
        constraints = [
            models.UniqueConstraint(fields=["song", "playlist"], name="playlist_song_once"),
            models.UniqueConstraint(fields=["playlist", "position"], name="playlist_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. song {self.song_id}"


class PlaylistStep(models.Model):
    """What a playlist was before a change, so that it can be undone."""

    id = models.BigAutoField(primary_key=True)
    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=250, help_text="What was done then, in words.")
    songs = ArrayField(models.BigIntegerField())
    locked = ArrayField(models.BigIntegerField(), default=list)
    options = models.JSONField(default=dict, help_text="{name of a field of the playlist: what it was}")

    class Meta:
        ordering = ("playlist", "id")

    def __str__(self) -> str:
        return self.what
