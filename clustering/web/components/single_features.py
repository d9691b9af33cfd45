"""Features that fall into parts by themselves, in a sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clustering.analysis.choosing.single_features import FeaturePart
from clustering.analysis.features import feature_named
from clustering.models import Sweep
from clustering.web.components.formatting import percent

NUMBERS = {2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True, slots=True)
class SplitFeature:
    """A feature that falls into parts by itself."""

    name: str
    inside: str
    sentence: str


def split_features_of(sweep: Sweep | None) -> tuple[SplitFeature, ...]:
    """Say which features split into parts on their own."""
    if sweep is None:
        return ()
    return tuple(
        SplitFeature(name, feature_named(name).inside, _sentence(name, parts))
        for name, parts in sweep.split_features.items()
    )


def _sentence(name: str, parts: Sequence[FeaturePart]) -> str:
    """Say where the parts lie, and how many songs are in each."""
    feature = feature_named(name)
    first, *middle, last = parts
    places = [
        f"below {feature.format(first.high)}",
        *(f"from {feature.format(part.low)} to {feature.format(part.high)}" for part in middle),
        f"above {feature.format(last.low)}",
    ]
    shares = [percent(part.share) for part in parts]
    shares[0] += " of songs"
    *before, end = [f"{place} ({share})" for place, share in zip(places, shares, strict=True)]
    number = NUMBERS.get(len(parts), str(len(parts)))
    return f"{feature.label} splits into {number} parts on its own: {', '.join(before)} and {end}."
