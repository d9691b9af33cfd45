"""The shapes that the pages draw: bars, histograms, matrices, scatters, rows of dots and lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of numbers, one for each label; `hints` replace the number when hovering."""

    label: str
    values: Sequence[float | None]
    color: str = "accent"
    hints: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """An interval for each label, from low to high."""

    low: Sequence[float | None]
    high: Sequence[float | None]
    color: str = "accent"


@dataclass(frozen=True, slots=True)
class Point:
    """One dot of a scatter; title and hints are what hovering says."""

    x: float
    y: float
    title: str = ""
    hints: Sequence[str] = ()


def bars(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    x_title: str = "",
    y_title: str = "",
    horizontal: bool = False,
    stacked: bool = False,
    percent: bool = False,
    legend: bool | None = None,
) -> dict[str, Any]:
    """Return (grouped, or stacked) bars; one series of bars needs no legend, and its `color` may be many."""
    across, along = ("y", "x") if horizontal else ("x", "y")
    titles = {"x": x_title, "y": y_title}
    return {
        "type": "bar",
        "data": {
            "labels": list(labels),
            "datasets": [_dataset(row) | {"backgroundColor": row.color, "borderRadius": 3} for row in series],
        },
        "options": {
            "indexAxis": across,
            "scales": {
                across: _axis(titles[across], stacked=stacked, grid=False),
                along: _axis(titles[along], stacked=stacked, percent=percent) | {"beginAtZero": True},
            },
            "plugins": _legend(len(series) > 1 if legend is None else legend),
        },
    }


def colored_bars(
    labels: Sequence[str],
    values: Sequence[float],
    colors: Sequence[str],
    *,
    hints: Sequence[str] = (),
    x_title: str = "",
    y_title: str = "",
    horizontal: bool = False,
    percent: bool = False,
) -> dict[str, Any]:
    """Return one row of bars, each in its own color."""
    config = bars(
        labels,
        [Series(label=y_title or x_title, values=values, hints=hints)],
        x_title=x_title,
        y_title=y_title,
        horizontal=horizontal,
        percent=percent,
    )
    config["data"]["datasets"][0]["backgroundColor"] = list(colors)
    return config


def histogram(
    bins: Sequence[str],
    series: Sequence[Series],
    *,
    x_title: str = "",
    y_title: str = "Songs",
    percent: bool = False,
    ticks: Sequence[str] = (),
) -> dict[str, Any]:
    """Return touching bars, one for each bin; `bins` are their labels, and `ticks` where each begins."""
    config = bars(bins, series, x_title=x_title, y_title=y_title, percent=percent)
    for dataset in config["data"]["datasets"]:
        dataset |= {"barPercentage": 1.0, "categoryPercentage": 0.94, "borderRadius": 1}
    config["options"]["scales"]["x"]["ticks"] = {"maxTicksLimit": 4, "maxRotation": 0, "autoSkip": True}
    config["options"]["scales"]["x"]["starts"] = list(ticks)
    config["options"]["scales"]["y"]["ticks"] = {
        "maxTicksLimit": 3,
        **config["options"]["scales"]["y"].get("ticks", {}),
    }
    return config


def matrix(
    columns: Sequence[str],
    rows: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    limit: float,
    digits: int = 2,
    hints: Sequence[Sequence[str]] = (),
) -> dict[str, Any]:
    """Return an annotated heatmap on a scale from −limit over nothing to +limit."""
    cells, colors = [], []
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            hint = hints[y][x] if hints else ""
            cells.append({"x": columns[x], "y": rows[y], "v": value, "hints": [hint] if hint else []})
            share = 0.0 if value is None else max(-1.0, min(1.0, value / limit))
            colors.append(f"diverge:{share:.3f}")
    return {
        "type": "matrix",
        "data": {"datasets": [{"label": "", "data": cells, "backgroundColor": colors}]},
        "options": {
            "scales": {
                "x": {
                    "type": "category",
                    "labels": list(columns),
                    "offset": True,
                    "position": "top",
                    "grid": {"display": False},
                    "ticks": {"autoSkip": False, "maxRotation": 90},
                },
                "y": {
                    "type": "category",
                    "labels": list(rows),
                    "offset": True,
                    "reverse": False,  # the first row on top, where the plug-in puts the last
                    "grid": {"display": False},
                    "ticks": {"autoSkip": False},
                },
            },
            "plugins": _legend(False) | {"cellLabels": {"digits": digits}},
        },
    }


