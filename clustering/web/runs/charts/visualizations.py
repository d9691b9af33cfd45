"""The charts of a run: the map of its songs, and what its groups sound like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from clustering.models.palette import cluster_color
from clustering.web.charts.figure import Chart, Table, signed, songs_in_words
from clustering.web.charts.groups import FEW_GROUPS, MAX_LABELS, Group, short_names
from clustering.web.charts.shapes import Point, Series, bars, distribution_lines, dot_rows, matrix, scatter

SHOWN_AT_FIRST = 8  # groups in one chart; the others wait in the legend
FEW_ROWS = 8
ALL_SHOWN = 0.995  # of the variance: what rounds to 100 %
FEW = 50  # dots that are drawn larger still, to be seen at all
SPARSE = 800  # dots; fewer are drawn larger, and all of them
HEATMAP_LIMIT = 2.0  # beyond two standard deviations the color says no more; the number does


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of the map: which share of all differences it shows, and what it is made of."""

    share: float
    words: str

    def title(self, number: int) -> list[str]:
        """Write it beside the axis, a line each, since phones are narrow."""
        share = f"Component {number} ({self.share * 100:.0f} % of variance)"
        return [share, self.words] if self.words else [share]


def song_map(groups: Sequence[Group], points: Sequence[Sequence[Point]], axes: tuple[Axis, Axis]) -> Chart:
    """Return the songs on a plane, similar ones near each other."""
    near = without_far(points)
    drawn, total = sum(len(group_points) for group_points in near), sum(group.size for group in groups)
    far = sum(len(group_points) for group_points in points) - drawn
    both = axes[0].share + axes[1].share
    config = scatter(
        [
            (group.name, cluster_color(group.color_index, 0.7), own)
            for group, own in zip(groups, near, strict=True)
        ],
        x_title="",
        y_title="",
        radius=5 if drawn < FEW else 3 if drawn < SPARSE else 2.5,
    )
    for number, (scale, axis) in enumerate(zip("xy", axes, strict=True), start=1):
        config["options"]["scales"][scale] |= {
            "title": {"display": True, "text": axis.title(number)},
            "bounds": "data",
            "grace": "3%",
            # components have no unit that a number could be read in
            "ticks": {"display": False},
            "grid": {"display": False},
        }
    return Chart(
        key="map",
        title=f"Map of all {total:,} songs"
        if drawn == total
        else f"Map of the songs – showing {drawn:,} of {total:,}",
        caption=f"Each dot is a song; point at one to see its title. Nearby dots often sound alike. The map (PCA) "
        f"shows {both * 100:.0f} % of the variance"
        + (", so groups that overlap here can still be apart" if both < ALL_SHOWN else "")
        + ". Click a name in the legend to hide its group."
        + (
            " The songs shown are a random sample of each group, in proportion to its size, with at least a few from "
            "the smallest."
            if drawn + far < total
            else ""
        )
        + (
            f" Not shown: {songs_in_words(far)} far from all others, which would shrink the picture."
            if far
            else ""
        ),
        config=config,
        table=Table(
            ("Group", "Songs", "On the map", "Mean, component 1", "Mean, component 2"),
            tuple(
                (
                    group.name,
                    f"{group.size:,}",
                    f"{len(own):,}",
                    _mean([p.x for p in own]),
                    _mean([p.y for p in own]),
                )
                for group, own in zip(groups, near, strict=True)
            ),
        ),
        size="square",
    )


def without_far(points: Sequence[Sequence[Point]]) -> list[list[Point]]:
    """Leave out the few points that lie far from all others: one of them can shrink the rest to a spot."""
    everything = [point for own in points for point in own]
    if len(everything) < SPARSE:
        return [list(own) for own in points]
    low_x, high_x = _limits([point.x for point in everything])
    low_y, high_y = _limits([point.y for point in everything])
    return [
        [point for point in own if low_x <= point.x <= high_x and low_y <= point.y <= high_y]
        for own in points
    ]


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Return where nearly all of the values lie, with half as much again on either side."""
    ordered = sorted(values)
    rest = len(ordered) // 200
    low, high = ordered[rest], ordered[-1 - rest]
    return low - (high - low) / 2, high + (high - low) / 2


def means_heatmap(
    groups: Sequence[Group],
    features: Sequence[str],
    scaled: Sequence[Sequence[float | None]],
    real: Sequence[Sequence[str]],
) -> Chart:
    """Draw how far each group's mean lies from that of all songs, feature by feature."""
    names = short_names(groups)
    config = matrix(
        features,
        names,
        [[None if value is None else round(value, 2) + 0.0 for value in row] for row in scaled],
        limit=HEATMAP_LIMIT,
        hints=[
            [
                f"{value} on average" if scale is None else f"{value} on average ({signed(scale)} scaled)"
                for value, scale in zip(values, scales, strict=True)
            ]
            for values, scales in zip(real, scaled, strict=True)
        ],
    )
    config["options"]["scales"]["y"]["ticks"]["autoSkip"] = len(groups) > MAX_LABELS
    return Chart(
        key="heatmap",
        title="Feature heat map",
        caption="Each square compares a group's mean with all songs, in standard deviations. Green is more, purple is "
        "less; the paler the color, the closer to average.",
        config=config,
        table=Table(
            ("Group (scaled means)", *features),
            tuple((group.name, *map(signed, row)) for group, row in zip(groups, scaled, strict=True)),
        ),
        size="medium" if len(groups) <= FEW_GROUPS // 2 else "large",
    )


