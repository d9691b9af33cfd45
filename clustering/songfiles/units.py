"""In what unit is a column written? Told by its name and by a sample of its cells."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from html import unescape

from clustering.songfiles.aliases import normal_name
from clustering.songfiles.durations import find_duration
from clustering.songfiles.keys import (
    dutch_key_number,
    german_key_number,
    key_mode,
    key_number,
    mode_number,
    short_key_mode,
)
from clustering.songfiles.scales import SHARES, TOPS, find_scale
from clustering.songfiles.times import (
    clock_seconds,
    minutes_and_seconds,
    misread_clock_seconds,
    year,
    year_in,
)
from clustering.songfiles.values import flag, is_blank, number, signature_number

# Numbers times this have the vocabulary's unit.
FACTORS = {
    **{scale: 1 / top for scale, top in TOPS.items() if scale},
    "microseconds": 0.001,
    "seconds": 1_000.0,
    "minutes": 60_000.0,
    "minutes.seconds": 1_000.0,
    "days": 86_400_000.0,
    "days in hours": 1_440_000.0,
    "samples 22050": 1_000 / 22_050,
    "samples 44100": 1_000 / 44_100,
}
CELL_READERS: dict[str, tuple[Callable[[str], float], float]] = {
    "letter": (key_number, 1.0),
    "german letter": (german_key_number, 1.0),
    "dutch letter": (dutch_key_number, 1.0),
    "mode of key": (key_mode, 1.0),
    "mode of short key": (short_key_mode, 1.0),
    "word": (mode_number, 1.0),
    "clock": (clock_seconds, 1_000.0),
    "clock in hours": (misread_clock_seconds, 1_000.0),
    "fraction": (signature_number, 1.0),
}
"""How cells that are no plain numbers are read, and what the result is multiplied by."""

_DATE_RANGES = {"sheet days": (3_000, 60_000), "unix seconds": (1e8, 5e9), "unix milliseconds": (1e11, 5e12)}
_GERMAN = re.compile(r"^(?:h\b|[a-h]?(?:is|es)\b|as\b)|moll$|dur$", re.IGNORECASE)
_DUTCH = re.compile(r"^bes\b|(?:majeur|mineur)$", re.IGNORECASE)
_ONLY_GERMAN = re.compile(r"^h|moll$|dur$", re.IGNORECASE)
_OF_HUNDRED = re.compile(r"\d\s*/\s*100$")
_SLASHES = re.compile(r"^(\d\d)[./\- ]\d{1,2}[./\- ](\d\d)$")
_FILE_NAME = re.compile(r"\.(?:mp3|flac|wav|m4a|aac|ogg|opus|wma|aiff?|alac|mp4)$", re.IGNORECASE)
_MOST = 0.5


def numbers_of(sample: Sequence[str], decimal: str = "") -> list[float]:
    """Return the numbers in a sample of cells."""
    found = (number(cell, decimal) for cell in sample)
    return [value for value in found if value == value and abs(value) != float("inf")]


def numeric_share(sample: Sequence[str]) -> float:
    """Return how much of a sample is numbers; 0 of an empty one."""
    return len(numbers_of(sample)) / len(sample) if sample else 0.0


def find_unit(field: str, column: str, sample: Sequence[str], decimal: str = "") -> tuple[str, float]:
    """Return the unit of a column, told by this column alone, and how sure that is.

    Parameters
    ----------
    field
        What the column is taken for.
    column
        Its name in the file.
    sample
        Cells that are not empty.
    decimal
        Its mark before fractions.
    """
    values = numbers_of(sample, decimal)
    if field in SHARES:
        return find_scale(field, column, sample, values)
    if field == "duration_ms":
        return find_duration(column, sample, values)
    if field in {"genres", "artist"}:
        return _list_unit(field, sample), 1.0
    finders: dict[str, Callable[[Sequence[str]], str]] = {
        "title": lambda cells: "file name" if _share(cells, _FILE_NAME.search) > _MOST else "",
        "release_year": lambda cells: _year_unit(column, cells),
        "key": _key_unit,
        "popularity": lambda cells: "fraction" if _share(cells, _OF_HUNDRED.search) > _MOST else "",
        "mode": lambda cells: "word" if _readable(cells, mode_number) > _MOST else "",
        "time_signature": lambda cells: "fraction" if _share(cells, lambda cell: "/" in cell) > _MOST else "",
    }
    return (finders[field](sample) if field in finders else ""), 1.0


def mode_unit(sample: Sequence[str]) -> str:
    """Return how the mode can be read from a column of keys; empty where they do not say it.

    Examples
    --------
    >>> mode_unit(["C# Minor", "D Major"]), mode_unit(["Fm", "F"]), mode_unit(["F", "G"])
    ('mode of key', 'mode of short key', '')
    """
    if _readable(sample, key_mode) > 0.9:
        return "mode of key"
    minor = [cell for cell in sample if key_mode(cell) == 0]
    major = [cell for cell in sample if key_mode(cell) == 1 and not cell.strip()[:1].isdecimal()]
    return "mode of short key" if minor and not major else ""


def fits(field: str, kind: str, unit: str, sample: Sequence[str], decimal: str = "") -> float:
    """Return which share of a sample can be what the field needs; 1 of an empty one."""
    if not sample or kind in {"text", "list"}:
        return 1.0
    if kind == "flag":
        return _share(sample, lambda cell: flag(cell) is not None)
    if kind == "year":
        return _share(sample, lambda cell: year_in(cell, unit) is not None)
    if unit == "fraction":
        return 1.0
    if unit in CELL_READERS:
        return _readable(sample, CELL_READERS[unit][0])
    return len(numbers_of(sample, decimal)) / len(sample)


def read_number(text: str, unit: str, decimal: str = "") -> float:
    """Return the number that a cell says in the vocabulary's unit; NaN for none.

    Examples
    --------
    >>> read_number("80 %", "percent"), read_number("3.13", "minutes.seconds"), read_number("1.281,5", "", ",")
    (0.8, 193000.0, 1281.5)
    """
    if is_blank(text):
        return math.nan
    if unit in CELL_READERS:
        reader, factor = CELL_READERS[unit]
        return reader(text) * factor
    value = number(text, decimal)
    return (minutes_and_seconds(value) if unit == "minutes.seconds" else value) * FACTORS.get(unit, 1.0)


def _share(sample: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(cell)) for cell in sample) / len(sample) if sample else 0.0


def _readable(sample: Sequence[str], reader: Callable[[str], float]) -> float:
    return _share(sample, lambda cell: reader(cell) == reader(cell))


def _key_unit(sample: Sequence[str]) -> str:
    if _readable(sample, german_key_number) <= _MOST or numeric_share(sample) > _MOST:
        return ""
    words = [cell.strip() for cell in sample]
    if not any(map(_GERMAN.search, words)):
        return "letter"
    # both write Fis; only German has an H, and only Dutch calls its B flat Bes
    dutch = any(map(_DUTCH.search, words)) and not any(map(_ONLY_GERMAN.search, words))
    return "dutch letter" if dutch else "german letter"


def _year_unit(column: str, sample: Sequence[str]) -> str:
    """Return what a column of dates says: the decade only, or the year in a number of another meaning."""
    if "decade" in normal_name(column) and all((year(cell) or 1) % 10 == 0 for cell in sample):
        return "decade"
    if _share(sample, lambda cell: re.search(r"\d0['’]?\s?(s|er)$", cell.strip().lower())) > _MOST:
        return "decade"
    if sample and numeric_share(sample) == 1 and not any(year(cell) for cell in sample):
        values = numbers_of(sample)
        for unit, (low, high) in _DATE_RANGES.items():
            if _share(sample, lambda cell, low=low, high=high: low <= abs(number(cell)) <= high) > _MOST:  # type: ignore[misc]
                return unit if max(values) > 0 else ""
    short = [match for cell in sample if (match := _SLASHES.match(cell.strip()))]
    first, last = ([int(match.group(place)) for match in short] for place in (1, 2))
    return "short year first" if short and max(first) > 31 >= max(last) else ""


def _list_unit(field: str, sample: Sequence[str]) -> str:
    cells = [unescape(cell).strip() for cell in sample]
    if not cells:
        return ""
    if sum(cell[:1] in "[{(" and cell[-1:] in "]})" for cell in cells) * 2 >= len(cells):
        return "python list"
    if any(";" in cell for cell in cells):
        return "semicolons"
    if field == "genres" and any("," in cell for cell in cells):
        return "commas"
    return ""
