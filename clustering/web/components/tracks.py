"""A feature as a track from the lowest to the highest value of a dataset, with what is compared marked on it."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.analysis.features import named
from clustering.models import Dataset
from clustering.songfiles.quality import ColumnReport
from clustering.web.components.formatting import formatted, meaning_of

IN_WORDS = ("key", "mode", "time_signature")
"""Features that count in notes and beats, whose mean would be none."""


@dataclass(frozen=True, slots=True)
class Track:
    """One feature of something, in words and as places on the track in percent; None where unknown.

    ``beside`` is what it is compared with besides all songs; ``low`` and ``high`` bound its spread.
    """

    label: str
    meaning: str
    value: str
    beside: str
    everything: str
    spread: str
    at: float | None
    beside_at: float | None
    everything_at: float | None
    low_at: float | None
    high_at: float | None

    @property
    def width(self) -> float | None:
        """How wide the spread is on the track."""
        return None if self.low_at is None or self.high_at is None else round(self.high_at - self.low_at, 1)


def column_of(dataset: Dataset, name: str) -> ColumnReport | None:
    """Return what the quality report says of a feature."""
    return dataset.quality.column_of(name) if dataset.quality else None


def track(
    dataset: Dataset,
    name: str,
    value: float | None,
    *,
    beside: float | None = None,
    deviation: float | None = None,
) -> Track:
    """Return a feature's track; a deviation makes a spread of one on either side."""
    column, feature = column_of(dataset, name), named(name, dataset.scaled_features)
    scaled = dataset.scaled_features
    low, high = (column.minimum, column.maximum) if column else (None, None)
    if feature.high == 1:
        low, high = 0.0, 1.0
    everything = column.mean if column else None
    spread = value is not None and deviation is not None
    return Track(
        label=feature.label,
        meaning=meaning_of(name),
        value=formatted(name, value, scaled=scaled),
        beside=formatted(name, beside, scaled=scaled),
        everything=formatted(name, everything, scaled=scaled),
        spread="" if deviation is None else f"± {formatted(name, deviation, scaled=scaled)}",
        at=_place(value, low, high),
        beside_at=_place(beside, low, high),
        everything_at=_place(everything, low, high),
        low_at=_place(value - deviation, low, high) if spread else None,  # type: ignore[operator]
        high_at=_place(value + deviation, low, high) if spread else None,  # type: ignore[operator]
    )


def _place(value: float | None, low: float | None, high: float | None) -> float | None:
    """Return where a value lies between two others, as a percentage with room at either end."""
    if value is None or low is None or high is None or high <= low:
        return None
    return round(2 + 96 * min(1.0, max(0.0, (value - low) / (high - low))), 1)
