"""Making playlists, and making them again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from clustering.actions.playlist_orders import ordered
from clustering.analysis import AnalysisError
from clustering.analysis.playlists.selection import SelectedSongs, select_songs
from clustering.jobs.quotas import check_quota, enforce_stored
from clustering.models import AuditEntry, Dataset, Playlist, Song
from clustering.models.playlist import MAX_PLAYLIST_LENGTH
from clustering.storage.playlist_candidates import Pool, as_candidates, candidates

MAX_NAME_LENGTH = 200
MAX_MINUTES = 48 * 60

NOTHING = {
    Playlist.Source.RULES: "No songs match these rules. Widen a range or remove a rule.",
    Playlist.Source.SEEDS: "No song in this dataset is similar to these, or none has the features needed. "
    "Start with other songs.",
    Playlist.Source.AREA: "No song passes this filter, or its run was deleted. Filter again in Explore.",
    Playlist.Source.SONGS: "None of these songs is in the dataset. Choose others.",
}


@dataclass(frozen=True, slots=True)
class PlaylistOptions:
    """What a playlist is to be like, whatever its songs come from."""

    selection: str = Playlist.Selection.SURPRISE
    length: int = 30
    unit: str = Playlist.Unit.SONGS
    max_per_artist: int | None = 2
    order: str = Playlist.Order.SIMILARITY


def make_playlist(
    user: User,
    dataset: Dataset,
    *,
    name: str,
    source: str,
    recipe: Mapping[str, Any],
    options: PlaylistOptions,
) -> Playlist:
    """Make a playlist of a dataset's songs.

    Raises
    ------
    AnalysisError
        Where there is nothing to make it of.
    """
    if not dataset.songs_count:
        raise AnalysisError("This dataset has no songs yet. Wait for its import to finish.")
    with transaction.atomic():
        playlist = Playlist(
            owner=user,
            dataset=dataset,
            name=name.strip()[:MAX_NAME_LENGTH] or "Playlist",
            source=source,
            recipe=dict(recipe),
            seed=secrets.randbelow(2**31),
        )
        _take(playlist, options)
        check_quota(user, playlists=1)
        playlist.save()
        _fill(playlist)
        enforce_stored(user, "playlists")  # another may have been made meanwhile
        AuditEntry.record(
            user, AuditEntry.Action.PLAYLIST_CREATED, dataset, f"{dataset.name}: {playlist.name}"
        )
    return playlist


def remake_playlist(playlist: Playlist, options: PlaylistOptions) -> None:
    """Make a playlist again from what it was made of; locked songs stay."""
    with changing(playlist) as playlist:
        playlist.keep_step("Regenerated")
        _take(playlist, options)
        playlist.save()
        _fill(playlist)


def rename_playlist(user: User, playlist: Playlist, name: str) -> None:
    """Give a playlist another name."""
    before, dataset = playlist.name, playlist.dataset
    with transaction.atomic():
        playlist.rename(name.strip()[:MAX_NAME_LENGTH])
        words = f"{dataset.name}: the playlist {before}, now {playlist.name}"
        AuditEntry.record(user, AuditEntry.Action.RENAMED, dataset, words)


def delete_playlist(user: User, playlist: Playlist) -> None:
    """Delete a playlist; its songs stay in the dataset."""
    with transaction.atomic():
        words = f"{playlist.dataset.name}: the playlist {playlist.name}"
        AuditEntry.record(user, AuditEntry.Action.DELETED, playlist.dataset, words)
        playlist.delete()


@contextmanager
def changing(playlist: Playlist) -> Iterator[Playlist]:
    """Let one change after the other at a playlist: two at the same moment would lose one of them."""
    with transaction.atomic():
        yield Playlist.objects.select_for_update().select_related("dataset").get(pk=playlist.pk)


def _take(playlist: Playlist, options: PlaylistOptions) -> None:
    if options.unit == Playlist.Unit.MINUTES and "duration_ms" not in playlist.dataset.features:
        raise AnalysisError("Songs in this dataset have no duration. Enter a number of songs instead.")
    largest = MAX_PLAYLIST_LENGTH if options.unit == Playlist.Unit.SONGS else MAX_MINUTES
    if not 1 <= options.length <= largest:
        raise AnalysisError(
            f"The length must be between 1 and {largest:,} {options.unit}; it is {options.length:,}."
        )
    playlist.selection, playlist.order, playlist.by_hand = options.selection, options.order, False
    playlist.length, playlist.unit, playlist.max_per_artist = (
        options.length,
        options.unit,
        options.max_per_artist,
    )


def _fill(playlist: Playlist) -> None:
    pool = candidates(playlist)
    locked = {entry.song_id: entry.position for entry in playlist.entries.filter(locked=True)}
    kept = as_candidates(Song.objects.filter(id__in=locked))
    minutes = playlist.length if playlist.unit == Playlist.Unit.MINUTES else None
    selected = select_songs(
        pool.candidates,
        songs=MAX_PLAYLIST_LENGTH if minutes is not None else playlist.length,
        minutes=minutes,
        max_per_artist=playlist.max_per_artist,
        kept=kept,
    )
    if not selected.songs:
        raise AnalysisError(NOTHING[Playlist.Source(playlist.source)])
    songs = Song.objects.in_bulk(selected.songs)
    result = ordered(
        playlist.dataset, [songs[song] for song in selected.songs], order=playlist.order, locked=locked
    )
    playlist.record_note(" ".join(filter(None, (_shortage(playlist, pool, selected), result.note))))
    playlist.replace_songs([song.pk for song in result.songs], set(locked))


def _shortage(playlist: Playlist, pool: Pool, selected: SelectedSongs) -> str:
    """Say why there are fewer songs than were asked for."""
    if selected.full:
        return ""
    found = f"{len(selected.songs):,} {'song' if len(selected.songs) == 1 else 'songs'}"
    if playlist.unit == Playlist.Unit.MINUTES and len(selected.songs) >= MAX_PLAYLIST_LENGTH:
        return f"A playlist has at most {MAX_PLAYLIST_LENGTH} songs, so it ends before {playlist.length:,} minutes."
    why = f"{pool.matches:,} {'song matches' if pool.matches == 1 else 'songs match'}"
    if selected.over_cap:
        why += f", and at most {playlist.max_per_artist} per artist are taken: raise that limit to get more"
    if selected.versions:
        which = "is another version" if selected.versions == 1 else "are other versions"
        why += f", and {selected.versions:,} {which} of a song in it"
    if selected.without_length:
        why += f", and {selected.without_length:,} {'has' if selected.without_length == 1 else 'have'} no duration"
    return f"{found} instead of {playlist.length:,} {playlist.unit}: {why}."
