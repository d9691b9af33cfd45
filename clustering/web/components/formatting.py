"""Names and numbers as pages write them."""

from __future__ import annotations

import math
from collections.abc import Collection

from clustering.analysis.features import NO_VALUE, feature_named, named
from clustering.web.charts.figure import LARGE

MOST_PLACES = 6
"""After the point; what is smaller still is written with an exponent."""


def label_of(feature: str) -> str:
    """Return what pages call a feature; a column of the file that is no known feature keeps its name."""
    return feature_named(feature).label


def meaning_of(feature: str) -> str:
    """Return the sentence that says what a feature measures."""
    return feature_named(feature).meaning


def formatted(feature: str, value: float | None, *, scaled: Collection[str] = ()) -> str:
    """Write a feature's value in its unit; those that were scaled before they came have none."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    known = named(feature, scaled)
    has_any_size = math.isinf(known.high) and not known.unit
    return two_digits(value) if has_any_size else known.format(value)


def two_digits(value: float) -> str:
    """Write a number of any size as a table shows it; files and the API have all its digits.

    >>> two_digits(0.18014), two_digits(27_251.5479), two_digits(0.00123), two_digits(-3.0), two_digits(2.14e-5)
    ('0.18', '27,252', '0.0012', '-3', '0.000021')
    """
    if 0 < abs(value) < 0.1:
        places = 1 - math.floor(math.log10(abs(value)))
        return f"{value:.{places}f}" if places <= MOST_PLACES else f"{value:.1e}"
    whole = abs(value) >= LARGE or value == int(value)
    return f"{value:,.0f}" if whole else f"{value:.2f}"


def percent(share: float | None) -> str:
    """Write a share as a percentage; something never becomes nothing by rounding."""
    if share is None:
        return NO_VALUE
    return "<\u202f1\u202f%" if 0 < share < 0.01 else f"{share * 100:.0f}\u202f%"
