"""The tree of a hierarchical grouping: which songs were joined, and how different they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clustering.web.charts.figure import Chart, Table, songs_in_words
from clustering.web.charts.groups import Group
from clustering.web.charts.shapes import Point, scatter


@dataclass(frozen=True, slots=True)
class _Node:
    """A branch or a merge on the chart: where it stands, how high, and the only group below it or none."""

    x: float
    height: float
    cluster: int | None
    songs: int


def tree_lines(
    groups: Sequence[Group],
    sizes: Sequence[int],
    clusters: Sequence[int],
    merges: Sequence[tuple[int, int, float]],
) -> Chart:
    """Return the top of the tree of a hierarchical grouping, each group's part in its color.

    Branches (``sizes``, ``clusters``) stand side by side; each merge joins two nodes at a height.
    """
    nodes = [
        _Node(float(place), 0.0, cluster, size)
        for place, (size, cluster) in enumerate(zip(sizes, clusters, strict=True))
    ]
    lines: list[list[Point | None]] = [[] for _ in groups]
    joins: list[Point | None] = []
    rows = []
    for left, right, height in merges:
        left_node, right_node = nodes[left], nodes[right]
        cluster = left_node.cluster if left_node.cluster == right_node.cluster else None
        nodes.append(
            _Node((left_node.x + right_node.x) / 2, height, cluster, left_node.songs + right_node.songs)
        )
        hint = f"{left_node.songs:,} and {songs_in_words(right_node.songs)}"
        corners = (
            Point(left_node.x, left_node.height, hint),
            Point(left_node.x, height, hint),
            Point(right_node.x, height, hint),
            Point(right_node.x, right_node.height, hint),
        )
        (joins if cluster is None else lines[cluster]).extend([*corners, None])
        rows.append(
            (
                f"{left_node.songs:,}",
                f"{right_node.songs:,}",
                f"{height:.2f}",
                _joined(groups, left_node, right_node),
            )
        )
    return Chart(
        key="tree",
        title=f"Tree of the groups – top {len(sizes)} branches",
        caption="Read from below: the two most similar branches merge first, and the height shows how different they "
        f"are. Cut into {len(groups)} branches, it gives the groups of this run. A long gap between two merges means "
        "that the groups below it are clearly apart.",
        config=_drawn(groups, lines, joins, len(sizes)),
        table=Table(("Songs", "Merged with", "Height", "Groups"), tuple(reversed(rows))),
        size="large",
    )


def _joined(groups: Sequence[Group], left: _Node, right: _Node) -> str:
    names = [groups[node.cluster].name if node.cluster is not None else "several" for node in (left, right)]
    return f"within {names[0]}" if left.cluster == right.cluster is not None else " + ".join(names)


def _drawn(
    groups: Sequence[Group],
    lines: Sequence[Sequence[Point | None]],
    joins: Sequence[Point | None],
    branches: int,
) -> dict[str, Any]:
    series = [("Joins of groups", "muted", joins)]
    series += [(group.name, group.color, own) for group, own in zip(groups, lines, strict=True)]
    config = scatter([(label, color, ()) for label, color, _ in series], x_title="", y_title="How different")
    for dataset, (_, color, corners) in zip(config["data"]["datasets"], series, strict=True):
        dataset |= {
            "data": [
                {"x": corner.x, "y": round(corner.y, 4), "title": corner.title}
                if corner
                else {"x": 0, "y": None}
                for corner in corners
            ],
            "showLine": True,
            "borderColor": color,
            "borderWidth": 2,
            "pointRadius": 0,
            "pointHoverRadius": 3,
        }
    config["options"]["scales"]["x"] |= {"display": False, "min": -0.5, "max": branches - 0.5}
    config["options"]["scales"]["y"]["beginAtZero"] = True
    return config
