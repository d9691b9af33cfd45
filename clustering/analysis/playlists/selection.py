"""Which of many candidates a playlist takes: so many songs or minutes, and not too many of one artist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAR_ENOUGH_MS = 60_000
"""A playlist by minutes is full when less than this is missing: no song is selected for being short."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A song that could be taken.

    Attributes
    ----------
    song : int
        Its id.
    artist : str
        Who it counts for; empty where nobody is known, which is no artist's.
    duration_ms : float or None
        How long it lasts; None where unknown.
    """

    song: int
    artist: str
    duration_ms: float | None = None


@dataclass(frozen=True, slots=True)
class SelectedSongs:
    """What was taken, and what stood in the way.

    Attributes
    ----------
    songs : tuple of int
        The ids, in the order of the candidates, those that were kept first.
    over_cap : int
        Candidates passed over because their artist had enough songs.
    without_length : int
        Candidates passed over because nobody knows how long they are, where minutes were asked for.
    full : bool
        Whether as much was found as was asked for.
    """

    songs: tuple[int, ...]
    over_cap: int
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
    """Take the first candidates that fit.

    Parameters
    ----------
    candidates : iterable of Candidate
        Best first.
    songs : int
        At most so many songs, in all.
    minutes : float, optional
        About so many minutes in all: a song is taken when that brings the total nearer to it.
    max_per_artist : int, optional
        At most so many songs of one artist.
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
    inside, of_artist = set(taken), Counter(candidate.artist for candidate in kept)
    total = sum(candidate.duration_ms or 0.0 for candidate in kept)
    target = None if minutes is None else minutes * 60_000
    over_cap = without_length = 0
    for candidate in candidates:
        if len(taken) >= songs or (target is not None and total >= target - NEAR_ENOUGH_MS):
            break
        if candidate.song in inside:
            continue
        if max_per_artist is not None and candidate.artist and of_artist[candidate.artist] >= max_per_artist:
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
        of_artist[candidate.artist] += 1
    enough = len(taken) >= songs if target is None else total >= target - NEAR_ENOUGH_MS
    return SelectedSongs(tuple(taken), over_cap, without_length, enough)
