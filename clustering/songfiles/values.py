"""Cells to values: how numbers, keys, modes, lists, flags, durations and dates are written in song files."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable

BLANK = frozenset(
    {
        "",
        "na",
        "n/a",
        "nan",
        "none",
        "null",
        "nil",
        "-",
        "--",
        "?",
        "#n/a",
        "undefined",
        "unknown",
        "set()",
        "[]",
        "{}",
    }
)
TRUE = frozenset({"true", "1", "yes", "y", "t", "explicit", "1.0"})
FALSE = frozenset({"false", "0", "no", "n", "f", "clean", "0.0", "not explicit"})

_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$")
_UNITS = re.compile(r"\s*(%|db|bpm|ms|msec|milliseconds|s|sec|seconds|min|minutes)$")
_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3}){2,}(\.\d+)?$")
_CLOCK = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)$")
_DECADE = re.compile(r"(?<!\d)(\d0)['’]?[sS]\b")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_KEY = re.compile(r"^([a-g])\s*(#|♯|b|♭|sharp|flat)?(\s*/.*)?\s*(m|min|minor|maj|major)?$")
_NOTES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_MODES = {"major": 1.0, "maj": 1.0, "dur": 1.0, "minor": 0.0, "min": 0.0, "moll": 0.0}


def is_blank(text: str) -> bool:
    """Return whether a cell says that there is nothing."""
    return text.strip().lower() in BLANK


def number(text: str) -> float:
    """Return the number a cell says, in any of the usual writings; NaN where it says none."""
    word = text.strip().lower().replace("\u2212", "-").replace("\u00a0", "")
    if not _NUMBER.match(word):
        word = _UNITS.sub("", word)
        if _THOUSANDS.match(word):
            word = word.replace(",", "")
        elif word.count(",") == 1 and "." not in word:
            word = word.replace(",", ".")
    try:
        value = float(word) if word[:1] not in "_" and "_" not in word else math.nan
    except ValueError:
        return math.nan
    return value


def clock_seconds(text: str) -> float:
    """Return the seconds of 3:41 or 1:03:20; NaN where it is no such time."""
    match = _CLOCK.match(text.strip())
    if not match:
        return math.nan
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)


def key_number(text: str) -> float:
    """Return the pitch class (C is 0) of C#, Db, F♯ minor, A#/Bb; NaN where it is no key."""
    match = _KEY.match(text.strip().lower())
    if not match:
        return math.nan
    note, accidental = match.group(1), match.group(2) or ""
    shift = 1 if accidental in {"#", "♯", "sharp"} else -1 if accidental else 0
    return float((_NOTES[note] + shift) % 12)


def mode_number(text: str) -> float:
    """Return 1 for major, 0 for minor, NaN for any other word."""
    return _MODES.get(text.strip().lower(), math.nan)


def signature_number(text: str) -> float:
    """Return the beats in a bar of 4/4."""
    return number(text.partition("/")[0])


def python_list(text: str) -> list[str]:
    """Return the items of a list written as Python or JSON writes it."""
    text = text.strip()
    if len(text) > 20_000:
        return [text]
    try:
        items = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        items = text.strip("[](){}").split(",")
    if isinstance(items, str) or not isinstance(items, list | tuple | set | frozenset):
        items = [items]
    return _tidy(str(item).strip().strip("'\"") for item in items)


def semicolon_list(text: str) -> list[str]:
    """Return the items of a; b; c."""
    return _tidy(re.split(r"[;|]", text))


def comma_list(text: str) -> list[str]:
    """Return the items of a, b, c."""
    return _tidy(text.split(","))


def one_item(text: str) -> list[str]:
    """Return a cell that is one item."""
    return _tidy([text])


def _tidy(items: object) -> list[str]:
    kept: dict[str, None] = {}
    for item in items:  # type: ignore[attr-defined]
        word = str(item).replace("\0", "").strip()[:200]
        if word and word.lower() not in BLANK:
            kept.setdefault(word)
    return list(kept)[:100]


LISTS: dict[str, Callable[[str], list[str]]] = {
    "": one_item,
    "python list": python_list,
    "semicolons": semicolon_list,
    "commas": comma_list,
}


def flag(text: str) -> bool | None:
    """Return what a yes-or-no cell says."""
    word = text.strip().lower()
    return True if word in TRUE else False if word in FALSE else None


def year(text: str) -> int | None:
    """Return the year in a date however it is written; 1922, 03-05-1998, 2020-01-31, 2014.0.

    Of a decade it is the first: 1960s, 60s, '60s, 00s.
    """
    if match := _YEAR.search(text):
        return int(match.group())
    if match := _DECADE.search(text):
        tens = int(match.group(1))
        return (1900 if tens >= 30 else 2000) + tens  # the 30s are of the last century, the 20s of this
    return None
