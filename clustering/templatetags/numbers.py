"""Numbers as people read them; a number that is not there is a dash."""

from __future__ import annotations

from datetime import timedelta

from django import template

from clustering.analysis.features import FEATURES
from clustering.songfiles.quality import ColumnReport
from clustering.songfiles.scales import SCALED
from clustering.web.charts import color_slot, figure, songs_in_words
from clustering.web.components import formatting

register = template.Library()
DASH = "–"
NAMED = {"key", "mode"}
"""Features whose values are names."""


@register.filter
def thousands(value: float | None) -> str:
    """12345 → 12,345."""
    return DASH if value is None else f"{value:,.0f}"


@register.filter
def songs(count: int) -> str:
    """1 → 1 song, 12345 → 12,345 songs."""
    return songs_in_words(count)


@register.filter
def year_of(year: int | None, decades_only: bool) -> str:
    """1960 → 1960, or 1960s where no more than the decade is known."""
    return DASH if year is None else f"{year}{'s' if decades_only else ''}"


@register.filter
def share(value: float | None) -> str:
    """0.341 → 34 %; a little is never shown as nothing."""
    return formatting.percent(value)


@register.filter
def percent(value: float | None) -> str:
    """0.341 → 34.1: a width for a bar."""
    return f"{100 * (value or 0):.2f}"


@register.filter
def score(value: float | None) -> str:
    """0.22541 → 0.23, 27251.5 → 27,252: a score as people read it."""
    return figure.score(value)


@register.filter
def score_to(low: float, high: float) -> str:
    """0.17 and 0.19 → 0.17 to 0.19: an interval of a score."""
    return "exact" if low == high else figure.score_range(low, high)


@register.filter
def signed(value: float | None) -> str:
    """1.234 → +1.23."""
    return figure.signed(value)


@register.filter
def value_of(column: ColumnReport, statistic: str) -> str:
    """Say a statistic of a column in its unit: 0.63, −7.2 dB, 121 BPM, 3:41; without one where it was scaled before.

    Keys and modes have names, and nothing lies between two of them: they have no mean.
    """
    value = getattr(column, statistic)
    if value is None or (statistic == "mean" and column.field in NAMED):
        return DASH
    feature = FEATURES.get(column.field)
    if feature is None or column.unit == SCALED:
        return formatting.two_digits(value)
    return feature.format(value)


@register.filter
def feature_label(name: str) -> str:
    """Say a feature's name for people."""
    feature = FEATURES.get(name)
    return feature.label if feature else name


@register.filter
def slot(index: int) -> int | str:
    """Return which color of the palette a cluster's color index means."""
    return color_slot(index)


@register.filter
def megabytes(count: int) -> str:
    """512 → 512 MB, 1024 → 1 GB."""
    return f"{count / 1024:g} GB" if count >= 1024 and count % 1024 == 0 else f"{count:,} MB"


@register.filter
def seconds(value: timedelta | float | None) -> str:
    """75 → 1 min 15 s."""
    if value is None:
        return DASH
    whole = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if whole < 10:
        return f"{whole:.1f} s"
    if whole < 60:
        return f"{whole:.0f} s"
    minutes, rest = divmod(round(whole), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
