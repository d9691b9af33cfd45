"""The playlists that a song can be added to."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Exists, OuterRef

from clustering.models import Playlist, PlaylistSong, Song
from clustering.models.song import title_of

MAX_OFFERED = 100


@dataclass(frozen=True, slots=True)
class PlaylistChoice:
    """A playlist of the song's dataset."""

    id: int
    name: str
    songs: int
    has_it: bool


@dataclass(frozen=True, slots=True)
class SongPlaylistsPage:
    """A song and the user's own playlists of its dataset, the newest first."""

    song: Song
    title: str
    choices: tuple[PlaylistChoice, ...]

    @classmethod
    def read(cls, song: Song, user: User | AnonymousUser) -> SongPlaylistsPage:
        """Read the user's playlists of the song's dataset, with one query."""
        entries = PlaylistSong.objects.filter(playlist=OuterRef("pk"), song=song)
        mine = Playlist.objects.filter(owner_id=user.pk, dataset=song.dataset_id).order_by("-created_at")
        rows = mine.annotate(songs=Count("entries"), has_it=Exists(entries))
        return cls(
            song=song,
            title=title_of(song.title, song.external_id, song.row_number),
            choices=tuple(
                PlaylistChoice(*row)
                for row in rows.values_list("id", "name", "songs", "has_it")[:MAX_OFFERED]
            ),
        )
