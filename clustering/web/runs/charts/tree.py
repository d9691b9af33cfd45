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
    """A branch or a merge on the picture: where it stands, how high, and the only group below it or none."""

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
        one, other = nodes[left], nodes[right]
        cluster = one.cluster if one.cluster == other.cluster else None
        nodes.append(_Node((one.x + other.x) / 2, height, cluster, one.songs + other.songs))
        hint = f"{one.songs:,} and {songs_in_words(other.songs)}"
        corners = (
            Point(one.x, one.height, hint),
            Point(one.x, height, hint),
            Point(other.x, height, hint),
            Point(other.x, other.height, hint),
        )
        (joins if cluster is None else lines[cluster]).extend([*corners, None])
        rows.append((f"{one.songs:,}", f"{other.songs:,}", f"{height:.2f}", _said(groups, one, other)))
    return Chart(
        key="tree",
        title=f"The tree of the groups – its top {len(sizes)} branches",
        caption="Read it from below: the two most similar branches are joined first, at the height of how different "
        f"they are. Cut through its {len(groups)} highest branches it gives the groups of this run. A long way "
        "between two joins means that the groups below are clearly apart.",
        config=_drawn(groups, lines, joins, len(sizes)),
        table=Table(("Songs", "joined with", "at height", "Groups"), tuple(reversed(rows))),
        size="large",
    )


def _said(groups: Sequence[Group], one: _Node, other: _Node) -> str:
    names = [groups[node.cluster].name if node.cluster is not None else "several" for node in (one, other)]
    return f"within {names[0]}" if one.cluster == other.cluster is not None else " + ".join(names)


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
                {"x": one.x, "y": round(one.y, 4), "title": one.title} if one else {"x": 0, "y": None}
                for one in corners
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
