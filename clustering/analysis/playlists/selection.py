"""Which of many candidates a playlist takes: so many songs or minutes, and not too many of one artist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from clustering.analysis.playlists.titles import artist_key, version_key

NEAR_ENOUGH_MS = 60_000
"""A playlist by minutes is full when less than this is missing: no song is selected for being short."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A song that could be taken.

    Attributes
    ----------
    song : int
        Its id.
    artist : str or None
        Who it is by, as the file has it; None where unknown.
    duration_ms : float or None
        How long it lasts; None where unknown.
    title : str or None
        What it is called; None where unknown.
    """

    song: int
    artist: str | None
    duration_ms: float | None = None
    title: str | None = None

    @property
    def version(self) -> Hashable | None:
        """What all versions of the song have in common; None where unknown."""
        return version_key(self.title, self.artist)


@dataclass(frozen=True, slots=True)
class SelectedSongs:
    """What was taken, and what stood in the way.

    Attributes
    ----------
    songs : tuple of int
        The ids, in the order of the candidates, those that were kept first.
    over_cap : int
        Candidates passed over because their artist had enough songs.
    versions : int
        Candidates passed over because another version of the song was taken.
    without_length : int
        Candidates passed over because nobody knows how long they are, where minutes were asked for.
    full : bool
        Whether as much was found as was asked for.
    """

    songs: tuple[int, ...]
    over_cap: int
    versions: int
    without_length: int
    full: bool


def select_songs(
    candidates: Iterable[Candidate],
    *,
    songs: int,
    minutes: float | None = None,
    max_per_artist: int | None = None,
    kept: Sequence[Candidate] = (),
) -> SelectedSongs:
    """Take the first candidates that fit, and of all versions of a song the first.

    Parameters
    ----------
    candidates : iterable of Candidate
        Best first.
    songs : int
        At most so many songs, in all.
    minutes : float, optional
        About so many minutes in all: a song is taken when that brings the total nearer to it.
    max_per_artist : int, optional
        At most so many songs of one artist; unknown ones are no artist's.
    kept : sequence of Candidate
        Songs that are in already; they count.

    Returns
    -------
    SelectedSongs

    Examples
    --------
    >>> ada, bob = (Candidate(1, "Ada", 180_000), Candidate(2, "Ada", 200_000)), Candidate(3, "Bob", 240_000)
    >>> select_songs([*ada, bob], songs=2, max_per_artist=1).songs
    (1, 3)
    >>> select_songs([*ada, bob], songs=100, minutes=6).songs
    (1, 2)
    """
    taken = [candidate.song for candidate in kept]
    inside, of_artist = set(taken), Counter(artist_key(candidate.artist) for candidate in kept)
    known = {candidate.version for candidate in kept} - {None}
    total = sum(candidate.duration_ms or 0.0 for candidate in kept)
    target = None if minutes is None else minutes * 60_000
    over_cap = versions = without_length = 0
    for candidate in candidates:
        if len(taken) >= songs or (target is not None and total >= target - NEAR_ENOUGH_MS):
            break
        if candidate.song in inside:
            continue
        version, artist = candidate.version, artist_key(candidate.artist)
        if version in known:
            versions += 1
            continue
        if max_per_artist is not None and artist and of_artist[artist] >= max_per_artist:
            over_cap += 1
            continue
        if target is not None:
            if candidate.duration_ms is None:
                without_length += 1
                continue
            if total + candidate.duration_ms / 2 >= target:
                continue
            total += candidate.duration_ms
        taken.append(candidate.song)
        inside.add(candidate.song)
        of_artist[artist] += 1
        if version is not None:
            known.add(version)
    enough = len(taken) >= songs if target is None else total >= target - NEAR_ENOUGH_MS
    return SelectedSongs(tuple(taken), over_cap, versions, without_length, enough)
