"""Choosing similar songs from each seed's neighbors, and saying why. NumPy only: pages ask for it."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from clustering.analysis.features import feature_named

ALIKE = 0.5
"""Standard deviations within which two songs count as alike in a feature."""

SLIGHT = 0.25
"""A difference below this is not worth a word."""

SECOND = 1_000
"""In milliseconds: a clock shows no less."""


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A song that is near a seed.

    Attributes
    ----------
    song : int
        Its id.
    distance : float
        To the seed, in the scaled and weighted feature space.
    artist : hashable
        What its artist's songs have in common.
    version : hashable
        What versions of the same song have in common; None where unknown.
    vector : ndarray of shape (d,)
        Its place in that space.
    """

    song: int
    distance: float
    artist: Hashable
    version: Hashable
    vector: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen song, and the position of the seed that it was chosen for."""

    neighbor: Neighbor
    seed: int


def choose(
    neighbors: Sequence[Sequence[Neighbor]],
    count: int,
    *,
    max_per_artist: int,
    diversity: float = 0.0,
    without: frozenset[Hashable] = frozenset(),
) -> tuple[Pick, ...]:
    """Take each seed's best neighbors in turn.

    Parameters
    ----------
    neighbors : sequence of sequence of Neighbor
        For each seed its neighbors, the nearest first.
    count : int
        How many songs are wanted.
    max_per_artist : int
        At most so many songs of one artist.
    diversity : float
        0: the nearest. Towards 1: each further song for a seed also far from those already chosen for it.
    without : frozenset
        Versions that must not come up: those of the seeds.

    Returns
    -------
    tuple of Pick
        At most `count`; fewer where there are no more. No song and no version of one comes up twice.

    Notes
    -----
    Diversity is maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998) with similarities as negative
    distances: the next song has the least ``(1 − diversity) · d(seed, song) − diversity · min d(chosen, song)``.

    Examples
    --------
    >>> near = [Neighbor(song, song / 10, "x", None, np.array([song / 10])) for song in (1, 2, 3)]
    >>> far = [Neighbor(9, 0.5, "y", None, np.array([9.0]))]
    >>> [pick.neighbor.song for pick in choose([near, far], 3, max_per_artist=2)]
    [1, 9, 2]
    """
    pools = [_Pool(list(pool), diversity) for pool in neighbors]
    picks: list[Pick] = []
    chosen = _Chosen(max_per_artist, set(without))
    while len(picks) < count:
        before = len(picks)
        for seed, pool in enumerate(pools):
            found = pool.take(chosen.allows) if len(picks) < count else None
            if found is None:
                continue
            picks.append(Pick(found, seed))
            chosen.add(found)
        if len(picks) == before:
            break
    return tuple(picks)


@dataclass(slots=True)
class _Chosen:
    """The songs that are chosen already, with their versions and artists."""

    max_per_artist: int
    versions: set[Hashable]
    songs: set[int] = field(default_factory=set)
    artists: Counter[Hashable] = field(default_factory=Counter)

    def allows(self, neighbor: Neighbor) -> bool:
        known = neighbor.version is not None and neighbor.version in self.versions
        return (
            neighbor.song not in self.songs
            and not known
            and self.artists[neighbor.artist] < self.max_per_artist
        )

    def add(self, neighbor: Neighbor) -> None:
        self.songs.add(neighbor.song)
        if neighbor.version is not None:
            self.versions.add(neighbor.version)
        self.artists[neighbor.artist] += 1


class _Pool:
    """What is left of one seed's neighbors."""

    def __init__(self, neighbors: list[Neighbor], diversity: float) -> None:
        self._left = neighbors
        self._diversity = diversity
        self._apart = np.full(len(neighbors), np.inf)  # from the nearest song already taken
        self._taken = np.zeros(len(neighbors), dtype=np.bool_)
        if diversity:
            self._vectors = np.array([one.vector for one in neighbors]).reshape(len(neighbors), -1)
            self._distances = np.array([one.distance for one in neighbors])

    def take(self, allowed: Callable[[Neighbor], bool]) -> Neighbor | None:
        """Return the best one left that is allowed, and remember that it is taken."""
        for place in self._order().tolist():
            found: Neighbor = self._left[place]
            if not self._taken[place] and allowed(found):
                self._taken[place] = True
                if self._diversity:
                    apart = np.sqrt(np.square(self._vectors - self._vectors[place]).sum(axis=1))
                    self._apart = np.minimum(self._apart, apart)
                return found
        return None

    def _order(self) -> npt.NDArray[np.intp]:
        if not self._diversity or not np.isfinite(self._apart).any():  # the first is the nearest
            return np.arange(len(self._left))
        cost = (1 - self._diversity) * self._distances - self._diversity * self._apart
        order: npt.NDArray[np.intp] = np.argsort(cost, kind="stable")
        return order


def explain(
    features: Sequence[str],
    seed: Mapping[str, float],
    song: Mapping[str, float],
    spreads: Mapping[str, float],
) -> str:
    """Say in what a song is closest to a seed, and in what it differs most.

    Parameters
    ----------
    features : sequence of str
        What they were compared on.
    seed, song : mapping of str to float
        Values in real units.
    spreads : mapping of str to float
        Each feature's standard deviation over all songs, in which differences are compared.

    Returns
    -------
    str
        Names the two features in which they differ least, where they are alike in these, and never the one in
        which they differ most.

    Examples
    --------
    >>> spreads = {"energy": 0.2, "valence": 0.2, "tempo": 20.0}
    >>> seed, song = {"energy": 0.9, "valence": 0.2, "tempo": 134}, {"energy": 0.91, "valence": 0.25, "tempo": 120}
    >>> explain(list(spreads), seed, song, spreads)
    'closest on energy and valence, 14 BPM slower'
    """
    apart = {name: abs(song[name] - seed[name]) / spreads[name] for name in features}
    *near, most = sorted(features, key=lambda name: apart[name])
    if apart[most] < SLIGHT:
        return "nearly the same in every feature"
    difference = _difference(most, song[most] - seed[most])
    closest = [feature_named(name).inside for name in near[:2] if apart[name] <= ALIKE]
    return f"closest on {' and '.join(closest)}, {difference}" if closest else difference


def _difference(name: str, gap: float) -> str:
    feature, more, size = feature_named(name), gap > 0, abs(gap)
    match feature.unit:
        case "BPM":
            return f"{_rounded(size, 0)} BPM {'faster' if more else 'slower'}"
        case "dB":
            return f"{_rounded(size, 1)} dB {'louder' if more else 'quieter'}"
        case "ms" if size >= SECOND:
            return f"{feature.format(size)} {'longer' if more else 'shorter'}"
        case "ms":
            return f"{size:.2g} ms {'longer' if more else 'shorter'}"
    return f"{feature.inside} {_rounded(size, 2)} {'higher' if more else 'lower'}"


def _rounded(size: float, digits: int) -> str:
    """Return a number with so many digits, or two that tell something where these would tell none."""
    text = f"{size:.{digits}f}"
    return text if float(text) else f"{size:.2g}"
