"""Which column of a file is which field? Told by its name, and by whether its cells look like that."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clustering.analysis.features import FEATURES
from clustering.songfiles.aliases import DECORATED_RANK, FIELDS, is_lowest, meanings, normal_name
from clustering.songfiles.scales import SHARES
from clustering.songfiles.units import FACTORS, find_unit, fits, numbers_of, read_number

EMPTY_RANK = 100
"""Added to the rank of a column without a value: any other of the same meaning is better."""

BY_VALUES = 0.7
"""How sure a match is that no name supports."""

_FLAGS = frozenset({"0", "1", "0.0", "1.0"})
_NOT_OF_SONGS = re.compile(r"(?:spotify:|/)(?:artist|playlist|album|user|channel)s?[:/]")
_OF_SONGS = re.compile(r"^(?:spotify:track:|https://open\.spotify\.com/(?:[\w-]+/)?track/)\w{22}")
_CAMELOT = re.compile(r"^0?(?:1[0-2]|[1-9])\s?[ABab]$")
_VAGUE_TITLES = frozenset({"track", "song", "name", "file"})
_TIME_OF_DAY = re.compile(r"^(\d{1,2}):[0-5]\d(?::[0-5]\d)?$")
_WHOLE_DAY = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$")
BY_DAY = 9
_NUMBERED = re.compile(r"^\d+(?:\.0)?$")


@dataclass(frozen=True, slots=True)
class Column:
    """A column before it is matched.

    Attributes
    ----------
    name
        Its name.
    cells
        The cells of the first rows, in their order; empty ones are empty.
    sample
        Some distinct cells that are not empty.
    decimal
        Its mark before fractions.
    """

    name: str
    cells: Sequence[str]
    sample: tuple[str, ...]
    decimal: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field that a column may be: the smaller the rank, the better its name."""

    place: int
    field: str
    rank: int
    sure: float


def find_fields(columns: Sequence[Column]) -> dict[str, tuple[int, float]]:
    """Return the place of each field's column, and how sure its name is."""
    flags = sum(set(column.sample) == {"0", "1"} for column in columns)
    names = [column.name for column in columns]
    heard = _when_heard(columns)
    candidates = [
        candidate
        for place, column in enumerate(columns)
        for candidate in _named(place, column)
        if column.name not in heard
        and not _is_statistic(candidate, column, names)
        and _looks_like(candidate, column, flags=flags)
    ]
    candidates += _by_values(columns, {candidate.field for candidate in candidates})
    candidates.sort(key=lambda candidate: (candidate.rank, candidate.place))
    titles = [candidate for candidate in candidates if candidate.field == "title"]
    if len(titles) > 1:
        best = _song_title(columns, titles)
        candidates = [best, *(other for other in candidates if other.field != "title")]
    ids = [candidate for candidate in candidates if candidate.field == "external_id"]
    others = _assigned([candidate for candidate in candidates if candidate.field != "external_id"])
    songs = [columns[others[field][0]].cells for field in ("title", "artist") if field in others]
    return others | _assigned([one for one in ids if _one_per_song(columns[one.place].cells, songs)])


def _assigned(candidates: Sequence[Candidate]) -> dict[str, tuple[int, float]]:
    found: dict[str, tuple[int, float]] = {}
    taken: set[int] = set()
    for candidate in candidates:
        if candidate.field not in found and candidate.place not in taken:
            found[candidate.field] = candidate.place, candidate.sure
            taken.add(candidate.place)
    return found


def _named(place: int, column: Column) -> list[Candidate]:
    candidates = []
    for alias in meanings(column.name):
        exact = normal_name(column.name) == alias.field
        sure = 1.0 if exact else 0.95 if alias.rank < 3 else 0.9 if alias.rank < DECORATED_RANK else 0.7
        rank = alias.rank + EMPTY_RANK * (not column.sample)
        candidates.append(Candidate(place, alias.field, rank, sure if column.sample else 0.5))
    return candidates


def _when_heard(columns: Sequence[Column]) -> set[str]:
    """Return the columns that say on which day and at what time a song was heard: no year of release, no length."""
    named = {normal_name(column.name): column for column in columns}
    day, time = named.get("date"), named.get("time")
    if day is None or time is None or not day.sample or not time.sample:
        return set()
    hours = [int(match.group(1)) for cell in time.sample if (match := _TIME_OF_DAY.match(cell))]
    whole_days = sum(bool(_WHOLE_DAY.match(cell)) for cell in day.sample) >= 0.9 * len(day.sample)
    if not whole_days or len(hours) < 0.9 * len(time.sample) or max(hours) > 23:
        return set()
    # songs of 3 or 4 minutes are no times of the day: people hear music by day
    return {day.name, time.name} if statistics.median(hours) >= BY_DAY else set()


