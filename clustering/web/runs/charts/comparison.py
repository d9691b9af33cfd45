"""Where songs went from one grouping to another: a flow diagram (Sankey), as shapes for an SVG.

Ribbons are drawn in a box 100 wide that is stretched sideways, labels beside them are not: hence two widths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clustering.web.charts.figure import songs_in_words
from clustering.web.charts.groups import Group

HEIGHT = 460.0
GAP = 10.0
BAR = 1.2  # per cent of the width
THINNEST = 0.4
EDGE = 6.0
"""Above and below, so that the name of the thinnest group is not cut off."""


@dataclass(frozen=True, slots=True)
class FlowBar:
    """One group, at the left or right edge."""

    index: int
    name: str
    color_index: int
    size: int
    y: float
    height: float

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True, slots=True)
class FlowRibbon:
    """The songs that are in one group of the first and one of the second grouping."""

    source: int
    target: int
    color_index: int
    count: int
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole diagram."""

    left: tuple[FlowBar, ...]
    right: tuple[FlowBar, ...]
    ribbons: tuple[FlowRibbon, ...]
    height: int


def song_flow(first: Sequence[Group], second: Sequence[Group], table: Sequence[Sequence[int]]) -> Flow:
    """Lay the diagram out: `table` counts songs by group of the first and group of the second."""
    total = sum(map(sum, table)) or 1
    most = max(len(first), len(second))
    height = HEIGHT + GAP * max(0, most - 12)
    scale = (height - GAP * (most - 1)) / total
    left = _bars(first, [sum(row) for row in table], scale, height)
    right = _bars(second, [sum(column) for column in zip(*table, strict=True)], scale, height)
    from_y, to_y = [bar.y for bar in left], [bar.y for bar in right]
    ribbons = []
    for i, row in enumerate(table):
        for j, count in enumerate(row):
            if not count:
                continue
            thick = count * scale
            path = _ribbon(from_y[i], to_y[j], thick)
            from_y[i] += thick
            to_y[j] += thick
            title = f"{songs_in_words(count)} from {first[i].name} to {second[j].name}"
            ribbons.append(FlowRibbon(i, j, first[i].color_index, count, title, path))
    return Flow(left, right, tuple(ribbons), round(height + 2 * EDGE))


def _bars(groups: Sequence[Group], sizes: Sequence[int], scale: float, height: float) -> tuple[FlowBar, ...]:
    """Stack the groups of one side, in the middle of the height."""
    used = sum(sizes) * scale + GAP * (len(groups) - 1)
    y, bars = EDGE + (height - used) / 2, []
    for index, (group, size) in enumerate(zip(groups, sizes, strict=True)):
        bars.append(FlowBar(index, group.name, group.color_index, size, round(y, 2), round(size * scale, 2)))
        y += size * scale + GAP
    return tuple(bars)


def _ribbon(y: float, to: float, thick: float) -> str:
    """Return the outline of a band from the left bar at `y` to the right bar at `to`."""
    thick = max(thick, THINNEST)
    left, right = BAR, 100 - BAR
    return (
        f"M{left:g} {y:.1f}C50 {y:.1f} 50 {to:.1f} {right:g} {to:.1f}"
        f"V{to + thick:.1f}C50 {to + thick:.1f} 50 {y + thick:.1f} {left:g} {y + thick:.1f}Z"
    )
