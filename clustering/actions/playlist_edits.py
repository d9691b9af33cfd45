"""Changing a playlist by hand: each change can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from clustering.actions.playlist_orders import ordered
from clustering.actions.playlists import changing
from clustering.analysis import AnalysisError
from clustering.models import Playlist, PlaylistSong, Song
from clustering.models.playlist import MAX_PLAYLIST_LENGTH


def move_song(playlist: Playlist, song_id: int, *, to: int) -> bool:
    """Put a song at a position (from 1), the others closing up; False where it is not there or stays."""
    with changing(playlist) as playlist:
        entries = _entries(playlist)
        entry = _find(entries, song_id)
        if entry is None or (place := min(max(to, 1), len(entries))) == entry.position:
            return False
        entries.remove(entry)
        entries.insert(place - 1, entry)
        _save(playlist, entries, f"Moved {entry.song.label} to {place}")
        playlist.record_order(order=playlist.order, by_hand=True)
    return True


def add_song(playlist: Playlist, song: Song) -> bool:
    """Put a song at the end, and lock it, so that it stays when the others are made again; False where it is there.

    Raises
    ------
    AnalysisError
        Where the song is of another dataset, or the playlist is as long as one can be.
    """
    if song.dataset_id != playlist.dataset_id:
        raise AnalysisError(
            f"{playlist.name} belongs to another dataset. Choose a playlist from this song’s dataset."
        )
    with changing(playlist) as playlist:
        entries = _entries(playlist)
        if _find(entries, song.pk) is not None:
            return False
        if len(entries) >= MAX_PLAYLIST_LENGTH:
            raise AnalysisError(f"{playlist.name} has {len(entries)} songs, the maximum. Remove one first.")
        locked = {song.pk, *(entry.song_id for entry in entries if entry.locked)}
        songs = [*(entry.song_id for entry in entries), song.pk]
        playlist.replace_songs(songs, locked, what=f"Added {song.label}"[:250])
        playlist.record_order(order=playlist.order, by_hand=True)
    return True


def remove_song(playlist: Playlist, song_id: int) -> bool:
    """Take a song out; False where it is not there."""
    with changing(playlist) as playlist:
        entries = _entries(playlist)
        entry = _find(entries, song_id)
        if entry is None:
            return False
        entries.remove(entry)
        _save(playlist, entries, f"Removed {entry.song.label}")
    return True


def lock_song(playlist: Playlist, song_id: int, *, locked: bool) -> bool:
    """Have a song stay, and stay where it is, when the others change; False where it is not there."""
    return bool(playlist.entries.filter(song_id=song_id).update(locked=locked))


def order_playlist(playlist: Playlist, order: str) -> None:
    """Put the songs of a playlist in another order; locked ones stay where they are."""
    with changing(playlist) as playlist:
        entries = _entries(playlist)
        locked = {entry.song_id: entry.position for entry in entries if entry.locked}
        result = ordered(playlist.dataset, [entry.song for entry in entries], order=order, locked=locked)
        by_song = {entry.song_id: entry for entry in entries}
        label = Playlist.Order(order).label.split(":")[0]
        _save(playlist, [by_song[song.pk] for song in result.songs], f"Ordered by {label.lower()}")
        playlist.record_order(order=order, by_hand=False)
        playlist.record_note(result.note)


def undo_playlist(playlist: Playlist) -> str:
    """Take back the last change; return what that was, or nothing where there was none."""
    with changing(playlist) as playlist:
        return playlist.undo()


def _entries(playlist: Playlist) -> list[PlaylistSong]:
    return list(playlist.entries.order_by("position").select_related("song"))


def _find(entries: Sequence[PlaylistSong], song_id: int) -> PlaylistSong | None:
    return next((entry for entry in entries if entry.song_id == song_id), None)


def _save(playlist: Playlist, entries: Sequence[PlaylistSong], what: str) -> None:
    songs = [entry.song_id for entry in entries]
    playlist.replace_songs(songs, {entry.song_id for entry in entries if entry.locked}, what=what[:250])
