"""How sharp the borders between the groups of a run are, in plain words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from clustering.analysis.choosing.borders import SIGNIFICANCE, Border
from clustering.exports.verdict import shown_by_borders, stands_apart
from clustering.models import Cluster, Run, Sweep
from clustering.web.components.formatting import percent

CLEAR, PARTIAL, CHANCE, NONE = (
    "Clear gap",
    "Fewer songs, but no gap",
    "Fewer songs, maybe by chance",
    "No gap",
)
FEWER = 0.25
"""By so much less dense than around either group, the space between two has visibly fewer songs."""
NAMED = 3
"""Of its neighbors, so many are named on a group's card: those with the softest borders."""


@dataclass(frozen=True, slots=True)
class BorderLine:
    """What lies between two neighboring groups."""

    first: Cluster
    second: Cluster
    words: str
    between: str
    """How dense the songs are between the two, beside around either, in percent."""
    sharpness: float


@dataclass(frozen=True, slots=True)
class OwnBorder:
    """A border as one group sees it."""

    other: Cluster
    words: str
    between: str


@dataclass(frozen=True, slots=True)
class ClusterBorders:
    """A group's borders with its neighbors, the softest first."""

    lines: tuple[OwnBorder, ...]
    stands_apart: bool
    """Whether there is a clear gap all around it."""
    shades_into: tuple[Cluster, ...]
    """Groups to which there is no clear gap, those of the softest borders."""


def read_borders(run: Run, clusters: Sequence[Cluster]) -> tuple[BorderLine, ...]:
    """Return what lies between the groups of a run, the softest borders first; nothing where that is not known."""
    found = run.found_borders
    if found is None:
        return ()
    by_index = {cluster.index: cluster for cluster in clusters}
    one_landscape = shown_by_borders(run) == Sweep.Verdict.NONE
    lines = [
        BorderLine(
            first=by_index[border.first],
            second=by_index[border.second],
            words=_words(
                border,
                apart=found.parts[border.first] != found.parts[border.second] and not one_landscape,
            ),
            between=percent(1 - border.sharpness),
            sharpness=border.sharpness,
        )
        for border in found.between
    ]
    return tuple(sorted(lines, key=lambda line: (line.sharpness, line.first.index, line.second.index)))


def borders_by_cluster(run: Run, clusters: Sequence[Cluster]) -> dict[int, ClusterBorders]:
    """Return the borders of each group that has neighbors, by its index."""
    own = defaultdict[int, list[OwnBorder]](list)
    for line in read_borders(run, clusters):
        own[line.first.index].append(OwnBorder(line.second, line.words, line.between))
        own[line.second.index].append(OwnBorder(line.first, line.words, line.between))
    return {
        cluster.index: ClusterBorders(
            lines=tuple(own[cluster.index]),
            stands_apart=stands_apart(cluster, run),
            shades_into=tuple(border.other for border in own[cluster.index] if border.words != CLEAR)[:NAMED],
        )
        for cluster in clusters
        if cluster.index in own
    }


def _words(border: Border, *, apart: bool) -> str:
    if apart:
        return CLEAR
    if border.p_value < SIGNIFICANCE:
        return PARTIAL
    return CHANCE if border.sharpness >= FEWER else NONE
