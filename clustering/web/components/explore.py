"""The addresses of Explore: which songs, in which order, with which columns; read and written in this one place.

`static/js/explore/address.js` writes the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from clustering.models import Dataset, Run
from clustering.storage.kept_columns import number_names
from clustering.storage.song_filters import NumberRange, SongFilter
from clustering.storage.song_pages import ROW, Order
from clustering.storage.song_search import MAX_TEXT_LENGTH
from clustering.web.access import as_id

ALL_SONGS = "none"
"""In place of a run's number: the songs of the dataset, whether a run placed them or not."""

TEXT_COLUMNS = ("title", "artist", "genres")
RUN_COLUMNS = ("group", "distance")
RANGE = re.compile(r"(?P<low>[^.]*(?:\.[^.]+)?)\.\.(?P<high>.*)", re.DOTALL)
MAX_CORNERS = 200
MAX_VALUES = 100
FEATURES_SHOWN = 4
NO_FILTER = SongFilter()
FILE_ORDER = Order()
NOT_FILTERS = frozenset({"run", "sort", "show", "after", "before", "color", "name", "cut"})


@dataclass(frozen=True, slots=True)
class ExploreState:
    """What an address of Explore asks for."""

    filter: SongFilter = NO_FILTER
    order: Order = FILE_ORDER
    shown: tuple[str, ...] = ()
    """Columns of the table; none where the usual ones are meant."""
    color: str = ""
    """What the map's dots are colored by; nothing for groups."""

    def query(self) -> list[tuple[str, str]]:
        """Return what stands behind the question mark, name by name."""
        asked = self.filter
        pairs = [(one.column, f"{_number(one.low)}..{_number(one.high)}") for one in asked.ranges]
        pairs += [("group", str(index)) for index in asked.groups]
        pairs += [("decade", str(year)) for year in asked.decades]
        pairs += [("first_genre", name) for name in asked.first_genres]
        pairs += [("genre", name) for name in asked.genres]
        if asked.also:
            pairs.append(("also", f"{asked.also[0]}:{asked.also[1]}"))
        if asked.text:
            pairs.append(("q", asked.text))
        if asked.outline:
            pairs.append(
                ("outline", ",".join(_number(value) for corner in asked.outline for value in corner))
            )
        if self.order != FILE_ORDER:
            pairs.append(("sort", "-" * self.order.descending + self.order.column))
        pairs += [("show", name) for name in self.shown]
        if self.color:
            pairs.append(("color", self.color))
        return pairs


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of an address that means nothing here."""

    name: str
    text: str


@dataclass(frozen=True)
class Columns:
    """What songs can be filtered, sorted and shown by."""

    numbers: tuple[str, ...]
    groups: tuple[int, ...]
    """By `Cluster.index`; none without a run."""
    has_genres: bool
    has_years: bool

    @classmethod
    def read(cls, dataset: Dataset, run: Run | None) -> Columns:
        """Read them with two queries: the files' columns, the groups."""
        mapped = {
            match.get("field")
            for columns in dataset.uploads.values_list("column_map", flat=True)
            for match in columns.get("matches", ())
        }
        numbers = number_names(dataset)
        groups = tuple(run.clusters.order_by("index").values_list("index", flat=True)) if run else ()
        return cls(tuple(numbers), groups, "genres" in mapped, "release_year" in numbers)

    @property
    def all(self) -> tuple[str, ...]:
        """The names of the columns a table can have."""
        texts = [name for name in TEXT_COLUMNS if name != "genres" or self.has_genres]
        return (*texts, *(RUN_COLUMNS if self.groups else ()), *self.numbers)

    @property
    def usual(self) -> tuple[str, ...]:
        """The columns of a table unless others are chosen."""
        few = [name for name in self.numbers if name not in ("release_year", "popularity")][:FEATURES_SHOWN]
        others = ["group", "genres", "release_year"]
        return ("title", "artist", *(name for name in others if name in self.all), *few)


def read_state(query: QueryDict, columns: Columns) -> tuple[ExploreState, tuple[Problem, ...]]:
    """Read an address; what means nothing here is left out and said."""
    reader = _Reader(query, columns)
    ranges = tuple(reader.ranges())
    order = reader.order()
    shown = reader.shown()
    color = query.get("color", "")
    if color and color not in (*columns.numbers, "first_genre", "decade"):
        reader.say("color", f"There is no column “{color[:100]}” to color the map by.")
        color = ""
    asked = SongFilter(
        ranges=ranges,
        groups=reader.whole("group", columns.groups, "This run has no such group"),
        decades=reader.decades(),
        first_genres=reader.words("first_genre"),
        genres=reader.words("genre"),
        text=" ".join(query.get("q", "").replace("\0", "").split())[:MAX_TEXT_LENGTH],
        outline=reader.outline(),
        also=reader.also(),
    )
    return ExploreState(asked, order, shown, color), tuple(reader.problems)


