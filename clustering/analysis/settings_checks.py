"""What to know before a run: settings that will mislead, from a dataset's statistics alone. Standard library only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from clustering.analysis.algorithms import ALGORITHMS, refusal
from clustering.analysis.features import feature_named

FAR_OUT = 10.0
"""Standard deviations from the mean beyond which a value is likely to get a cluster of its own."""

SAME_TWICE = 0.65
"""A correlation from which two features count much the same twice: energy and loudness have 0.7 to 0.8."""

IN_ONE_BAR = 0.75
"""When so many songs lie in one of the histogram's bars, both quartiles do."""

FEW_SONGS = 10
"""Songs per group below which groups are chance."""

MANY_GAPS = 0.1
"""The share of songs left out that is worth a word."""

BINARY = ("mode", "explicit")

OTHER_SHAPES = {
    "mixture": "Make runs with a few numbers and compare their BIC: the lowest is best.",
    "ward": "Its tree shows which others there are.",
}
"""What to do where another number of groups than K-Means' may suit: these find groups of another shape."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of a run that is not started yet, and what is known of the songs.

    Attributes
    ----------
    songs : int
    features : sequence of str
    scaler, algorithm, missing : str
    k : int or None
    weights : mapping of str to float
        1 where not named.
    columns : mapping of str to mapping
        The quality report of each column, by feature.
    correlations : mapping of (str, str) to float
    """

    songs: int
    features: Sequence[str]
    scaler: str = "standard"
    algorithm: str = "kmeans"
    missing: str = "drop"
    k: int | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing to know before a run; a run that it `stops` would fail."""

    sentence: str
    stops: bool = False


def guard(plan: Plan) -> tuple[Guard, ...]:
    """Say what will mislead or fail, the failures first.

    Examples
    --------
    >>> plan = Plan(songs=30, features=["energy", "mode"], k=12)
    >>> for said in guard(plan):
    ...     print(said.sentence)
    Mode has only two values: groups will mostly be its two halves. Leave it out, or give it little weight.
    30 songs in 12 groups are fewer than 10 for each: such groups are mostly chance. Ask for at most 3.
    """
    used = [name for name in plan.features if plan.weights.get(name, 1.0) > 0]
    found = [*_size(plan), *_constants(plan, used), *_binaries(plan, used), *_outliers(plan, used)]
    found += [
        *_zeros(plan, used),
        *_twins(plan, used),
        *_gaps(plan),
        *_few_songs(plan),
        *_borrowed_number(plan),
    ]
    if plan.features and not used:
        found.append(
            Guard("All weights are zero, so all songs would be alike. Give a feature a weight.", True)
        )
    return tuple(sorted(found, key=lambda one: not one.stops))


def _size(plan: Plan) -> Iterator[Guard]:
    reason = refusal(plan.algorithm, plan.songs)
    if reason:
        yield Guard(reason, stops=True)


def _constants(plan: Plan, used: Sequence[str]) -> Iterator[Guard]:
    for name in used:
        if plan.columns.get(name, {}).get("constant"):
            yield Guard(
                f"{feature_named(name).label} is the same for every song and cannot tell them apart. Leave it out.",
                stops=True,
            )


def _binaries(plan: Plan, used: Sequence[str]) -> Iterator[Guard]:
    for name in used:
        if name in BINARY or _has_two_values(plan.columns.get(name, {})):
            yield Guard(
                f"{feature_named(name).label} has only two values: groups will mostly be its two halves. "
                "Leave it out, or give it little weight."
            )


def _has_two_values(column: Mapping[str, Any]) -> bool:
    histogram = column.get("histogram") or {}
    counts, edges = histogram.get("counts", ()), histogram.get("edges", ())
    if edges and not edges[0] <= column["minimum"] <= column["maximum"] <= edges[-1]:
        return False  # the outermost bars hold all that lies beyond
    return len(counts) > 2 and not any(counts[1:-1]) and counts[0] > 0 and counts[-1] > 0


def _outliers(plan: Plan, used: Sequence[str]) -> Iterator[Guard]:
    if not ALGORITHMS[plan.algorithm].asks_k or plan.scaler == "yeo-johnson":
        return  # which leave odd songs in no group, or bring them near
    for name in used:
        column, feature = plan.columns.get(name, {}), feature_named(name)
        mean, deviation = column.get("mean"), column.get("deviation")
        if mean is None or not deviation:
            continue
        end = max((column["minimum"], column["maximum"]), key=lambda value: abs(value - mean))
        away = abs(end - mean) / deviation
        if away > FAR_OUT:
            yield Guard(
                f"{feature.label} reaches {feature.format(end)}, {away:.0f} times the usual distance from the middle "
                f"({feature.format(mean)}): "
                + (
                    "all other songs are squeezed together on this scale. "
                    if plan.scaler == "minmax"
                    else "a few such songs may make a group of their own. "
                )
                + "The Yeo–Johnson scale brings them nearer."
            )


def _zeros(plan: Plan, used: Sequence[str]) -> Iterator[Guard]:
    if plan.scaler != "robust":
        return
    for name in used:
        counts = (plan.columns.get(name, {}).get("histogram") or {}).get("counts", ())
        if counts and max(counts) > IN_ONE_BAR * sum(counts):
            yield Guard(
                f"In {feature_named(name).inside} most songs have nearly the same value: the robust scale blows "
                "the few others up until they alone decide, and refuses it where they do. Choose another scale."
            )


def _twins(plan: Plan, used: Sequence[str]) -> Iterator[Guard]:
    for one, other in combinations(used, 2):
        r = plan.correlations.get((one, other))
        if r is not None and abs(r) >= SAME_TWICE:
            said = "say much the same" if r > 0 else "say much the same, one the other way round"
            yield Guard(
                f"{feature_named(one).label} and {feature_named(other).inside} {said} "
                f"(correlation {r:+.2f}), so that together they count nearly double. Give each half the weight, or "
                "leave one out."
            )


def _gaps(plan: Plan) -> Iterator[Guard]:
    if plan.missing != "drop" or not plan.songs:
        return
    most = max(plan.features, key=lambda name: plan.columns.get(name, {}).get("missing", 0), default=None)
    missing = plan.columns.get(most, {}).get("missing", 0) if most else 0
    if most and missing > MANY_GAPS * plan.songs:
        yield Guard(
            f"{missing:,} of {plan.songs:,} songs have no {feature_named(most).inside} and will be left out. "
            "Leave the feature out, or fill gaps with the median."
        )


def _few_songs(plan: Plan) -> Iterator[Guard]:
    if plan.k is None or not ALGORITHMS[plan.algorithm].asks_k:
        return
    if plan.k > plan.songs:
        yield Guard(f"{plan.k} groups cannot be made of {plan.songs:,} songs. Ask for fewer.", stops=True)
    elif plan.songs < FEW_SONGS * plan.k:
        yield Guard(
            f"{plan.songs:,} songs in {plan.k} groups are fewer than {FEW_SONGS} for each: such groups are mostly "
            f"chance. Ask for at most {max(2, plan.songs // FEW_SONGS)}."
        )


def _borrowed_number(plan: Plan) -> Iterator[Guard]:
    if plan.k is None and plan.algorithm in OTHER_SHAPES:
        yield Guard(
            f"The number of groups is tried out with K-Means, and another may suit {ALGORITHMS[plan.algorithm].label} "
            f"better. {OTHER_SHAPES[plan.algorithm]}"
        )
