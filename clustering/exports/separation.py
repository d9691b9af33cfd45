"""The interpretation of a silhouette, for people who have never heard of one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clustering.analysis.choosing.excess import least_excess
from clustering.models import Run


@dataclass(frozen=True, slots=True)
class Separation:
    """The interpretation of a silhouette."""

    headline: str
    of_one: str  # the headline, said of a single group
    sentence: str
    tone: str  # "good", "fair" or "poor"


CLEAR_FROM = 0.5
SOFT_FROM = 0.25

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
    "The groups overlap, as is usual for music, where one style shades into the next: think of them as neighborhoods "
    "with blurred borders, not boxes.",
    "fair",
)
SINGLE = Separation(
    "Groups by single features",
    "compact",
    "Each feature splits into parts on its own and the groups follow those parts, so they say little about "
    "how features combine.",
    "fair",
)
HARDLY = Separation(
    "Hardly any groups",
    "blurs into others",
    "Treat these groups as a handy way to divide the collection, not as distinct kinds of music.",
    "poor",
)


def interpret_silhouette(run: Run) -> Separation:
    """Return how well the groups of a run with a silhouette are separated, beside those of shuffled songs."""
    silhouette = run.silhouette or 0.0
    lower_bound = silhouette if run.silhouette_low is None else run.silhouette_low
    interpretation = _words(silhouette, above_chance=_is_above_chance(lower_bound, run))
    if interpretation is HARDLY or interpretation is SINGLE:
        return replace(interpretation, sentence=f"{_compared(run)} {interpretation.sentence}")
    return interpretation


def words_of_one(silhouette: float, run: Run) -> str:
    """Return in two words how well a group of this silhouette is separated from the others."""
    return _words(silhouette, above_chance=_is_above_chance(silhouette, run)).of_one


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
        return "On average, songs are no closer to their own group than to the next."
    return (
        f"The silhouette is {run.silhouette:.2f} against a random baseline of {run.null_silhouette:.2f}: "
        "not a clear difference."
    )
