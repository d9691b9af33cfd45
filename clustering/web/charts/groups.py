"""What charts know of a run's groups, and the chart of their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clustering.models.palette import cluster_color
from clustering.web.charts.figure import Chart, Table
from clustering.web.charts.shapes import colored_bars

MAX_LABEL_LENGTH = 26
FEW_GROUPS = 12
MAX_LABELS = 24  # more do not fit beside an axis: every second is left out


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster as charts know it."""

    name: str
    color_index: int
    size: int

    @property
    def color(self) -> str:
        """The name of its color."""
        return cluster_color(self.color_index)


def short_names(groups: Sequence[Group]) -> list[str]:
    """Return names that fit beside an axis, each only once: the first words where they tell groups apart."""
    firsts = [group.name.split(", ")[0] for group in groups]
    names: list[str] = []
    for group, first in zip(groups, firsts, strict=True):
        name = first if firsts.count(first) == 1 else group.name
        if len(name) > MAX_LABEL_LENGTH:
            name = f"{name[: MAX_LABEL_LENGTH - 1].rstrip()}…"
        free, number = name, 2
        while free in names:
            free, number = f"{name} ({number})", number + 1
        names.append(free)
    return names


def silhouette_bars(
    groups: Sequence[Group], values: Sequence[float | None], intervals: Sequence[str]
) -> Chart:
    """Draw how well each group is separated."""
    texts = ["–" if value is None else f"{value:.2f}" for value in values]
    return Chart(
        key="silhouettes",
        title="Silhouette of each group",
        caption="The longer the bar, the better the songs fit their group and no other. Near 0, a group "
        "blends into its neighbors; below 0, most of its songs are closer to another group.",
        config=_named_bars(
            groups,
            [0.0 if value is None else value for value in values],
            hints=[
                f"{text} ({interval})" if interval else text
                for text, interval in zip(texts, intervals, strict=True)
            ],
            x_title="Silhouette",
        ),
        table=Table(
            ("Group", "Silhouette", "95 % interval"),
            tuple(
                (group.name, text, interval or "–")
                for group, text, interval in zip(groups, texts, intervals, strict=True)
            ),
        ),
        size="medium" if len(groups) <= FEW_GROUPS else "large",
    )


def _named_bars(
    groups: Sequence[Group], values: Sequence[float], *, hints: Sequence[str], x_title: str
) -> dict[str, Any]:
    """Return one horizontal bar per group, in its color, with its name beside it."""
    colors = [group.color for group in groups]
    config = colored_bars(short_names(groups), values, colors, hints=hints, x_title=x_title, horizontal=True)
    config["options"]["scales"]["y"]["ticks"] = {"autoSkip": len(groups) > MAX_LABELS}
    return config
