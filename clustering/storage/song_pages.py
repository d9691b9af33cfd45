"""Pages of songs in the order of any column, found by the song before them: none is left out, and none comes twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.storage.song_filters import Songs

ROW = "row"
"""The order of the file."""

WHOLE = {"title": 1, "artist": 1, "genres": 0, "group": 0}
"""Columns of whole numbers, and the smallest that says something."""

COLUMNS = {"group": "cluster"}


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and whether from its high end. Songs without a value come last; equal ones by their rows."""

    column: str = ROW
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A song in an order: its row, and what it is sorted by, None where it has nothing."""

    row: int
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page of an order: the first, that after a song, or that before one."""

    order: Order
    after: Place | None = None
    before: Place | None = None


@dataclass(frozen=True)
class SongPage:
    """The rows of a page, how many songs are before them, and how many there are in all."""

    rows: NDArray[np.int64]
    before: int
    total: int
    first: Place | None
    last: Place | None


def place_of(songs: Songs, order: Order, row: int) -> Place:
    """Return where the song of a row is in an order."""
    row = min(row, len(songs.present) - 1)
    rows = np.array([row])
    return _place(order, _keys(songs, order, rows), rows, 0)


def read_page(songs: Songs, passing: NDArray[np.bool_], turn: Turn, *, size: int = 50) -> SongPage:
    """Return the songs that come first, or right after or right before a place; ``passing`` marks those that count."""
    order, after, before = turn.order, turn.after, turn.before
    rows = np.flatnonzero(passing)
    keys = _keys(songs, order, rows)
    if before is not None:
        here = _precede(keys, rows, _key(order, before), before.row)
        chosen = _smallest(-keys[here], -rows[here], size)[::-1]
        found = np.flatnonzero(here)[chosen]
    else:
        here = np.ones(len(rows), dtype=np.bool_)
        if after is not None:
            here = ~_precede(keys, rows, _key(order, after), after.row) & (rows != after.row)
        found = np.flatnonzero(here)[_smallest(keys[here], rows[here], size)]
    first, last = (_place(order, keys, rows, found[end]) if len(found) else None for end in (0, -1))
    earlier = (
        int(_precede(keys, rows, keys[found[0]], int(rows[found[0]])).sum()) if len(found) else len(rows)
    )
    return SongPage(rows[found], earlier, len(rows), first, last)


def _keys(songs: Songs, order: Order, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return numbers that ascend in the order, infinite where a song has no value."""
    if order.column == ROW:
        keys = rows.astype(np.float64)
    else:
        values = songs.column(COLUMNS.get(order.column, order.column)).values[rows]
        keys = values.astype(np.float64)
        if order.column in WHOLE:
            keys[values < WHOLE[order.column]] = np.nan
    if order.descending:
        keys = -keys
    keys[np.isnan(keys)] = np.inf
    return keys


def _key(order: Order, place: Place) -> float:
    if place.value is None:
        return np.inf
    return -place.value if order.descending else place.value


def _place(order: Order, keys: NDArray[np.float64], rows: NDArray[np.int64], at: int) -> Place:
    key = float(keys[at])
    value = None if np.isinf(key) else -key if order.descending else key
    return Place(int(rows[at]), value)


def _precede(keys: NDArray[np.float64], rows: NDArray[np.int64], key: float, row: int) -> NDArray[np.bool_]:
    """Tell which songs come before a key and row."""
    return np.asarray((keys < key) | ((keys == key) & (rows < row)))


def _smallest(keys: NDArray[np.float64], rows: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return the positions of the first songs by key and row, in order, without sorting all."""
    if len(keys) > size:
        limit = np.partition(keys, size - 1)[size - 1]
        less, equal = np.flatnonzero(keys < limit), np.flatnonzero(keys == limit)
        needed = size - len(less)
        if len(equal) > needed:
            equal = equal[np.argpartition(rows[equal], needed - 1)[:needed]]
        at = np.concatenate([less, equal])
    else:
        at = np.arange(len(keys))
    return at[np.lexsort((rows[at], keys[at]))]
