"""Which of many candidates a playlist takes: so many songs or minutes, and not too many of one artist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

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
    selection = _Selection(songs, None if minutes is None else minutes * 60_000, max_per_artist)
    for candidate in kept:
        selection.take(candidate)
    passed_over: Counter[str] = Counter()
    for candidate in candidates:
        if selection.has_no_room:
            break
        if obstacle := selection.obstacle_to(candidate):
            passed_over[obstacle] += 1
        else:
            selection.take(candidate)
    return SelectedSongs(
        tuple(selection.taken),
        over_cap=passed_over["cap"],
        versions=passed_over["version"],
        without_length=passed_over["no length"],
        full=selection.has_time if selection.target is not None else len(selection.taken) >= songs,
    )


@dataclass(slots=True)
class _Selection:
    """The songs that were taken so far."""

    most: int
    target: float | None
    """How long it is to be, in milliseconds."""
    max_per_artist: int | None
    taken: list[int] = field(default_factory=list)
    inside: set[int] = field(default_factory=set)
    known: set[Hashable] = field(default_factory=set)
    """What all versions of the songs have in common."""
    of_artist: Counter[str] = field(default_factory=Counter)
    total: float = 0.0

    @property
    def has_time(self) -> bool:
        """Whether it is about as long as asked for."""
        return self.target is not None and self.total >= self.target - NEAR_ENOUGH_MS

    @property
    def has_no_room(self) -> bool:
        """Whether no further song can be taken."""
        return len(self.taken) >= self.most or self.has_time

    def obstacle_to(self, candidate: Candidate) -> str:
        """Return what stands in the way of a song; empty where it fits."""
        artist, length = artist_key(candidate.artist), candidate.duration_ms
        if candidate.song in self.inside:
            return "inside"
        if candidate.version in self.known:
            return "version"
        if self.max_per_artist is not None and artist and self.of_artist[artist] >= self.max_per_artist:
            return "cap"
        if self.target is not None and length is None:
            return "no length"
        if self.target is not None and length is not None and self.total + length / 2 >= self.target:
            return "too long"
        return ""

    def take(self, candidate: Candidate) -> None:
        """Take a song."""
        self.taken.append(candidate.song)
        self.inside.add(candidate.song)
        self.of_artist[artist_key(candidate.artist)] += 1
        self.total += candidate.duration_ms or 0.0
        if candidate.version is not None:
            self.known.add(candidate.version)
