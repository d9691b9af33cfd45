"""Which songs of a dataset are looked at: a filter, the songs that pass it, and pages of them in any order.

The table, the counts, the CSV and playlists made of a filter all ask here, so they speak of the same songs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.playlists.titles import plain
from clustering.analysis.polygon import Corner, within_polygon
from clustering.models import Dataset, Run
from clustering.storage.kept_columns import Column
from clustering.storage.search import all_matching
from clustering.storage.song_columns import load_column

GENRES_NAMED = 13
"""Genres with a bar and a color of their own: as many as there are colors, less the gray of all others."""

OTHER_GENRES = "~other"
"""How a filter names all genres without a bar of their own."""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Songs with a number from ``low`` on and less than ``high``; an end that is None is open."""

    column: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class SongFilter:
    """What a song has to be: all that is named here. Nothing named means every song."""

    ranges: tuple[NumberRange, ...] = ()
    groups: tuple[int, ...] = ()
    """Of the run, by `Cluster.index`; any of them."""
    decades: tuple[int, ...] = ()
    """By their first year; any of them."""
    first_genres: tuple[str, ...] = ()
    """The first of a song's genres is any of them."""
    genres: tuple[str, ...] = ()
    """A song has any of them."""
    text: str = ""
    """Words of the title, artist, album or genres."""
    outline: tuple[Corner, ...] = ()
    """Corners on the run's map."""
    also: tuple[int, int] | None = None
    """Another run and the `Cluster.index` of a group of it, in which a song is as well."""

    def to_dict(self) -> dict[str, Any]:
        """Return what says something, ready for JSON."""
        said = {name: value for name, value in asdict(self).items() if value}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SongFilter:
        """Return what `to_dict` described."""
        said: dict[str, Any] = {
            name: value if isinstance(value, str) else tuple(value) for name, value in data.items()
        }
        ranges = tuple(NumberRange(**one) for one in said.pop("ranges", ()))
        outline = tuple((x, y) for x, y in said.pop("outline", ()))
        return cls(ranges=ranges, outline=outline, **said)


@dataclass(frozen=True)
class Selection:
    """Songs that pass a filter, in the order of their rows; all of one length n, and zeros without a run."""

    song_ids: NDArray[np.int64]
    cluster: NDArray[np.int16]
    distance: NDArray[np.float32]


