"""The list of a user's playlists, and the datasets that a new one can be made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Sum

from clustering.models import Dataset, Playlist

PAGE = 30
DATASETS_OFFERED = 50


@dataclass(frozen=True, slots=True)
class PlaylistLine:
    """A playlist in the list."""

    playlist: Playlist
    songs: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class PlaylistsPage:
    """A page of the list of playlists, and the datasets that a new one can be made of."""

    lines: tuple[PlaylistLine, ...]
    datasets: tuple[Dataset, ...]
    before: str
    """Where the next page begins; empty on the last."""

    @classmethod
    def read(cls, user: User | AnonymousUser, *, before: datetime | None = None) -> PlaylistsPage:
        """Read a user's newest playlists; those created before a moment where one is given."""
        rows = (
            Playlist.objects.visible_to(user)
            .select_related("dataset", "owner")
            .defer("recipe", "dataset__report")
        )
        if before is not None:
            rows = rows.filter(created_at__lt=before)
        counted = rows.annotate(songs=Count("entries"), lasts=Sum("entries__song__duration_ms"))
        playlists: list[Any] = list(counted.order_by("-created_at")[: PAGE + 1])
        page = playlists[:PAGE]
        return cls(
            lines=tuple(
                PlaylistLine(row, row.songs, None if row.lasts is None else round(row.lasts / 60_000))
                for row in page
            ),
            datasets=datasets_for_playlists(user),
            before=page[-1].created_at.isoformat() if len(playlists) > PAGE else "",
        )


def datasets_for_playlists(user: User | AnonymousUser) -> tuple[Dataset, ...]:
    """Return the newest datasets with songs that a user may see."""
    shown = Dataset.objects.visible_to(user).filter(songs_count__gt=0).defer("report")
    return tuple(shown.order_by("-created_at")[:DATASETS_OFFERED])