class _Reader:
    """Reads the parts of an address, and gathers what is wrong with them."""

    def __init__(self, query: QueryDict, columns: Columns) -> None:
        self.query, self.columns = query, columns
        self.problems: list[Problem] = []

    def say(self, name: str, text: str) -> None:
        """Note what is wrong with a part."""
        self.problems.append(Problem(name, text))

    def ranges(self) -> Iterable[NumberRange]:
        """Read each number that is named."""
        others = {"group", "decade", "first_genre", "genre", "q", "outline", "also"} | NOT_FILTERS
        for name in self.query:
            if name in others:
                continue
            if name not in self.columns.numbers:
                self.say(name, f"These songs have no column “{name[:100]}”, so it filters nothing.")
                continue
            found = RANGE.fullmatch(self.query.get(name, ""))
            low, high = (_bound(found[end]) for end in ("low", "high")) if found else (math.nan, math.nan)
            if any(bound is not None and not math.isfinite(bound) for bound in (low, high)):
                self.say(
                    name, f"“{self.query.get(name, '')[:100]}” is no range of numbers. Write it as 0.2..0.8."
                )
            else:
                yield NumberRange(name, low, high)

    def order(self) -> Order:
        """Read the order of the table."""
        text = self.query.get("sort", "")
        column = text.removeprefix("-")
        if column in ("", ROW) or column in self.columns.all:
            return Order(column or ROW, text.startswith("-"))
        self.say(
            "sort", f"These songs have no column “{column[:100]}” to sort by: they are in the file's order."
        )
        return FILE_ORDER

    def shown(self) -> tuple[str, ...]:
        """Read the columns of the table."""
        asked = self.query.getlist("show")[:MAX_VALUES]
        for column in asked:
            if column not in self.columns.all:
                self.say("show", f"These songs have no column “{column[:100]}” to show.")
        return tuple(dict.fromkeys(column for column in asked if column in self.columns.all))

    def whole(self, name: str, among: Sequence[int], complaint: str) -> tuple[int, ...]:
        """Read whole numbers, which have to be among some."""
        found = []
        for text in self.query.getlist(name)[:MAX_VALUES]:
            number = as_id(text)
            if number is not None and number in among and text == str(number):
                found.append(number)
            else:
                self.say(name, f"{complaint}: “{text[:100]}”.")
        return tuple(dict.fromkeys(found))

    def decades(self) -> tuple[int, ...]:
        """Read decades by their first years."""
        if not self.columns.has_years:
            if "decade" in self.query:
                self.say("decade", "These songs have no years, so they cannot be filtered by decade.")
            return ()
        return self.whole("decade", range(1000, 3000, 10), "A decade is written as 1980, and not as")

    def words(self, name: str) -> tuple[str, ...]:
        """Read genres."""
        asked = tuple(dict.fromkeys(word for word in self.query.getlist(name)[:MAX_VALUES] if word))
        if asked and not self.columns.has_genres:
            self.say(name, "These songs have no genres to filter by.")
            return ()
        return asked

    def also(self) -> tuple[int, int] | None:
        """Read a group of another run."""
        text = self.query.get("also", "")
        run, _, index = text.partition(":")
        numbers = as_id(run), as_id(index)
        if text and (numbers[0] is None or numbers[1] is None):
            self.say("also", f"“{text[:100]}” is no group of another run.")
        return None if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])

    def outline(self) -> tuple[tuple[float, float], ...]:
        """Read the corners of an outline on the map."""
        text = self.query.get("outline", "")
        if not text:
            return ()
        numbers = [_bound(part) for part in text.split(",")]
        fine = [number for number in numbers if number is not None and math.isfinite(number)]
        if not self.columns.groups:
            self.say("outline", "Without a run there is no map to draw an outline on.")
        elif len(fine) != len(numbers) or len(fine) % 2 or not 6 <= len(fine) <= 2 * MAX_CORNERS:
            self.say(
                "outline", f"This is no outline of 3 to {MAX_CORNERS} corners. Draw it again on the map."
            )
        else:
            return tuple(zip(fine[::2], fine[1::2], strict=True))
        return ()


def _bound(text: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return math.nan


def _number(value: float | None) -> str:
    return (
        "" if value is None else f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else repr(value)
    )


def explore_address(
    dataset_id: int, run: int | str | None = None, asked: SongFilter = NO_FILTER, **more: Any
) -> str:
    """Return the address of Explore with a filter; ``more`` are further parts of it."""
    pairs = [("run", str(run))] if run else []
    pairs += ExploreState(asked).query() + [(name, str(value)) for name, value in more.items()]
    address = reverse("explore", args=[dataset_id])
    return f"{address}?{urlencode(pairs)}" if pairs else address