def scatter(
    groups: Sequence[tuple[str, str, Sequence[Point]]],
    *,
    x_title: str,
    y_title: str,
    radius: float = 3,
) -> dict[str, Any]:
    """Return dots in groups of (label, color, points); the legend hides and shows a group."""
    return {
        "type": "scatter",
        "data": {
            "datasets": [
                {
                    "label": label,
                    "data": [
                        {
                            "x": round(point.x, 4),
                            "y": round(point.y, 4),
                            "title": point.title,
                            "hints": list(point.hints),
                        }
                        for point in points
                    ],
                    "backgroundColor": color,
                    "pointRadius": radius,
                    "pointHoverRadius": radius + 3,
                    "borderWidth": 0,
                }
                for label, color, points in groups
            ]
        },
        "options": {"scales": {"x": _axis(x_title), "y": _axis(y_title)}, "plugins": _legend(True)},
    }


def dot_rows(
    labels: Sequence[str], series: Sequence[Series], *, low: float, high: float, all_songs: Series
) -> dict[str, Any]:
    """Return a row for each label with a dot of each series on it, and a tick for all songs."""
    config = scatter(
        [(row.label, row.color, ()) for row in (*series, all_songs)], x_title="", y_title="", radius=6
    )
    for dataset, row in zip(config["data"]["datasets"], (*series, all_songs), strict=True):
        dataset["data"] = [
            {"x": value, "y": label, "title": label, "hints": [f"{row.label}: {hint}"]}
            for label, value, hint in zip(labels, row.values, row.hints, strict=True)
        ]
    config["data"]["datasets"][-1] |= {
        "pointStyle": "line",
        "rotation": 90,
        "borderWidth": 2,
        "borderColor": all_songs.color,
    }
    config["options"]["scales"] = {
        "x": _axis("") | {"min": low, "max": high, "grid": {"display": False}},
        "y": {
            "type": "category",
            "labels": list(labels),
            "offset": True,
            "grid": {"offset": False},
            "ticks": {"autoSkip": False},
        },
    }
    return config


def lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    x_title: str = "",
    y_title: str = "",
    bands: Sequence[Band] = (),
) -> dict[str, Any]:
    """Return lines over labels, named at their ends where there is room; `bands` are shaded behind them."""
    datasets: list[dict[str, Any]] = [
        _dataset(row)
        | {"borderColor": row.color, "backgroundColor": row.color, "borderWidth": 2, "pointRadius": 4}
        for row in series
    ]
    shade = {"borderWidth": 0, "pointRadius": 0, "pointHitRadius": 0, "aside": True}
    for band in bands:
        datasets += [
            {"label": "interval, low", "data": list(band.low), "fill": False} | shade,
            {
                "label": "interval, high",
                "data": list(band.high),
                "fill": "-1",
                "backgroundColor": f"{band.color}:0.18",
            }
            | shade,
        ]
    return {
        "type": "line",
        "data": {"labels": list(labels), "datasets": datasets},
        "options": {
            "scales": {"x": _axis(x_title, grid=False), "y": _axis(y_title)},
            "plugins": _legend(len(series) > 1) | {"directLabels": {"at": "end"}},
        },
    }


def distribution_lines(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    x_title: str = "",
    y_title: str = "",
    max_ticks: int,
    ticks: Sequence[str] = (),
) -> dict[str, Any]:
    """Return smooth lines over the bins of a histogram, named at their peaks where there is room.

    The values are shares, `ticks` say where bins begin.
    """
    config = lines(labels, series, x_title=x_title, y_title=y_title)
    for dataset in config["data"]["datasets"]:
        dataset |= {"pointRadius": 0, "pointHitRadius": 10, "cubicInterpolationMode": "monotone"}
    percent = {"style": "percent", "minimumFractionDigits": 0, "maximumFractionDigits": 0}
    config["options"]["scales"]["y"] |= {"beginAtZero": True, "ticks": {"format": percent}}
    config["options"]["scales"]["x"]["ticks"] = {"maxTicksLimit": max_ticks, "maxRotation": 0}
    config["options"]["scales"]["x"]["starts"] = list(ticks)
    config["options"]["plugins"]["directLabels"] = {"at": "peak"}
    return config


def _dataset(series: Series) -> dict[str, Any]:
    return {"label": series.label, "data": list(series.values), "hints": list(series.hints)}


def _axis(title: str, *, stacked: bool = False, grid: bool = True, percent: bool = False) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "title": {"display": bool(title), "text": title},
        "stacked": stacked,
        "grid": {"display": grid},
    }
    if percent:
        axis["ticks"] = {
            "format": {"style": "percent", "minimumFractionDigits": 0, "maximumFractionDigits": 1}
        }
    return axis


def _legend(shown: bool) -> dict[str, Any]:
    return {"legend": {"display": shown, "position": "bottom"}}
