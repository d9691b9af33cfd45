"""The interpretation of a silhouette, for people who have never heard of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clustering.analysis.choosing.candidates import SWEEP_ALGORITHM
from clustering.analysis.choosing.excess import least_excess
from clustering.models import Cluster, Run, Sweep


@dataclass(frozen=True, slots=True)
class Separation:
    """The interpretation of a silhouette."""

    headline: str
    of_one: str  # the headline, said of a single group
    sentence: str
    tone: str  # "good", "fair" or "poor"


CLEAR_FROM = 0.5
SOFT_FROM = 0.25

APART = Separation(
    "Separate groups",
    "stands apart",
    "The groups stand apart: there are few songs between any two of them.",
    "good",
)
LANDSCAPE = Separation(
    "One continuous landscape",
    "shades into others",
    "Songs lie between all neighboring groups: read the groups as regions of a landscape, like districts of a city "
    "without walls. How many there are is a choice.",
    "fair",
)
CLEAR = Separation(
    "Clear groups",
    "compact",
    "Most songs are much closer to their own group than to any other.",
    "good",
)
SOFT = Separation(
    "Groups with soft edges",
    "soft edges",
    "The groups can be told apart, but their edges touch: some songs could belong to either of two.",
    "fair",
)
OVERLAPPING = Separation(
    "Overlapping groups",
    "overlaps others",
    "The groups overlap and have no clear borders. That is usual for music, where one style shades "
    "into the next: read them as regions of a landscape, not as drawers.",
    "fair",
)
SINGLE = Separation(
    "Groups by single features",
    "compact",
    "Each feature falls into parts by itself, and the groups follow those parts: they say little about which "
    "features go together.",
    "fair",
)
HARDLY = Separation(
    "Hardly any groups",
    "blurs into others",
    "Treat these groups as a way to cut the collection into handy parts, not as kinds of music that are "
    "really there.",
    "poor",
)


ONE_LARGE_GROUP = 0.9  # of the songs that are in a group
FEW_IN_GROUPS = 0.5  # of all songs


def interpret_silhouette(run: Run, clusters: Sequence[Cluster]) -> Separation | None:
    """Return how clear a run's groups are; None where there is no silhouette.

    A silhouette alone flatters two kinds of grouping: a few odd songs cut off from all others lie far from
    them, and songs that were left out for lying between groups are not asked.
    """
    if run.silhouette is None:
        return None
    placed, largest = run.songs_count - run.noise_count, clusters[0].size
    which = f"the {placed:,} songs that are in a group" if run.noise_count else f"all {placed:,} songs"
    if largest > ONE_LARGE_GROUP * placed:
        return Separation(
            "Nearly all in one group",
            "",
            f"{largest:,} of {which} are in one. The silhouette tells only how far the few others lie from them, "
            "and not what kinds of music there are: do not take it for clear groups.",
            "poor",
        )
    if placed < FEW_IN_GROUPS * run.songs_count:
        return Separation(
            "Most songs are in no group",
            "",
            f"Only {placed:,} of {run.songs_count:,} songs are in a group, and the silhouette asks only them: it says "
            "nothing of the others.",
            "fair",
        )
    return separation(run)


def separation(run: Run) -> Separation | None:
    """Return how well a run's groups are separated.

    Their borders tell, or the advice that chose their number and has looked at those of several numbers. Where
    clusters are not those of the nearest center, the silhouette is compared with that of shuffled songs.
    """
    if run.silhouette is None:
        return None
    if (found := _advised(run) or _by_borders(run)) is not None:
        return found
    lower_bound = run.silhouette if run.silhouette_low is None else run.silhouette_low
    interpretation = _words(run.silhouette, above_chance=_is_above_chance(lower_bound, run))
    if interpretation is HARDLY or interpretation is SINGLE:
        return replace(interpretation, sentence=f"{_compared(run)} {interpretation.sentence}")
    return interpretation


def separation_of_one(cluster: Cluster, run: Run) -> str:
    """Return how well one group of a run is separated from the others."""
    if cluster.silhouette is None:
        return ""
    if run.found_borders is not None:
        alone = _advised(run) is not LANDSCAPE and run.found_borders.stands_apart(cluster.index)
        return (APART if alone else LANDSCAPE).of_one
    return _words(cluster.silhouette, above_chance=_is_above_chance(cluster.silhouette, run)).of_one


def _advised(run: Run) -> Separation | None:
    """Return what the advice says of the groups of a run; nothing where the run's own borders know better."""
    if run.sweep is None:
        return None
    if run.sweep.verdict == Sweep.Verdict.NONE:
        return LANDSCAPE
    found_them = run.sweep.verdict == Sweep.Verdict.CLEAR and run.algorithm == SWEEP_ALGORITHM
    return APART if found_them and run.found_borders is None else None


def _by_borders(run: Run) -> Separation | None:
    borders = run.found_borders
    if borders is None:
        return None
    if borders.parts_apart == 1:
        return LANDSCAPE
    if borders.parts_apart == len(borders.parts):
        return APART
    return Separation(
        "Some structure",
        "",
        f"The {len(borders.parts)} groups fall into {borders.parts_apart} parts that stand apart, with few songs "
        "between them. Within a part, neighboring groups shade into each other.",
        "fair",
    )


def _words(silhouette: float, *, above_chance: bool) -> Separation:
    if not above_chance:
        return SINGLE if silhouette >= CLEAR_FROM else HARDLY
    return CLEAR if silhouette >= CLEAR_FROM else SOFT if silhouette >= SOFT_FROM else OVERLAPPING


def _is_above_chance(silhouette: float, run: Run) -> bool:
    if run.null_silhouette is None:
        return silhouette > 0
    return silhouette - run.null_silhouette >= least_excess(run.null_deviation or 0.0)


def _compared(run: Run) -> str:
    if run.null_silhouette is None:
        return "On average, songs are no nearer to their own group than to the next."
    return (
        f"The silhouette is {run.silhouette:.2f}, and {run.null_silhouette:.2f} when each feature is shuffled by "
        "itself, which leaves no groups: that is not surely better."
    )
