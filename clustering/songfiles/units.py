"""In what unit is a column written? Told by its name and by a sample of its cells."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from typing import Any

from clustering.analysis.features import FEATURES
from clustering.songfiles.values import clock_seconds, flag, key_number, mode_number, number, year

SHARES = frozenset(
    feature.name
    for feature in FEATURES.values()
    if (feature.low, feature.high) == (0.0, 1.0) and feature.name != "mode"
)
"""The features from 0 to 1, which files may have in percent."""

_DURATION_NAMES = {
    "seconds": {"s", "sec", "secs", "seconds"},
    "minutes": {"min", "mins", "minutes"},
}
MILLISECONDS_FROM = 7_200
SECONDS_FROM = 20

# Feature columns are numbers times this to have the vocabulary's unit.
FACTORS = {"percent": 0.01, "seconds": 1_000.0, "minutes": 60_000.0}


def numbers_of(sample: Sequence[str]) -> list[float]:
    """Return the numbers in a sample of cells."""
    return [value for value in map(number, sample) if value == value and abs(value) != float("inf")]


def numeric_share(sample: Sequence[str]) -> float:
    """Return how much of a sample is numbers; 0 of an empty one."""
    return len(numbers_of(sample)) / len(sample) if sample else 0.0


def find_unit(field: str, kind: str, column: str, sample: Sequence[str], *, percents: bool) -> str:
    """Return the unit of a column.

    Parameters
    ----------
    field, kind
        What the column is taken for.
    column
        Its name in the file.
    sample
        Cells that are not empty.
    percents
        Whether the file's other features of 0 to 1 are in percent: a whole number then is one too.
    """
    if kind == "list" or field == "artist":
        return _list_unit(field, sample)
    if kind == "year":
        return "decade" if _is_decade(column, sample) else ""
    if field in SHARES:
        return "percent" if _is_percent(column, sample, percents=percents) else ""
    if field == "duration_ms":
        return _duration_unit(column.lower(), sample)
    if field == "key" and _most(sample, key_number):
        return "letter"
    if field == "mode" and _most(sample, mode_number):
        return "word"
    if field == "time_signature" and sample and sum("/" in cell for cell in sample) * 2 > len(sample):
        return "fraction"
    return ""


def fits(field: str, kind: str, unit: str, sample: Sequence[str]) -> float:
    """Return which share of a sample can be what the field needs; 1 of an empty one."""
    if not sample or kind in {"text", "list"}:
        return 1.0
    if kind == "flag":
        return sum(flag(cell) is not None for cell in sample) / len(sample)
    if kind == "year":
        return sum(year(cell) is not None for cell in sample) / len(sample)
    reader = {"letter": key_number, "word": mode_number, "clock": clock_seconds}.get(unit)
    if reader is not None:
        return sum(reader(cell) == reader(cell) for cell in sample) / len(sample)
    if unit == "fraction":
        return 1.0
    return numeric_share(sample)


def _most(sample: Sequence[str], reader: Any) -> bool:
    return bool(sample) and sum(reader(cell) == reader(cell) for cell in sample) * 2 > len(sample)


def _is_percent(column: str, sample: Sequence[str], *, percents: bool) -> bool:
    values = numbers_of(sample)
    named = any(word in column.lower() for word in ("%", "percent", "pct"))
    if named or (sample and sum(cell.strip().endswith("%") for cell in sample) * 2 > len(sample)):
        return not values or not any(0 < value < 1 for value in values) or max(values) > 1
    if not values or min(values) < 0 or max(values) > 100:
        return False
    above = [value for value in values if value > 1]
    if percents and all(value == int(value) for value in values):
        return True
    # A lone 57 in a column of fractions is a wrong cell; a column of percents has hardly anything below 1.
    return len(above) * 2 > sum(value > 0 for value in values)


def _is_decade(column: str, sample: Sequence[str]) -> bool:
    """Whether a column of years says no more than the decade."""
    if "decade" in column.lower():
        return all((year(cell) or 0) % 10 == 0 for cell in sample)
    return bool(sample) and sum(cell.strip().lower().endswith("0s") for cell in sample) * 2 > len(sample)


def _duration_unit(column: str, sample: Sequence[str]) -> str:
    if _most(sample, clock_seconds):
        return "clock"
    values = [value for value in numbers_of(sample) if value > 0]
    if not values:
        words = set(re.findall(r"[a-z]+", column))
        named = {unit for unit, names in _DURATION_NAMES.items() if words & names}
        return named.pop() if named else "milliseconds"
    typical = statistics.median(values)
    if typical >= MILLISECONDS_FROM:
        return "milliseconds"
    return "seconds" if typical >= SECONDS_FROM else "minutes"


def _list_unit(field: str, sample: Sequence[str]) -> str:
    if not sample:
        return ""
    cells = [cell.strip() for cell in sample]
    if sum(cell[:1] in "[{(" and cell[-1:] in "]})" for cell in cells) * 2 >= len(cells):
        return "python list"
    if any(";" in cell for cell in cells):
        return "semicolons"
    if field == "genres" and any("," in cell for cell in cells):
        return "commas"
    return ""