def feature_bars(
    groups: Sequence[Group],
    features: Sequence[str],
    means: Sequence[Sequence[float | None]],
) -> Chart:
    """Return the means of a few telling features, group beside group."""
    config = _some_first(bars(features, _series(groups, means), y_title="Mean", legend=True))
    return Chart(
        key="features",
        title="Key features side by side",
        caption="The mean of each feature in each group, from 0 (none of it) to 1 (as much as there can be)."
        + _waiting(groups),
        config=config,
        table=_means_table(groups, features, means),
        size="large",
    )


def group_profiles(
    groups: Sequence[Group],
    features: Sequence[str],
    means: Sequence[Sequence[float | None]],
    overall: Sequence[float],
) -> Chart:
    """Draw each group's means of all features that run from 0 to 1, a row for each of them."""
    rows = [
        Series(group.name, values, group.color, [_words(value) for value in values])
        for group, values in zip(groups, means, strict=True)
    ]
    table = _means_table(groups, features, means)
    everything = Series("All songs", overall, "muted", [_words(value) for value in overall])
    config = dot_rows(features, rows, low=0, high=1, all_songs=everything)
    for waiting in config["data"]["datasets"][SHOWN_AT_FIRST:-1] if len(groups) > FEW_GROUPS else ():
        waiting["hidden"] = True
    return Chart(
        key="profiles",
        title="Group profiles",
        caption="The further right a dot, the more of that feature the group has, from 0 to 1. The tick is the mean "
        "of all songs. Click a name in the legend to hide its group." + _waiting(groups),
        config=config,
        table=replace(table, rows=(*table.rows, ("All songs", *map(_words, overall)))),
        size="medium" if len(features) <= FEW_ROWS else "large",
    )


def distribution(
    feature: str,
    bins: Sequence[str],
    groups: Sequence[Group],
    counts: Sequence[Sequence[int]],
) -> Chart:
    """How one feature is spread in each group, as shares: else small groups would vanish beside large."""
    shares = [[round(count / (sum(row) or 1), 4) for count in row] for row in counts]
    config = distribution_lines(
        bins,
        [
            Series(group.name, row, group.color, [f"{share * 100:.1f} %" for share in row])
            for group, row in zip(groups, shares, strict=True)
        ],
        x_title=feature,
        y_title="Share of the group's songs",
        max_ticks=7,
        ticks=[one.split(" – ")[0] for one in bins],
    )
    for line, short in zip(config["data"]["datasets"], short_names(groups), strict=True):
        line["short"] = short
    return Chart(
        key="distribution",
        title=f"Distribution of {feature[:1].lower()}{feature[1:]}",
        caption="Where a line is high, many songs of that group have that value. Lines that overlap mean that "
        "the groups don't differ in this feature. The first and last steps include the few more extreme values."
        + _waiting(groups),
        config=_some_first(config),
        table=Table(
            (f"{feature} (songs)", *(group.name for group in groups)),
            tuple((name, *(f"{row[place]:,}" for row in counts)) for place, name in enumerate(bins)),
        ),
    )


def _some_first(config: dict[str, Any]) -> dict[str, Any]:
    """Show the largest groups of many; a click in the legend brings another."""
    if len(config["data"]["datasets"]) > FEW_GROUPS:
        for dataset in config["data"]["datasets"][SHOWN_AT_FIRST:]:
            dataset["hidden"] = True
    return config


def _waiting(groups: Sequence[Group]) -> str:
    if len(groups) <= FEW_GROUPS:
        return ""
    return f" The {SHOWN_AT_FIRST} largest groups are shown. Click another in the legend to add it."


def _series(groups: Sequence[Group], means: Sequence[Sequence[float | None]]) -> list[Series]:
    return [
        Series(group.name, [None if value is None else round(value, 4) for value in row], group.color)
        for group, row in zip(groups, means, strict=True)
    ]


def _means_table(
    groups: Sequence[Group], features: Sequence[str], means: Sequence[Sequence[float | None]]
) -> Table:
    return Table(
        ("Group", *features),
        tuple((group.name, *map(_words, row)) for group, row in zip(groups, means, strict=True)),
    )


def _mean(values: Sequence[float]) -> str:
    return signed(sum(values) / len(values)) if values else "–"


def _words(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
