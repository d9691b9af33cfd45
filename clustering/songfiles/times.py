"""Durations and dates as song files write them. The notebook of a run holds this module's text."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

from clustering.songfiles.values import number

_CLOCK = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)(?:\s*(?:min|mins|minutes?|minuten)\.?)?$")
# What spreadsheets make of 24 hours and more: a day of 1899 or 1900, or so many days.
_LONG_CLOCK = re.compile(
    r"^(?:1899-12-3([01])|1900-01-(\d\d)|(\d+) days?,?) (\d{1,2}):(\d\d):(\d\d)(?:\.\d+)?$"
)
_SPELLED = re.compile(
    r"^(?:pt)?(?:(\d+)\s*(?:h|hr|hrs|hours?|std\.?)[\s,]*)?(?:(\d+)\s*(?:m|min|mins|minutes?|['′’])[\s,]*)?"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:s|sek|sec|secs|seconds?|[\"″”]|'')?)?$"
)
_DECADE = re.compile(r"(?<!\d)(\d0)['’]?\s?(?:[sS]|er)\b|\b(?:années|anni|años|anos)\s(\d0)\b")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_COMPACT_DATE = re.compile(r"^(1[5-9]\d\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\.0)?$")
_SHORT_DATE = re.compile(
    r"^['’]?(\d\d)$|^(\d\d)[./\- ](?:\d{1,2}|[^\W\d]+)[./\- ](\d{1,2})$|[./\- ]['’]?(\d\d)$"
)
_EPOCH = {
    "sheet days": date(1899, 12, 30),
    "unix seconds": date(1970, 1, 1),
    "unix milliseconds": date(1970, 1, 1),
}
_DAY = {"sheet days": 1.0, "unix seconds": 86_400.0, "unix milliseconds": 86_400_000.0}
_FIRST_YEAR = 30
"""The 30s are of the last century, the 20s of this."""


def clock_seconds(text: str) -> float:
    """Return the seconds of 3:41, 1:03:20, 3 min 41 s or PT3M41S; NaN where it is no such time."""
    word = text.strip().lower()
    half = re.search(r"\s?([ap])\.?m\.?$", word)  # 3:41:00 AM, as spreadsheets write times of the day
    word = word[: half.start()] if half else word
    if match := _CLOCK.match(word):
        hours, minutes, seconds = match.groups()
        hour = int(hours or 0)
        if half:
            hour = hour % 12 + 12 * (half.group(1) == "p")
        return hour * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
    if match := _LONG_CLOCK.match(word):
        early, late, many = match.group(1), match.group(2), match.group(3)
        days = int(many or late or early)
        return days * 86_400 + int(match.group(4)) * 3600 + int(match.group(5)) * 60 + int(match.group(6))
    match = _SPELLED.match(word)
    if match is None or not (match.group(1) or match.group(2)):
        return math.nan
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float((seconds or "0").replace(",", "."))


def misread_clock_seconds(text: str) -> float:
    """Return the seconds of 3:41 which a spreadsheet took for 3 hours and 41 minutes: 3:41:00."""
    return clock_seconds(text) / 60


def minutes_and_seconds(number: float) -> float:
    """Return the seconds of 3.41, written for 3 minutes and 41 seconds."""
    minutes = math.floor(number) if math.isfinite(number) else number
    return minutes * 60 + round((number - minutes) * 100, 6)


def year(text: str) -> int | None:
    """Return the year in a date however it is written; 1922, 03-05-1998, 19720501, 2014.0, 1/2/72.

    Of a decade it is the first: 1960s, 60s, '60s, 60er, 00s.
    """
    if match := _YEAR.search(text) or _COMPACT_DATE.match(text.strip()):
        return int(match.group(1))
    if match := _DECADE.search(text):
        return _with_century(int(match.group(1) or match.group(2)))
    return short_year(text)


def short_year(text: str) -> int | None:
    """Return the year of a date with two digits for it, which come last: 72, 1/2/72, 05-Jan-72."""
    word = text.strip()
    if match := _SHORT_DATE.match(word):
        return _with_century(int(match.group(1) or match.group(3) or match.group(4)))
    match = _SHORT_DATE.search(word)
    return _with_century(int(match.group(4))) if match and match.group(4) else None


def leading_short_year(text: str) -> int | None:
    """Return the year of a date with two digits for it, which come first: 72-02-01."""
    match = _SHORT_DATE.match(text.strip())
    return _with_century(int(match.group(2))) if match and match.group(2) else year(text)


def year_in(text: str, unit: str) -> int | None:
    """Return the year that a cell says in a column of this unit.

    Examples
    --------
    >>> year_in("26420", "sheet days"), year_in("72-02-01", "short year first"), year_in("05.03.1998", "")
    (1972, 1972, 1998)
    """
    if unit == "short year first":
        return leading_short_year(text)
    if unit not in _EPOCH:
        return year(text)
    try:
        return (_EPOCH[unit] + timedelta(days=number(text) / _DAY[unit])).year
    except (OverflowError, ValueError):
        return None


def _with_century(tens: int) -> int:
    return (1900 if tens >= _FIRST_YEAR else 2000) + tens


def is_compact_date(text: str) -> bool:
    """Return whether a cell is a date without marks between its parts: 19720501."""
    return bool(_COMPACT_DATE.match(text.strip()))