def _is_statistic(candidate: Candidate, column: Column, names: Sequence[str]) -> bool:
    """Tell whether a column is the spread or the lowest of a feature; `std` can be standardized, around 0, too."""
    if candidate.rank % EMPTY_RANK < DECORATED_RANK or candidate.field not in FEATURES:
        return False
    if "std" in normal_name(column.name).split("_"):
        return not any(value < 0 for value in numbers_of(column.sample, column.decimal))
    return is_lowest(column.name, names)


def _looks_like(candidate: Candidate, column: Column, *, flags: int) -> bool:
    """Tell whether a column's cells can be what its name says."""
    name, sample = candidate.field, column.sample
    if not sample:
        return True
    kind = FIELDS[name].kind
    if kind == "text":
        return _is_such_text(name, column)
    unit, _ = find_unit(name, column.name, sample, column.decimal)
    if fits(name, kind, unit, sample, column.decimal) < 0.5:
        return False
    exact = normal_name(column.name) == name
    if not exact and (name in SHARES or name == "popularity") and set(sample) <= _FLAGS:
        return len(set(sample)) < 2 and flags < 3  # a genre's or a tag's column of yes and no
    if exact or name not in FEATURES or unit not in {"", *FACTORS}:
        return True
    return _in_range(name, unit, column) or _is_centered(column)


def _in_range(name: str, unit: str, column: Column) -> bool:
    values = [read_number(cell, unit, column.decimal) for cell in column.sample]
    low, high = FEATURES[name].low, FEATURES[name].high
    inside = sum(low <= value <= high or (name == "key" and value == -1) for value in values)
    return inside * 2 >= len(values)


def _is_centered(column: Column) -> bool:
    """Tell whether numbers are around 0, as of a column that was scaled before."""
    values = numbers_of(column.sample, column.decimal)
    return min(values) < 0 < max(values) and max(map(abs, values)) < 20


def _is_such_text(name: str, column: Column) -> bool:
    sample = column.sample
    if name in {"external_id", "link_url"}:
        return sum(bool(_NOT_OF_SONGS.search(cell)) for cell in sample) * 2 <= len(sample)
    numbered = sum(bool(_NUMBERED.match(cell)) for cell in sample) >= 0.95 * len(sample)
    vague = name == "artist" or (name == "title" and normal_name(column.name) in _VAGUE_TITLES)
    return not (vague and numbered)


def _by_values(columns: Sequence[Column], named: set[str]) -> list[Candidate]:
    """Return what cells alone leave no doubt about, for fields that no column is named like."""
    found = []
    for field, pattern in (("external_id", _OF_SONGS), ("key", _CAMELOT)):
        if field in named:
            continue
        found += [
            Candidate(place, field, EMPTY_RANK - 1, BY_VALUES)
            for place, column in enumerate(columns)
            if column.sample
            and all(pattern.match(cell) for cell in column.sample)
            and not meanings(column.name)
        ]
    return found


def _song_title(columns: Sequence[Column], titles: list[Candidate]) -> Candidate:
    """Return the best of several titles: a video's title has the song's in it, and more."""
    best = titles[0]
    for other in titles[1:]:
        pairs = [
            (long.casefold(), short.casefold())
            for long, short in zip(columns[best.place].cells, columns[other.place].cells, strict=True)
            if long and short
        ]
        within = sum(short in long and short != long for long, short in pairs)
        if pairs and within * 2 > len(pairs):
            best = replace(other, rank=best.rank)
    return best


def _one_per_song(ids: Sequence[str], songs: Sequence[Sequence[str]]) -> bool:
    """Tell whether an id is one song's, and not a playlist's or an artist's: songs with one id are the same song."""
    rows = [place for place, cell in enumerate(ids) if cell]
    if len(rows) < 3 or all(_OF_SONGS.match(ids[place]) for place in rows):
        return True
    distinct = len({ids[place] for place in rows})
    if not songs:
        return distinct * 2 > len(rows)
    return distinct >= 0.8 * len({tuple(cells[place].casefold() for cells in songs) for place in rows})
