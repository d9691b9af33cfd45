"""The songs of a playlist, as its files name them."""

from __future__ import annotations

from clustering.models import Playlist
from clustering.models.song import title_of
from clustering.songfiles.playlists import Track, address_of


def playlist_tracks(playlist: Playlist) -> list[Track]:
    """Return the songs of a playlist as its files name them."""
    names = ("title", "external_id", "row_number", "artist", "album", "duration_ms")
    rows = playlist.entries.order_by("position").values_list(*(f"song__{name}" for name in names))
    return [
        Track(
            title=title_of(title, external_id, row),
            artist=artist or "",
            album=album or "",
            duration_ms=None if duration is None else round(duration),
            uri=address_of(external_id),
        )
        for title, external_id, row, artist, album, duration in rows
    ]
