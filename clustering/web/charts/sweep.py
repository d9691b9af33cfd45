"""The charts of a sweep: one measure each, over the number of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clustering.analysis.scores.effects import Z_95
from clustering.web.charts.figure import Chart, Table, score, score_range
from clustering.web.charts.shapes import Band, Series, lines

NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Measures:
    """A number of groups with all that was measured: (value, low, high) or (value, error)."""

    k: int
    silhouette: tuple[float, float, float]
    null: tuple[float, float] | None
    cloud: float | None
    stability: tuple[float, float, float] | None
    gap: tuple[float, float] | None
    davies_bouldin: float
    calinski_harabasz: float
    inertia: float
    smallest_cluster: int


def measures(tried: Sequence[Measures], recommended: int | None) -> tuple[Chart, ...]:
    """Return a chart for each measure; those of advice that is not complete yet have fewer."""
    charts = [_silhouette(tried, recommended)]
    if all(one.stability for one in tried):
        charts.append(_stability(tried, recommended))
    if all(one.gap for one in tried):
        charts.append(_gap(tried, recommended))
    plain = (
        (
            "davies-bouldin",
            "Davies–Bouldin (lower is better)",
            "How wide the groups are, compared with the distance between their centers.",
            [one.davies_bouldin for one in tried],
            "{:.2f}",
        ),
        (
            "calinski-harabasz",
            "Calinski–Harabasz (higher is better)",
            "How much of the variance lies between groups rather than within them. Favors few groups.",
            [one.calinski_harabasz for one in tried],
            "{:,.0f}",
        ),
        (
            "inertia",
            "Inertia",
            "The variance left within groups. It always falls; where it bends, more groups stop helping.",
            [one.inertia for one in tried],
            "{:,.0f}",
        ),
        (
            "smallest",
            "Smallest group (songs)",
            "Among the songs tested. A tiny group is often one odd song and its neighbors.",
            [one.smallest_cluster for one in tried],
            "{:,}",
        ),
    )
    charts += [_plain(tried, recommended, *one) for one in plain]
    return tuple(charts)


def _silhouette(tried: Sequence[Measures], recommended: int | None) -> Chart:
    rows, series = [], [_marked("Silhouette", [one.silhouette[0] for one in tried], tried, recommended)]
    for one in tried:
        value, low, high = one.silhouette
        compared = (_null_words(one), NO_VALUE if one.cloud is None else f"{one.cloud:.2f}")
        rows.append((str(one.k), f"{value:.2f}", _interval(low, high), *compared))
    bands = [Band([one.silhouette[1] for one in tried], [one.silhouette[2] for one in tried])]
    if all(one.null for one in tried):
        nulls = [one.null for one in tried if one.null]
        series.append(Series("Random baseline", [value for value, _ in nulls], "muted"))
        bands.append(Band([v - Z_95 * d for v, d in nulls], [v + Z_95 * d for v, d in nulls], "muted"))
    clouds = [one.cloud for one in tried if one.cloud is not None]
    if len(clouds) == len(tried):
        series.append(Series("One-cloud baseline", clouds, "cluster:1"))
    config = _lines(tried, series, "Silhouette", bands)
    return Chart(
        key="silhouette",
        title="Separation: the silhouette (higher is better)",
        caption="How much closer songs are to their own group than to the next. The gray band is the random "
        "baseline, with features shuffled independently; only values above the band are meaningful. The "
        "one-cloud baseline is what songs without groups score when their features are related as yours are.",
        config=config,
        table=Table(
            ("Groups", "Silhouette", "95 % interval", "Random baseline", "One-cloud baseline"), tuple(rows)
        ),
    )


def _null_words(one: Measures) -> str:
    return NO_VALUE if one.null is None else f"{one.null[0]:.2f} ± {Z_95 * one.null[1]:.2f}"


def _stability(tried: Sequence[Measures], recommended: int | None) -> Chart:
    agreements = [one.stability for one in tried if one.stability]
    series = [_marked("Agreement", [value for value, _, _ in agreements], tried, recommended)]
    band = Band([low for _, low, _ in agreements], [high for _, _, high in agreements])
    config = _lines(tried, series, "Agreement", [band])
    config["options"]["scales"]["y"] |= {"max": 1.0}
    for dataset in config["data"]["datasets"]:
        dataset["clip"] = 6  # points at 1 are drawn whole
    return Chart(
        key="stability",
        title="Stability on resampling (higher is better)",
        caption="How well groupings of different samples agree (adjusted Rand index): 1 means the same "
        "groups every time, 0 no more agreement than chance.",
        config=config,
        table=Table(
            ("Groups", "Agreement", "95 % interval"),
            tuple(
                (str(one.k), f"{value:.2f}", _interval(low, high))
                for one, (value, low, high) in zip(tried, agreements, strict=True)
            ),
        ),
    )


def _gap(tried: Sequence[Measures], recommended: int | None) -> Chart:
    gaps = [one.gap for one in tried if one.gap]
    series = [_marked("Gap", [value for value, _ in gaps], tried, recommended)]
    config = _lines(tried, series, "Gap", [Band([v - e for v, e in gaps], [v + e for v, e in gaps])])
    return Chart(
        key="gap",
        title="Gap statistic (a peak is good)",
        caption="How much tighter the groups are than those of evenly spread songs, with standard error. "
        "With long-tailed features it keeps rising and says little.",
        config=config,
        table=Table(
            ("Groups", "Gap", "Standard error"),
            tuple((str(one.k), f"{v:.2f}", f"{e:.2f}") for one, (v, e) in zip(tried, gaps, strict=True)),
        ),
        size="small",
    )


def _plain(
    tried: Sequence[Measures],
    recommended: int | None,
    key: str,
    title: str,
    caption: str,
    values: Sequence[float],
    pattern: str,
) -> Chart:
    name = title.split(" (")[0]
    return Chart(
        key=key,
        title=title,
        caption=caption,
        config=_lines(tried, [_marked(name, values, tried, recommended)], name),
        table=Table(
            ("Groups", name),
            tuple((str(one.k), pattern.format(value)) for one, value in zip(tried, values, strict=True)),
        ),
        size="small",
    )


def _marked(
    label: str, values: Sequence[float], tried: Sequence[Measures], recommended: int | None
) -> Series:
    hints = [
        f"{score(value)}{', recommended' if one.k == recommended else ''}"
        for one, value in zip(tried, values, strict=True)
    ]
    return Series(label, values, hints=hints)


def _lines(
    tried: Sequence[Measures], series: Sequence[Series], y_title: str, bands: Sequence[Band] = ()
) -> dict[str, Any]:
    ks = [str(one.k) for one in tried]
    config = lines(ks, series, x_title="Number of groups", y_title=y_title, bands=bands)
    config["options"]["targets"] = [f"k-{one.k}" for one in tried]
    return config


def _interval(low: float, high: float) -> str:
    return "exact" if low == high else score_range(low, high)