@dataclass(frozen=True)
class Songs:
    """The songs that can be looked at together: all of a dataset, or those that a run placed."""

    dataset: Dataset
    run: Run | None = None

    def column(self, name: str) -> Column:
        """Return a column, read once."""
        if name not in self._columns:
            self._columns[name] = load_column(self.dataset, self.run, name)
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {}

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Whether there is such a song in each row."""
        if self.run is not None:
            return self.column("cluster").values >= 0
        return np.asarray(self.column("title").values >= 0)

    def passing(self, asked: SongFilter) -> NDArray[np.bool_]:
        """Tell of each row whether its song passes a filter."""
        passing = self.present.copy()
        for part in _parts(self, asked):
            passing &= part()
        return passing

    def select(self, asked: SongFilter) -> Selection:
        """Return the songs that pass a filter, as playlists are made of them."""
        rows = np.flatnonzero(self.passing(asked))
        if self.run is None:
            cluster, distance = np.zeros(len(rows), np.int16), np.zeros(len(rows), np.float32)
        else:
            cluster, distance = (self.column(name).values[rows] for name in ("cluster", "distance"))
        return Selection(rows + np.int64(self.dataset.first_song_id), cluster, distance)


def _parts(songs: Songs, asked: SongFilter) -> list[Callable[[], NDArray[np.bool_]]]:
    """Return each condition, the quick ones first."""
    parts: list[Callable[[], NDArray[np.bool_]]] = [partial(_in_range, songs, one) for one in asked.ranges]
    if asked.groups:
        parts.append(lambda: np.isin(songs.column("cluster").values, asked.groups))
    if asked.decades:
        parts.append(lambda: np.isin(songs.column("release_year").values // 10 * 10, asked.decades))
    if asked.first_genres:
        parts.append(lambda: _first_genre_among(songs.column("genres"), set(asked.first_genres)))
    if asked.genres:
        parts.append(lambda: _with_genre(songs.column("genres"), set(asked.genres)))
    if asked.outline:
        parts.append(lambda: _within(songs, asked.outline))
    if asked.also:
        parts.append(lambda: _in_another(songs.dataset, asked.also))
    if asked.text:
        parts.append(lambda: _with_words(songs, asked.text))
    return parts


def _in_range(songs: Songs, asked: NumberRange) -> NDArray[np.bool_]:
    values = songs.column(asked.column).values
    passing: NDArray[np.bool_] = ~np.isnan(values)
    if asked.low is not None:
        passing &= values >= np.float32(asked.low)
    if asked.high is not None:
        passing &= values < np.float32(asked.high)
    return passing


@dataclass(frozen=True, slots=True)
class FirstGenres:
    """The genres that most songs have first, and which of them begins each different list of genres."""

    names: tuple[str, ...]
    of_list: NDArray[np.uint8]
    """By the numbers of the column "genres": a place in ``names``, or their count for all other genres."""


def first_genres(column: Column) -> FirstGenres:
    """Return the genres with a bar of their own, the most common ones, from the column "genres"."""
    known = column.values[column.values >= 0]
    songs = np.bincount(known, minlength=len(column.names))
    totals: Counter[str] = Counter()
    for genres, count in zip(column.names, songs.tolist(), strict=True):
        totals[genres[0]] += count
    names = sorted(totals, key=lambda name: (-totals[name], name))[:GENRES_NAMED]
    places = {name: place for place, name in enumerate(names)}
    of_list = np.array([places.get(genres[0], len(names)) for genres in column.names], dtype=np.uint8)
    return FirstGenres(tuple(names), of_list)


def _first_genre_among(column: Column, wanted: set[str]) -> NDArray[np.bool_]:
    found = first_genres(column)
    named = [*found.names, OTHER_GENRES]
    lists = np.array(
        [
            genres[0] in wanted or named[place] in wanted
            for genres, place in zip(column.names, found.of_list.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )
    return _of_lists(column, lists)


def _with_genre(column: Column, wanted: set[str]) -> NDArray[np.bool_]:
    lists = np.array([not wanted.isdisjoint(genres) for genres in column.names], dtype=np.bool_)
    return _of_lists(column, lists)


def _of_lists(column: Column, lists: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell of each row whether its list of genres is one of those that are marked."""
    return np.asarray(np.append(lists, False)[column.values])  # -1, no list, is the last


def _within(songs: Songs, outline: tuple[Corner, ...]) -> NDArray[np.bool_]:
    x, y = (songs.column(name).values for name in ("x", "y"))
    xs, ys = zip(*outline, strict=True)
    rows = np.flatnonzero((x >= min(xs)) & (x <= max(xs)) & (y >= min(ys)) & (y <= max(ys)))
    passing = np.zeros(len(x), dtype=np.bool_)
    passing[rows[within_polygon(x[rows], y[rows], outline)]] = True
    return passing


def _in_another(dataset: Dataset, also: tuple[int, int] | None) -> NDArray[np.bool_]:
    number, index = also or (0, 0)
    run = dataset.runs.finished().without_model().filter(pk=number).first()
    if run is None:
        return np.zeros(dataset.last_row + 1, dtype=np.bool_)
    run.dataset = dataset
    return np.asarray(load_column(dataset, run, "cluster").values == index)


def _with_words(songs: Songs, text: str) -> NDArray[np.bool_]:
    passing = np.zeros(len(songs.present), dtype=np.bool_)
    words = plain(text)
    if words:
        passing[all_matching(words, songs.dataset) - songs.dataset.first_song_id] = True
    return passing
