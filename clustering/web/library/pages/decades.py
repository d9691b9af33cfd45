"""How the features of a dataset's songs changed over the years."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clustering.analysis.features import feature_named, named
from clustering.models import Catalog, Dataset
from clustering.web.charts import Chart, with_links
from clustering.web.components.explore_links import year_links
from clustering.web.components.formatting import formatted, label_of, meaning_of
from clustering.web.library.charts import PeriodValue, feature_over_time, songs_per_period

FEW_SONGS = 30
MINUTE = 60_000  # in milliseconds, which nobody reads from an axis


@dataclass(frozen=True, slots=True)
class DecadesPage:
    """How each feature changed over the years, and which changed most."""

    catalog: Catalog | None
    songs: Chart | None
    features: tuple[Chart, ...]
    moved: tuple[str, ...]
    few: tuple[str, ...]
    """Periods of so few songs that they say little."""

    @classmethod
    def read(cls, dataset: Dataset) -> DecadesPage:
        """Read the page with one query; charts need two periods."""
        catalog = Catalog.objects.filter(dataset=dataset).first()
        periods = catalog.periods if catalog else []
        if catalog is None or len(periods) < 2:
            return cls(catalog, None, (), (), ())
        labels = [period["label"] for period in periods]
        by_time = year_links(dataset, [(period["first"], period["last"]) for period in periods])
        return cls(
            catalog=catalog,
            songs=with_links(
                songs_per_period(labels, [period["songs"] for period in periods]), by_time, rows=by_time
            ),
            features=tuple(
                with_links(_over_time(name, periods, dataset.scaled_features), by_time, rows=by_time)
                for name in catalog.features
            ),
            moved=_moved(catalog, dataset.scaled_features),
            few=tuple(period["label"] for period in periods if period["songs"] < FEW_SONGS),
        )


def _over_time(name: str, periods: Sequence[Mapping[str, Any]], scaled: Collection[str]) -> Chart:
    minutes = named(name, scaled).unit == "ms"
    return feature_over_time(
        name,
        f"{label_of(name)}, minutes" if minutes else label_of(name),
        [_value(name, period, unit=MINUTE if minutes else 1, scaled=scaled) for period in periods],
        meaning=meaning_of(name),
    )


def _value(name: str, period: Mapping[str, Any], *, unit: int, scaled: Collection[str]) -> PeriodValue:
    quartiles = period["features"].get(name)
    if not quartiles:
        return PeriodValue(period["label"])
    low, mean, high = (round(quartile / unit, 5) for quartile in quartiles)
    first, middle, last = (formatted(name, quartile, scaled=scaled) for quartile in quartiles)
    return PeriodValue(period["label"], low, mean, high, middle, f"{first} to {last}")


def _moved(catalog: Catalog, scaled: Collection[str]) -> tuple[str, ...]:
    """Say which features moved most from the first period with enough songs to the last, in spreads of all songs."""
    enough = [period for period in catalog.periods if period["songs"] >= FEW_SONGS]
    if len(enough) < 2:
        return ()
    first, last = enough[0], enough[-1]
    moves = []
    for name, spread in zip(catalog.features, catalog.spreads, strict=True):
        before, after = first["features"].get(name), last["features"].get(name)
        if before and after:
            moves.append((abs(after[1] - before[1]) / spread, name, before[1], after[1]))
    moves.sort(key=lambda move: (-move[0], move[1]))
    return tuple(
        f"{feature_named(name).label}: from {formatted(name, before, scaled=scaled)} in the {first['label']} "
        f"to {formatted(name, after, scaled=scaled)} in the {last['label']}."
        if first["label"].endswith("s")
        else f"{feature_named(name).label}: from {formatted(name, before, scaled=scaled)} in {first['label']} "
        f"to {formatted(name, after, scaled=scaled)} in {last['label']}."
        for size, name, before, after in moves[:3]
        if size >= 0.2
    )
