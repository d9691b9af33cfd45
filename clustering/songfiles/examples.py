"""What would be stored of a column's first cells: for a person to see whether the unit is right. Pure Python."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

from clustering.analysis.features import FEATURES
from clustering.songfiles.scales import SCALED
from clustering.songfiles.times import year_in
from clustering.songfiles.units import read_number
from clustering.songfiles.values import LISTS, NO_TEXT, flag

if TYPE_CHECKING:
    from clustering.songfiles.columns import ColumnMatch

NOTHING = "nothing"
IN_WORDS = ("duration_ms", "key", "mode")
"""Features whose numbers say less than what they stand for."""


def stored_examples(match: ColumnMatch) -> tuple[str, ...]:
    """Return what is stored of each example, as pages say it.

    Examples
    --------
    >>> from clustering.songfiles.columns import ColumnMatch
    >>> stored_examples(ColumnMatch("Energy", "energy", "percent", examples=("80", "750")))
    ('0.8', 'nothing')
    >>> stored_examples(ColumnMatch("plays", None, decimal=".", examples=("1,281",), sample=("1,281",)))
    ('1281',)
    """
    if match.field is None and not match.numeric:
        return ()
    readers: dict[str, Callable[[str], str]] = {
        "release_year": lambda text: str(year_in(text, match.unit) or NOTHING),
        "genres": lambda text: ", ".join(_items(text, match.unit)) or NOTHING,
        "artist": lambda text: ", ".join(_items(text, match.unit)) or NOTHING,
        "explicit": lambda text: {True: "yes", False: "no"}.get(flag(text), NOTHING),  # type: ignore[arg-type]
    }
    if match.field in FEATURES or match.field in {None, "popularity"}:
        return tuple(_number(text, match) for text in match.examples)
    reader = readers.get(match.field or "", _text)
    return tuple(reader(text) for text in match.examples)


def _number(text: str, match: ColumnMatch) -> str:
    value = read_number(text, match.unit, match.decimal)
    if value != value or abs(value) == float("inf"):
        return NOTHING
    feature = FEATURES.get(match.field or "")
    if feature is None or match.unit == SCALED:
        return f"{value:.7g}"
    if not feature.low <= value <= feature.high:
        return NOTHING
    return feature.format(value) if feature.name in IN_WORDS else f"{value:.6g}"


def _text(text: str) -> str:
    return NOTHING if text in NO_TEXT else html.unescape(text)


def _items(text: str, unit: str) -> list[str]:
    return [] if text in NO_TEXT else LISTS.get(unit, LISTS[""])(html.unescape(text))
