"""In what is a column of durations written? Milliseconds, seconds, 3:41, and what spreadsheets make of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from clustering.songfiles.aliases import normal_name
from clustering.songfiles.scales import SCALED
from clustering.songfiles.times import clock_seconds

_NAMED = {
    "milliseconds": {
        "ms",
        "msec",
        "millis",
        "millisec",
        "millisecond",
        "milliseconds",
        "мс",
        "millisekunden",
    },
    "seconds": {"s", "sec", "secs", "second", "seconds", "sek", "sekunden", "сек", "secondes", "segundos"},
    "minutes": {"min", "mins", "minute", "minutes", "minuten", "мин", "minutos", "minuti"},
    "microseconds": {"us", "µs", "usec", "microseconds"},
    "samples": {"samples", "sample", "frames"},
}
_MILLISECONDS_WITHIN = ("ミリ秒", "毫秒", "밀리초", "مللي")
_LIKELY = {
    "milliseconds": (1_000, 21_600_000),
    "seconds": (5, 36_000),
    "minutes": (0.3, 240),
    "microseconds": (1e6, 2.16e10),
    "samples": (20_000, 1e9),
}
LIKELY_MS = (20_000, 7_200_000)
"""What most songs last, the longest and shortest of them too."""

MICROSECONDS_FROM = 20_000_000
MILLISECONDS_FROM = 14_400
"""As seconds this is four hours, longer than most pieces; as milliseconds, the length of a clip."""
LONG_SECONDS_FROM = 7_200
SECONDS_FROM = 20
MINUTES_FROM = 0.6
DAYS_UP_TO = 0.04
"""About an hour, as a share of a day; what is above is hours that were meant for minutes."""

LONG_SONG_SECONDS = 360
"""Samples that would make most songs longer are so many more a second."""

ENOUGH = 12
"""So many values of which none has 60 or more behind the point: chance makes that once in 500 columns of minutes."""

_CLIPS = (30, 3, 1, 2, 5, 10, 15, 20, 60)
_RATES = (22_050, 44_100)


def find_duration(column: str, sample: Sequence[str], numbers: Sequence[float]) -> tuple[str, float]:
    """Return the unit of a column of durations, and how sure that is.

    Parameters
    ----------
    column
        Its name.
    sample
        Some of its cells.
    numbers
        The numbers in them.

    Examples
    --------
    >>> find_duration("duration", ["3:13:00", "5:17:00"], [])
    ('clock in hours', 0.8)
    >>> find_duration("duration_ms", ["193000"], [193000.0]), find_duration("dur", ["0.0026"], [0.0026])
    (('milliseconds', 1.0), ('days', 0.7))
    """
    times = [seconds for cell in sample if (seconds := clock_seconds(cell)) == seconds]
    if len(times) * 2 > len(sample):
        return _clock(sample, times)
    named = _said(column)
    if _is_scaled(numbers):
        return SCALED, 0.9
    values = [value for value in numbers if value > 0]
    if not values:
        return (f"samples {_RATES[0]}" if named == "samples" else named or "milliseconds"), 1.0
    typical = statistics.median(values)
    if named and _LIKELY[named][0] <= typical <= _LIKELY[named][1]:
        if named == "samples":
            return f"samples {_RATES[typical > LONG_SONG_SECONDS * _RATES[0]]}", 0.7
        return _minutes(values) if named == "minutes" else (named, 1.0)
    unit, sure = _by_values(values, typical)
    return unit, min(sure, 0.7) if named and not unit.startswith(named) else sure


def _clock(sample: Sequence[str], times: Sequence[float]) -> tuple[str, float]:
    with_hours = sum(cell.count(":") == 2 for cell in sample) * 2 > len(sample)
    whole_minutes = all(seconds % 60 == 0 for seconds in times)
    if with_hours and whole_minutes and statistics.median(times) >= 3_600:
        return "clock in hours", 0.8
    return "clock", 1.0


def _said(column: str) -> str:
    words = set(normal_name(column).split("_"))
    if any(part in column for part in _MILLISECONDS_WITHIN):
        return "milliseconds"
    return next((unit for unit, names in _NAMED.items() if words & names), "")


def _by_values(values: Sequence[float], typical: float) -> tuple[str, float]:
    if typical >= MICROSECONDS_FROM:
        return "microseconds", 0.8
    if typical >= MILLISECONDS_FROM:
        rate = _clip_rate(values, typical)
        return (f"samples {rate}", 0.7) if rate else ("milliseconds", 1.0)
    if typical >= LONG_SECONDS_FROM:
        return ("milliseconds" if _are_clips(values, typical, 1_000) else "seconds"), 0.7
    if typical >= SECONDS_FROM:
        return "seconds", 1.0
    if typical < MINUTES_FROM and typical * 86_400 >= SECONDS_FROM:
        return ("days", 0.7) if typical <= DAYS_UP_TO else ("days in hours", 0.7)
    return _minutes(values)


def _clip_rate(values: Sequence[float], typical: float) -> int:
    """Return the sample rate at which excerpts of one length last some usual seconds; 0 where they are none."""
    return next((rate for rate in _RATES if _are_clips(values, typical, rate)), 0)


def _are_clips(values: Sequence[float], typical: float, rate: int) -> bool:
    """Tell whether these are excerpts of one length, and a usual one at this many units per second."""
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
    if len(ordered) < 3 or high - low > 0.05 * typical or any(value != int(value) for value in values):
        return False
    return any(abs(typical / (rate * seconds) - 1) < 0.02 for seconds in _CLIPS)


def _is_scaled(numbers: Sequence[float]) -> bool:
    """Tell whether several lie below zero, where no time does; -1 alone says that a time is not known."""
    negative = [value for value in numbers if value < 0]
    return len(negative) * 10 > len(numbers) and set(negative) != {-1.0}


def _minutes(values: Sequence[float]) -> tuple[str, float]:
    hundredths = [value * 100 for value in values]
    written = all(abs(value - round(value)) < 1e-6 for value in hundredths)
    behind = [round(value) % 100 for value in hundredths]
    if not written or any(part >= 60 for part in behind) or not any(behind):
        return "minutes", 1.0
    return ("minutes.seconds", 0.8) if sum(map(bool, behind)) >= ENOUGH else ("minutes", 0.7)
