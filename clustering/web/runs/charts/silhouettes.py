"""The classical silhouette plot: every measured song a bar, group by group, the best-fitting at the top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clustering.web.charts.figure import Chart, Table, score
from clustering.web.charts.groups import FEW_GROUPS, Group, short_names
from clustering.web.charts.shapes import Series, bars

BARS = 240  # of all groups together: about a pixel and a half each
MIN_BARS = 4
GAP = 3
QUANTILES = (
    ("Lowest", 0.0),
    ("Lower quarter", 0.25),
    ("Middle", 0.5),
    ("Upper quarter", 0.75),
    ("Highest", 1.0),
)


def silhouette_plot(
    groups: Sequence[Group], curves: Mapping[int, Sequence[float]], mean: float | None
) -> Chart:
    """Return the silhouettes of all groups, from `curves`: values at even steps from lowest to highest, by index."""
    total = sum(group.size for group in groups) or 1
    names = short_names(groups)
    labels: list[str] = []
    values: list[float | None] = []
    colors: list[str] = []
    hints: list[str] = []
    for index, group in enumerate(groups):
        if not (curve := curves.get(index)):
            continue
        height = max(MIN_BARS, round(BARS * group.size / total))
        lengths = [at(curve, 1 - place / (height - 1)) for place in range(height)]
        gap = GAP if labels else 0
        labels += [""] * gap + [names[index] if place == height // 2 else "" for place in range(height)]
        values += [None] * gap + [round(length, 3) for length in lengths]
        colors += ["muted"] * gap + [group.color] * height
        hints += [""] * gap + [f"{group.name}: {length:.2f}" for length in lengths]
    config = bars(
        labels,
        [Series("", values, hints=hints)],
        x_title="Silhouette of a song",
        horizontal=True,
        legend=False,
    )
    config["data"]["datasets"][0] |= {
        "backgroundColor": colors,
        "borderRadius": 0,
        "barPercentage": 1.0,
        "categoryPercentage": 1.0,
        "inflateAmount": 0.5,  # no cracks between them
    }
    config["options"]["scales"]["y"]["ticks"] = {"autoSkip": False}
    if len(groups) == 1:
        config["options"]["scales"]["y"]["display"] = False
    if mean is not None:
        config["data"]["datasets"].insert(0, _mean_line(mean, len(labels)))  # drawn last, over the bars
    return Chart(
        key="silhouette-plot",
        title="Silhouette plot",
        caption=_caption(len(groups) > 1, mean),
        config=config,
        table=Table(
            ("Group", *(name for name, _ in QUANTILES)),
            tuple(
                (group.name, *(score(at(curves[index], share)) for _, share in QUANTILES))
                for index, group in enumerate(groups)
                if curves.get(index)
            ),
        ),
        size="medium" if len(groups) <= FEW_GROUPS // 2 else "large",
    )


def _mean_line(mean: float, bars: int) -> dict[str, Any]:
    """Return the dashed line of the mean across all bars."""
    return {
        "type": "line",
        "label": "Mean of all songs",
        "data": [round(mean, 4)] * bars,
        "borderColor": "ink",
        "borderDash": [5, 4],
        "borderWidth": 1.5,
        "pointRadius": 0,
        "pointHitRadius": 0,
        "aside": True,
    }


def at(curve: Sequence[float], share: float) -> float:
    """Return the value at a share of the way from the lowest to the highest.

    >>> at([0.0, 1.0, 3.0], 0.75)
    2.0
    """
    place = share * (len(curve) - 1)
    low = min(int(place), len(curve) - 1)
    high = min(low + 1, len(curve) - 1)
    return curve[low] + (curve[high] - curve[low]) * (place - low)


def _caption(several: bool, mean: float | None) -> str:
    shapes = "Each shape is one group, with one line per song" if several else "One line per song"
    dashes = f" The dashed line is the mean of all songs, {mean:.2f}." if mean is not None else ""
    return (
        f"{shapes} and the best-fitting songs at the top. The further a line reaches to the right, the closer the song "
        f"is to its own group than to the next; lines to the left are songs that are closer to another group.{dashes}"
    )
