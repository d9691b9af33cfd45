"""The songs of a dataset that a playlist file names: by address, else by title and artist."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clustering.analysis.playlists.titles import artist_key, base_title, plain
from clustering.models import Catalog, Dataset, Song, SongText
from clustering.songfiles.playlists import Track

_SPOTIFY = re.compile(
    r"^(?:spotify:track:|https?://open\.spotify\.com/(?:[\w-]+/)?track/)?([0-9A-Za-z]{22})(?:\?.*)?$"
)


@dataclass(frozen=True, slots=True)
class Matches:
    """The songs that were found, each once and in the file's order, and what was not."""

    songs: tuple[int, ...]
    unknown: tuple[Track, ...]
    repeats: int
    """Entries whose song the file names before."""
    prepared: bool
    """Whether songs could be looked up by their names: a background job prepares that after an import."""


def match_tracks(dataset: Dataset, tracks: Sequence[Track]) -> Matches:
    """Find the songs of a playlist file in a dataset, with three queries."""
    by_address = _by_address(dataset, tracks)
    left = [track for track in tracks if _address(track, by_address) is None]
    by_title = _by_title(dataset, left)
    songs: dict[int, None] = {}
    unknown: list[Track] = []
    repeats = 0
    for track in tracks:
        song = _address(track, by_address) or _named(track, by_title)
        if song is None:
            unknown.append(track)
        elif song in songs:
            repeats += 1
        else:
            songs[song] = None
    prepared = not unknown or _is_prepared(dataset)
    return Matches(tuple(songs), tuple(unknown), repeats, prepared)


def _is_prepared(dataset: Dataset) -> bool:
    return Catalog.objects.filter(dataset=dataset, songs_count__gte=dataset.songs_count).exists()


def _addresses(uri: str) -> tuple[str, ...]:
    """Return the ways in which a file may write the same address."""
    match = _SPOTIFY.match(uri)
    if not match:
        return (uri,) if uri else ()
    bare = match[1]
    return (uri, bare, f"spotify:track:{bare}", f"https://open.spotify.com/track/{bare}")


def _by_address(dataset: Dataset, tracks: Iterable[Track]) -> dict[str, int]:
    wanted = {form for track in tracks for form in _addresses(track.uri)}
    if not wanted:
        return {}
    songs = Song.objects.filter(
        id__range=(dataset.first_song_id, dataset.last_song_id), external_id__in=wanted
    )
    return {external_id or "": song for external_id, song in songs.values_list("external_id", "id")}


def _address(track: Track, known: dict[str, int]) -> int | None:
    return next((known[form] for form in _addresses(track.uri) if form in known), None)


@dataclass(frozen=True, slots=True)
class _Named:
    song: int
    artist: str
    popularity: float


def _by_title(dataset: Dataset, tracks: Iterable[Track]) -> dict[str, list[_Named]]:
    wanted = {form for track in tracks for form in _titles(track)}
    by_title: dict[str, list[_Named]] = defaultdict(list)
    if wanted:
        texts = SongText.objects.filter(dataset=dataset, title__in=wanted)
        rows = texts.values_list("title", "song_id", "song__artist", "song__popularity")
        for title, song, artist, popularity in rows:
            by_title[title].append(_Named(song, artist_key(artist), popularity or 0.0))
    return by_title


def _titles(track: Track) -> tuple[str, ...]:
    """Return the titles that a song may have, as they are and without what only names a version."""
    return tuple(dict.fromkeys(form for _, title in _readings(track) for form in _forms(title)))


def _readings(track: Track) -> tuple[tuple[str, str], ...]:
    return ((track.artist, track.title), *track.also)


def _forms(title: str) -> tuple[str, ...]:
    return tuple(filter(None, dict.fromkeys((plain(title), base_title(title))))) if title else ()


def _named(track: Track, known: dict[str, list[_Named]]) -> int | None:
    """Return the most popular song of that title and artist; without an artist there may be only one."""
    for name, title in _readings(track):
        artist = artist_key(name)
        for form in _forms(title):
            candidates = known.get(form, [])
            matches = (
                [song for song in candidates if _same_artist(artist, song.artist)] if artist else candidates
            )
            if matches and (artist or len(matches) == 1):
                return min(matches, key=lambda song: (-song.popularity, song.song)).song
    return None


def _same_artist(one: str, other: str) -> bool:
    """Tell whether one name has the other's words in a row: files differ in whom they name beside the first."""
    return bool(one and other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")
