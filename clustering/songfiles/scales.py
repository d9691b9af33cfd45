"""On what scale are a file's features? 0 to 1, percent, 0 to 10 – or scaled already, all of them."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from clustering.analysis.features import FEATURES

SHARES = frozenset(
    feature.name
    for feature in FEATURES.values()
    if (feature.low, feature.high) == (0.0, 1.0) and feature.name != "mode"
)
"""The features from 0 to 1, which files may have in percent."""

TOPS = {"": 1, "tenths": 10, "percent": 100, "thousandths": 1_000}
"""What each scale of a feature of 0 to 1 goes up to."""

OFTEN_SMALL = frozenset({"speechiness", "instrumentalness", "liveness", "acousticness"})
"""Of which a whole column can lie near 0: it follows the others' scale, where they have one."""

SORTED_FROM = 20
"""So many values that only rise are those of a sorted file, and not chance."""

SCALED = "scaled"
_UNSCALED_LIMITS = {"tempo": 20.0, "duration_ms": 15.0}
_RANGE = re.compile(r"[01]\s*(?:-|–|to|bis|\.\.)\s*(1000|100|10|1)\b|/\s*(1000|100|10)\b")


def find_scale(field: str, column: str, sample: Sequence[str], values: Sequence[float]) -> tuple[str, float]:
    """Return the scale of a feature of 0 to 1, told by its column alone, and how sure that is.

    Examples
    --------
    >>> find_scale("energy", "energy", ["80", "75"], [80.0, 75.0]), find_scale("energy", "Energy", ["7"], [7.0])
    (('percent', 1.0), ('tenths', 0.7))
    """
    if _is_contradicted(field, column, values):
        return "", 0.6
    said = _said(column, sample, values)
    if said is not None:
        return said, 1.0
    positive = [value for value in values if value > 0]
    above = [value for value in positive if value > 1]
    # A lone 57 in a column of fractions is a wrong cell; a column of percents has hardly anything below 1.
    if not positive or len(above) * 2 <= len(positive) or min(values) < 0:
        return "", 1.0 if not positive or max(positive) <= 1 else 0.9
    tens = sum(value > 10 for value in positive)
    hundreds = sum(value > 100 for value in positive)
    if hundreds * 5 > len(positive):
        return ("thousandths", 0.8) if max(positive) <= 1_000 else ("", 0.5)
    if tens * 20 >= len(positive) and tens:
        return "percent", 1.0
    return ("percent", 0.6) if field in OFTEN_SMALL else ("tenths", 0.7)


def common_scale(columns: Mapping[str, tuple[str, Sequence[float]]]) -> str:
    """Return the scale that most of a file's features of 0 to 1 have, by what each alone looks like.

    Parameters
    ----------
    columns
        The scale that each column has by itself, and its values. One that has to be small on any scale has no vote.
    """
    counts = Counter(
        scale for name, (scale, values) in columns.items() if not is_undecided(name, scale, values)
    )
    scale, most = counts.most_common(1)[0] if counts else ("", 0)
    return scale if most * 2 > counts.total() else ""


def is_undecided(field: str, own: str, values: Sequence[float]) -> bool:
    """Tell whether a column by itself can have more than one scale: both percent and 0 to 10, or mostly small.

    Of a sorted column the beginning alone is small on any scale.
    """
    if field not in OFTEN_SMALL:
        return False
    top = max(values, default=0.0)
    return 1 < top <= TOPS["tenths"] or (own == "" and (top > 1 or _is_a_beginning(values)))


def follows(field: str, scale: str, own: str, values: Sequence[float]) -> bool:
    """Tell whether a column that looks otherwise by itself has the others' scale: none of its values is too large."""
    if not scale or any(not 0 <= value <= TOPS[scale] for value in values):
        return False
    if is_undecided(field, own, values):
        return True
    whole = all(value == int(value) for value in values)
    # of most features a tenth above 1 is more than wrong cells make, where the others go further than 1 as well
    above = sum(value > 1 for value in values) * 10 >= len(values)
    larger = TOPS[scale] > TOPS[own]
    return larger and ((whole and field in OFTEN_SMALL) or (own == "" and (whole or above)))


def _is_a_beginning(values: Sequence[float]) -> bool:
    return len(values) >= SORTED_FROM and all(one <= other for one, other in pairwise(values))


def is_scaled(columns: Mapping[str, Sequence[float]]) -> bool:
    """Tell whether the features of a file were scaled before: all of them, to z-scores or to 0 to 1.

    Parameters
    ----------
    columns
        The values of each feature in the file's first rows.

    Examples
    --------
    >>> is_scaled({"energy": [-0.6, 0.5, 1.1], "tempo": [1.3, -2.0, -1.4], "loudness": [-1.0, 0.3, 0.9]})
    True
    >>> is_scaled({"energy": [0.6, 0.5, 0.1], "tempo": [120.0, 96.0, 140.0], "loudness": [-7.0, -5.1, -9.0]})
    False
    """
    filled = {
        name: values for name, values in columns.items() if len(values) >= 3 and max(values) > min(values)
    }
    if not filled:
        return False
    signed = [name for name in filled if name in SHARES or name in _UNSCALED_LIMITS]
    z_scores = [name for name in signed if _centered(filled[name])]
    if len(z_scores) > 1 and len(z_scores) * 2 > len(signed):
        return True
    wide = {name: filled[name] for name in ("tempo", "loudness", "duration_ms") if name in filled}
    within = [name for name, values in wide.items() if min(values) >= 0 and max(values) <= 1]
    return "tempo" in within and len(within) == len(wide)


def _centered(values: Sequence[float]) -> bool:
    negative = sum(value < 0 for value in values)
    return (
        negative * 10 > len(values)
        and negative < len(values)
        and max(map(abs, values)) < 20
        and 0.1 < statistics.pstdev(values) < 5
    )


def _is_contradicted(field: str, column: str, values: Sequence[float]) -> bool:
    """Tell whether a name says that a feature goes up to 10 or more, but all that is there are fractions."""
    found = _RANGE.search(column)
    if not found or int(found.group(1) or found.group(2)) == 1 or field in OFTEN_SMALL:
        return False
    return 0 < max(values, default=0.0) <= 1 and any(0 < value < 1 for value in values)


def _said(column: str, sample: Sequence[str], values: Sequence[float]) -> str | None:
    """Return the scale that a column's name or its cells say, where the values do not contradict."""
    top = max(values, default=0.0)
    if found := _RANGE.search(column):
        limit = int(found.group(1) or found.group(2))
        if 0 < top <= limit:
            return next(scale for scale, end in TOPS.items() if end == limit)
    named = any(word in column.lower() for word in ("%", "percent", "pct", "prozent"))
    marked = bool(sample) and sum(cell.strip().endswith("%") for cell in sample) * 2 > len(sample)
    if marked or (named and (top > 1 or not any(0 < value < 1 for value in values))):
        return "percent"
    return "" if named else None
