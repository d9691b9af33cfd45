"""Cells to values: how numbers, lists and flags are written in song files. The notebook holds this module's text."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable

BLANK = frozenset(
    {
        "",
        '=""',
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
        "\\n",
        "<na>",
        "nat",
        "(null)",
        "#value!",
        "#ref!",
        "#div/0!",
        "#nv",
        "–",
        "—",
    }
)
NO_TEXT = frozenset({"\\N", "<NA>", "#N/A", "NaN", "nan", "NULL", "null"})
"""What says in a text that there is none, written like this. A title can be "None", "Unknown" or "?"."""

TRUE = frozenset(
    (
        "true",
        "1",
        "yes",
        "y",
        "t",
        "explicit",
        "1.0",
        "wahr",
        "ja",
        "vrai",
        "oui",
        "vero",
        "sì",
        "sí",
        "verdadero",
        "verdadeiro",
        "waar",
        "prawda",
        "tak",
    )
)
FALSE = frozenset(
    (
        "false",
        "0",
        "no",
        "n",
        "f",
        "clean",
        "0.0",
        "not explicit",
        "falsch",
        "nein",
        "faux",
        "non",
        "não",
        "falso",
        "onwaar",
        "fałsz",
        "nie",
    )
)

_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$")
_UNITS = re.compile(
    r"\s*(%|percent|dbfs|db|lufs|bpm|ms|msec|milliseconds|s|sec|secs|seconds|min|mins|minutes|sek|sekunden|minuten)\.?$"
)
_MINUS = re.compile("^[\u2212\u2013\u2010\ufe63\uff0d] ?")
_SPACED = re.compile("(?<=\\d)[ \u00a0\u202f\u2009'’](?=\\d{3}(?!\\d))")
COMMA_GROUPS = re.compile(r"^[+-]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$")
POINT_GROUPS = re.compile(r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$")


def without_formula(text: str) -> str:
    """Return the text of ="…", which is how a CSV keeps Excel from taking it for a number.

    Examples
    --------
    >>> [without_formula(text) for text in ['="007"', '="a ""b"" c"', "=1+1"]]
    ['007', 'a "b" c', '=1+1']
    """
    kept = text.strip()
    if kept.startswith('="') and kept.endswith('"') and len(kept) > 2:
        return kept[2:-1].replace('""', '"')
    return text


def is_blank(text: str) -> bool:
    """Return whether a cell says that there is nothing."""
    return text.strip().lower() in BLANK


def bare_number(text: str) -> str:
    """Return a number without blanks, unit and typographic minus."""
    if _NUMBER.fullmatch(text):  # as nearly all are, and each is looked at several times
        return text
    word = _MINUS.sub("-", without_formula(text).strip().lower().removeprefix("~").removeprefix("≈").strip())
    if not _NUMBER.match(word):
        word = _SPACED.sub("", _UNITS.sub("", word))
    return word.replace("\u00a0", "").replace("٫", ".").replace("٬", "")


def number(text: str, decimal: str = "") -> float:
    """Return the number a cell says, in any of the usual writings; NaN where it says none.

    `decimal` is the mark that the column has before fractions, where that is known: 1,281 is then no doubt.
    """
    word = bare_number(text)
    if decimal == "," and POINT_GROUPS.match(word):
        word = word.replace(".", "").replace(",", ".")
    elif COMMA_GROUPS.match(word) and (
        decimal == "." or "." in word or (not decimal and word.count(",") > 1)
    ):
        word = word.replace(",", "")
    elif POINT_GROUPS.match(word) and ("," in word or word.count(".") > 1):
        word = word.replace(".", "").replace(",", ".")
    elif word.count(",") == 1 and "." not in word:
        word = word.replace(",", ".")
    try:
        value = float(word) if word[:1] not in "_" and "_" not in word else math.nan
    except ValueError:
        return math.nan
    return value


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
