"""In which order the songs of a playlist follow each other.

Every order keeps two songs of one artist apart where it can: the paths among all orders there are, the arc among all
that rise and then fall, the ramp only among songs of equal tempo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.playlists.camelot import HOURS, CamelotKey

Floats = npt.NDArray[np.floating[Any]]
Order = npt.NDArray[np.intp]

MAX_SWEEPS = 100
"""2-opt ends by itself long before; this bounds the time for whatever numbers come."""

CLASH = 10.0
"""What a step between keys that do not go together costs per step on the wheel; a whole doubling of the tempo
between songs whose keys do costs 1."""


def similarity_path(points: Floats, artists: Sequence[str]) -> Order:
    """Order songs so that each is like the one before: nearest neighbor, then 2-opt.

    Parameters
    ----------
    points : ndarray of shape (n, d)
        Songs in a scaled feature space, without gaps. The first one begins.
    artists : sequence of str, length n
        Who is not to follow themselves; empty is nobody.

    Returns
    -------
    ndarray of shape (n,)
        Indices into `points`.

    References
    ----------
    Croes, G. A. (1958), "A method for solving traveling-salesman problems", Operations Research 6.

    Examples
    --------
    >>> similarity_path(np.array([[0.0], [3.0], [1.0], [2.0]]), ["", "", "", ""]).tolist()
    [0, 2, 3, 1]
    """
    squares = (points**2).sum(axis=1)
    squared = squares[:, None] + squares[None, :] - 2 * points @ points.T
    return _shortest_path(np.sqrt(np.maximum(squared, 0)), artists)


def tempo_ramp(tempo: Floats, artists: Sequence[str]) -> Order:
    """Order songs from slow to fast; those without a tempo come last.

    Parameters
    ----------
    tempo : ndarray of shape (n,)
        Beats per minute, NaN where unknown.
    artists : sequence of str, length n

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> tempo_ramp(np.array([120.0, np.nan, 90.0]), ["", "", ""]).tolist()
    [2, 0, 1]
    """
    ramp = list(np.argsort(tempo, kind="stable"))  # NaN sorts last
    for place in range(1, len(ramp)):
        if not _same(artists, ramp[place - 1], ramp[place]):
            continue
        for later in range(place + 1, len(ramp)):
            if tempo[ramp[later]] != tempo[ramp[place]]:
                break
            if not _same(artists, ramp[place - 1], ramp[later]):
                ramp.insert(place, ramp.pop(later))
                break
    return np.array(ramp, dtype=np.intp)


def energy_arc(energy: Floats, artists: Sequence[str]) -> Order:
    """Order songs so that the energy rises to one peak near the middle and then falls.

    Taken from the calmest, each song goes either to the rise or to the fall; of all the ways to do that, one with
    the fewest songs beside another of their artist is found by dynamic programming, the most balanced first.

    Parameters
    ----------
    energy : ndarray of shape (n,)
        NaN where unknown: such songs come last.
    artists : sequence of str, length n

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> energy_arc(np.array([0.9, 0.1, 0.5, 0.3]), ["", "", "", ""]).tolist()
    [1, 2, 0, 3]
    """
    ascending = np.argsort(energy, kind="stable")
    known = ascending[~np.isnan(energy[ascending])]
    unknown = ascending[len(known) :]
    if len(known) < 3:
        return ascending
    crossings = _sides(known, artists)
    rise: list[np.intp] = [known[0]]
    fall: list[np.intp] = []
    current, other = rise, fall
    for song, crosses in zip(known[1:], crossings, strict=True):
        if crosses:
            current, other = other, current
        current.append(song)
    if len(rise) < len(fall):
        rise, fall = fall, rise
    return np.array([*rise, *fall[::-1], *unknown], dtype=np.intp)


def _sides(known: Order, artists: Sequence[str]) -> list[bool]:
    """Return for each song after the first whether it goes to the other side than the song before it.

    The state after song i is the top of the side that i is not on; −1, kept in the last place, where that is empty.
    """
    n = len(known)
    names = np.array([artists[song] for song in known], dtype=object)
    staying_costs = 1 / (2 * n)  # less than half a conflict in all: it only chooses among equals
    cost = np.full(n + 1, np.inf)
    cost[-1] = 0.0
    came_from: list[int] = []  # where song i crossed: the top that it was laid on
    for i in range(1, n):
        clash = np.array([bool(names[i]) and names[i] == name for name in [*names[:i], ""]])
        tops = np.append(cost[:i], cost[-1])
        crossing = tops + clash
        best = int(np.argmin(crossing))
        following = cost + staying_costs + float(_equal(names[i], names[i - 1]))
        # having crossed, the other side's top is song i − 1; by staying no state has that top
        came_from.append(best if best < i else -1)
        following[i - 1] = crossing[best]
        cost = following
    at_peak = np.array([float(_equal(names[-1], name)) for name in [*names[: n - 1], "", ""]])
    top = int(np.argmin(cost + at_peak))
    crossings: list[bool] = []
    for i in range(n - 1, 0, -1):
        crossings.append(top == i - 1)
        if crossings[-1]:
            top = came_from[i - 1] if came_from[i - 1] >= 0 else n
    return crossings[::-1]


def harmonic_path(keys: Sequence[CamelotKey | None], tempo: Floats, artists: Sequence[str]) -> Order:
    """Order songs so that as few keys as possible clash with the key before, and tempos change little.

    Parameters
    ----------
    keys : sequence of CamelotKey or None, length n
        Songs without a key come last.
    tempo : ndarray of shape (n,)
        Beats per minute, NaN where unknown.
    artists : sequence of str, length n

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> keys = [CamelotKey(8, False), CamelotKey(10, False), CamelotKey(9, False)]
    >>> harmonic_path(keys, np.array([120.0, 120.0, 120.0]), ["", "", ""]).tolist()
    [0, 2, 1]
    """
    known = [i for i, key in enumerate(keys) if key is not None]
    wheel = [key for key in keys if key is not None]
    unknown = [i for i, key in enumerate(keys) if key is None]
    places = sorted(set(wheel))
    apart = np.array([[one.steps_to(other) for other in places] for one in places], dtype=np.float64)
    at = np.array([places.index(key) for key in wheel], dtype=np.intp)
    steps = apart.reshape(len(places), len(places))[np.ix_(at, at)]
    octaves = np.log2(np.where(tempo[known] > 0, tempo[known], np.nan))
    jumps = np.nan_to_num(np.abs(octaves[:, None] - octaves[None, :]), nan=0.5)
    cost = np.where(steps > 1, CLASH * steps, 0.0) + jumps.reshape(len(known), len(known))
    # any song may begin: the path starts at a place of no cost before it
    cost, names = np.pad(cost, ((1, 0), (1, 0))), ["", *(artists[i] for i in known)]
    path = _shortest_path(cost, names, also=np.array([0, *(_around_the_wheel(wheel) + 1)]))
    return np.array([*(known[i - 1] for i in path if i), *unknown], dtype=np.intp)


def _around_the_wheel(keys: Sequence[CamelotKey]) -> Order:
    """Walk the clock once, from the hour after its widest gap, with both letters of an hour in turn.

    Where every hour of the walk has both letters no step clashes: 1A 1B 2B 2A 3A …
    """
    hours = sorted({key.hour for key in keys})
    gaps = [
        ((hour - before - 1) % HOURS, hour)
        for before, hour in zip([*hours[-1:], *hours], hours, strict=False)
    ]
    first = max(gaps, default=(0, 1))[1]

    def place(i: int) -> tuple[int, int]:
        since = (keys[i].hour - first) % HOURS
        return since, keys[i].major ^ (since % 2)

    return np.array(sorted(range(len(keys)), key=place), dtype=np.intp)


def _shortest_path(cost: Floats, artists: Sequence[str], *, also: Order | None = None) -> Order:
    """Return a short open path through all songs; `cost` is symmetric, and `also` another path to begin from."""
    n = len(cost)
    if n < 3:
        return np.arange(n)
    codes = _codes(artists)
    dear = float(cost.max()) * n + 1.0  # more than any path without two songs of one artist in a row
    priced = cost + dear * (codes[:, None] == codes[None, :])
    paths = [_two_opt(start, priced) for start in (_nearest_neighbor(priced), also) if start is not None]
    best = min(paths, key=lambda path: float(priced[path[:-1], path[1:]].sum()))
    return keep_apart(best, artists)


def _nearest_neighbor(cost: Floats) -> Order:
    path = [0]
    left = np.ones(len(cost), dtype=np.bool_)
    left[0] = False
    while left.any():
        following = int(np.argmin(np.where(left, cost[path[-1]], np.inf)))
        path.append(following)
        left[following] = False
    return np.array(path, dtype=np.intp)


def _two_opt(path: Order, cost: Floats) -> Order:
    """Turn pieces of the path around as long as that makes it shorter; the first song stays."""
    path = path.copy()
    n = len(path)
    for _ in range(MAX_SWEEPS):
        changed = False
        for i in range(n - 2):
            here, following = path[i], path[i + 1]
            ends = path[i + 2 :]
            gain = cost[here, following] - cost[here, ends]
            gain[:-1] += cost[ends[:-1], ends[1:]] - cost[following, ends[1:]]
            best = int(np.argmax(gain))
            if gain[best] > 1e-9:
                path[i + 1 : i + best + 3] = path[i + 1 : i + best + 3][::-1]
                changed = True
        if not changed:
            break
    return path


def keep_apart(order: Order, artists: Sequence[str]) -> Order:
    """Move songs until no two of one artist follow each other, or no move helps any more.

    While two songs of an artist stand together, one of them fits between two songs of others, unless those are too
    few: so moving single songs reaches an order without neighbors wherever there is one. The nearest gap is taken.

    Parameters
    ----------
    order : ndarray of shape (n,)
        Indices into `artists`.
    artists : sequence of str

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> keep_apart(np.array([0, 1, 2]), ["Ada", "Ada", "Bob"]).tolist()
    [0, 2, 1]
    """
    songs = [int(song) for song in order]
    place = 1
    while place < len(songs):
        if _same(artists, songs[place - 1], songs[place]):
            # the last of a row of them, whose going brings no others together
            end = place
            while end + 1 < len(songs) and _same(artists, songs[end], songs[end + 1]):
                end += 1
            gap = _nearest_gap(songs, end, artists)
            if gap is not None:
                song = songs.pop(end)
                songs.insert(gap if gap < end else gap - 1, song)
                place = max(1, min(gap, place) - 1)
                continue
        place += 1
    return np.array(songs, dtype=np.intp)


def _nearest_gap(songs: Sequence[int], moving: int, artists: Sequence[str]) -> int | None:
    """Return the place before which a song has no neighbor of its artist, the nearest one."""
    fitting = [
        gap
        for gap in range(len(songs) + 1)
        if gap not in (moving, moving + 1)
        and not (gap > 0 and _same(artists, songs[gap - 1], songs[moving]))
        and not (gap < len(songs) and _same(artists, songs[gap], songs[moving]))
    ]
    return min(fitting, key=lambda gap: abs(gap - moving), default=None)


def around_locked(order: Order, locked: Mapping[int, int], artists: Sequence[str]) -> Order:
    """Put songs that have their own place there, and let the others flow around them in order.

    Parameters
    ----------
    order : ndarray of shape (n,)
        Indices of all songs.
    locked : mapping of int to int
        The place, from 0, of each song that has its own.
    artists : sequence of str
        Where a song now stands beside another of its artist, it changes places with one that is free, if that helps.

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> around_locked(np.array([0, 1, 2, 3]), {3: 0}, ["", "", "", ""]).tolist()
    [3, 0, 1, 2]
    """
    if not locked:
        return order
    free = iter(int(song) for song in order if int(song) not in locked)
    at = {place: song for song, place in locked.items()}
    songs = [at[place] if place in at else next(free) for place in range(len(order))]
    movable = [place for place in range(len(songs)) if place not in at]
    for place in movable:
        if _clashes(songs, place, artists):
            for other in sorted(movable, key=lambda one: abs(one - place)):
                before = _clashes(songs, place, artists) + _clashes(songs, other, artists)
                songs[place], songs[other] = songs[other], songs[place]
                if _clashes(songs, place, artists) + _clashes(songs, other, artists) < before:
                    break
                songs[place], songs[other] = songs[other], songs[place]
    return np.array(songs, dtype=np.intp)


def _clashes(songs: Sequence[int], place: int, artists: Sequence[str]) -> int:
    neighbors = [other for other in (place - 1, place + 1) if 0 <= other < len(songs)]
    return sum(_same(artists, songs[place], songs[other]) for other in neighbors)


def _same(artists: Sequence[str], one: int, other: int) -> bool:
    return _equal(artists[one], artists[other])


def _equal(one: str, other: str) -> bool:
    return bool(one) and one == other


def _codes(artists: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return a number per artist; a song by nobody has a number of its own."""
    numbers = {name: place for place, name in enumerate(dict.fromkeys(artists))}
    return np.array([numbers[name] if name else -1 - i for i, name in enumerate(artists)], dtype=np.int64)
