"""Names and numbers as pages write them."""

from __future__ import annotations

import math
from collections.abc import Collection

from clustering.analysis.features import NO_VALUE, feature_named, named


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
    return named(feature, scaled).format(value)


def four_digits(value: float | None) -> str:
    """Write a score with four digits after the point."""
    return NO_VALUE if value is None else f"{value:,.4f}".replace("-", "−")


def percent(share: float | None) -> str:
    """Write a share as a percentage; something never becomes nothing by rounding."""
    if share is None:
        return NO_VALUE
    return "<\u202f1\u202f%" if 0 < share < 0.01 else f"{share * 100:.0f}\u202f%"
