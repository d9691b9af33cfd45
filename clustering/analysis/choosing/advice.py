"""What to make of a sweep: that there are separate groups, some structure, or one continuous cloud.

The rule and where it comes from are told in docs/choosing_k.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from clustering.analysis.choosing.candidates import MAX_TRIED_K, KCandidate

REPEATS = 0.95
"""From this mean adjusted Rand index on, other samples of the songs give the same groups."""

HOLDS = 0.65
"""The mean adjusted Rand index below which two samples of the songs agree poorly (Steinley)."""

COARSE_SHARE = 0.8
"""So much of the finest number's silhouette a coarser number has to have, to be a level beside it."""

MAX_ALTERNATIVES = 3

MORE_NUMBERS = 6
"""So many more numbers are tried where the groups may be more than the highest number of a sweep."""

SHOWN_TWICE = 2
"""By so many numbers of clusters a number of parts has to be shown that no number of clusters gives by itself."""

NEARLY = 0.08
"""Mean adjusted Rand indices that differ by less may do so by chance: it is their 95 % interval on real songs."""

HANDY_NUMBERS = range(4, 9)
"""Of a cloud without groups, as many parts are useful."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What a sweep says.

    Attributes
    ----------
    verdict : {"clear", "weak", "none"}
        Groups stand apart, and one number of clusters gives them; parts stand apart, but at several levels, or
        clusters do not follow them, or there may be more; or the songs are one continuous cloud.
    recommended_k : int
        The number to take where one has to be taken, also where there are no groups.
    alternatives : tuple of int
        With "weak", the numbers that serve, from coarse to fine; empty where none repeats itself.
    reason : str
        Why, in two sentences with the numbers in them.
    groups_apart : int
        How many groups stand apart; 1 where all songs are connected. With "weak", the clusters of the advised
        number may be pieces of these groups.
    may_be_more : bool
        Whether all clusters of the highest number that was tried stand apart.
    draws, draws_agree : int
        How many draws of the songs were looked at, and how many show as many groups.
    """

    verdict: Literal["clear", "weak", "none"]
    recommended_k: int
    alternatives: tuple[int, ...]
    reason: str
    groups_apart: int
    may_be_more: bool
    draws: int = 1
    draws_agree: int = 1


def advise(candidates: Sequence[KCandidate]) -> Advice:
    """Say what to make of the numbers of clusters that were tried.

    Parameters
    ----------
    candidates : sequence of KCandidate
        A range without gaps, ascending.

    Returns
    -------
    Advice

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.choosing.candidates import score_k
    >>> corners = np.array([[0, 0], [0, 9], [9, 0], [9, 9]])
    >>> songs = np.repeat(corners, 30, axis=0) + np.random.default_rng(0).random((120, 2))
    >>> advice = advise([score_k(songs, k, seed=0) for k in range(2, 7)])
    >>> advice.verdict, advice.recommended_k
    ('clear', 4)
    """
    drawn = [
        [one.parts_apart for one in candidates],
        *zip(*(one.draws_apart for one in candidates), strict=True),
    ]
    counts = [_count_groups(candidates, parts) for parts in drawn]
    chosen = _choose_draw(counts)
    agree = counts.count(counts[chosen])
    seen = [replace(one, parts_apart=parts) for one, parts in zip(candidates, drawn[chosen], strict=True)]
    advice = _advise_on(seen, counts[chosen])
    return replace(
        advice,
        reason=f"{advice.reason} {agree} of {len(counts)} random draws of the songs agree.",
        draws=len(counts),
        draws_agree=agree,
    )


def _choose_draw(counts: Sequence[int]) -> int:
    """Return the draw to go by: the first, unless most others disagree on whether there are groups at all.

    The first has the most songs and the best grouping; of those that most agree with, it or the first one that shows
    the number that is seen most often.
    """
    any_groups = 2 * sum(count > 1 for count in counts) > len(counts)
    if (counts[0] > 1) == any_groups:
        return 0
    alike = [count for count in counts if (count > 1) == any_groups]
    return counts.index(max(alike, key=alike.count))


def _advise_on(candidates: Sequence[KCandidate], groups: int) -> Advice:
    if groups < 2:
        return _none(candidates)
    finest = [one for one in candidates if one.k == groups and _is_whole(one)]
    if not finest:
        return _pieces(groups, candidates)
    levels = [*(one for one in candidates if _is_level_above(one, finest[0], candidates)), *finest]
    if levels[-1] is candidates[-1] and len(candidates) > 1:
        return _open_ended(levels, candidates)
    if len(levels) == 1 and finest[0].stability >= REPEATS:
        return _clear(finest[0], candidates)
    return _weak(levels[-MAX_ALTERNATIVES:], candidates)


def wider_range(candidates: Sequence[KCandidate]) -> range:
    """Return the numbers to try next, where the groups may be more than the highest number that was tried.

    Parameters
    ----------
    candidates : sequence of KCandidate
        All that were tried, ascending.

    Returns
    -------
    range
        Empty where the answer is inside the range, or the range cannot grow.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.choosing.candidates import score_k
    >>> songs = np.repeat(np.eye(5) * 9, 30, axis=0) + np.random.default_rng(0).random((150, 5))
    >>> wider_range([score_k(songs, k, seed=0) for k in range(2, 5)])
    range(5, 11)
    """
    top = candidates[-1].k
    # where all but one of the highest number stand apart, one may be cut in two while two are merged
    if max(one.parts_apart for one in candidates) < top - 1:
        return range(0)
    return range(top + 1, min(MAX_TRIED_K, top + MORE_NUMBERS) + 1)


def _is_whole(one: KCandidate) -> bool:
    """Tell whether all clusters stand apart."""
    return one.parts_apart == one.k


def _count_groups(candidates: Sequence[KCandidate], shown: Sequence[int]) -> int:
    """Return how many groups stand apart: the most that a number of clusters gives, or that several show."""
    whole = [one.k for one, parts in zip(candidates, shown, strict=True) if parts == one.k]
    return max([*whole, *(parts for parts in shown if shown.count(parts) >= SHOWN_TWICE)], default=1)


def _is_level_above(one: KCandidate, finest: KCandidate, candidates: Sequence[KCandidate]) -> bool:
    """Tell whether a coarser number is a level of its own, and not one at which groups are merged by chance."""
    beside = [other.silhouette for other in candidates if abs(other.k - one.k) == 1]
    return (
        one.k < finest.k
        and _is_whole(one)
        and one.stability >= REPEATS
        and one.silhouette >= max([*beside, COARSE_SHARE * finest.silhouette])
    )


def _clear(best: KCandidate, candidates: Sequence[KCandidate]) -> Advice:
    others = [one for one in candidates if one is not best]
    rival = max(others, key=lambda one: one.silhouette, default=None)
    second = (
        f"Of the other numbers from {_range(candidates)}, {rival.k} comes next, with {rival.silhouette:.2f} "
        f"and a stability of {rival.stability:.2f}."
        if rival
        else "No other number was tested."
    )
    return Advice(
        "clear",
        best.k,
        (),
        f"{best.k} groups stand apart, with few songs between any two of them: their silhouette is "
        f"{best.silhouette:.2f}, and other samples of the songs give the same groups again "
        f"(stability {best.stability:.2f} out of 1). {second}",
        groups_apart=best.k,
        may_be_more=False,
    )


def _weak(levels: Sequence[KCandidate], candidates: Sequence[KCandidate]) -> Advice:
    finest = levels[-1]
    if len(levels) == 1:
        second = (
            f"But their stability on resampling is only {finest.stability:.2f} out of 1, so a few songs "
            "more or less can move their borders."
        )
    else:
        ks = [str(one.k) for one in levels]
        named = _and([f"{ks[0]} (broad)", *ks[1:-1], f"{ks[-1]} (finer)"])
        agreements = [f"{one.stability:.2f}" for one in levels]
        second = (
            f"No single number stands out: {named} groups {'both' if len(ks) == 2 else 'all'} work (stability on "
            f"resampling {_and(agreements)} out of 1)."
        )
    return Advice(
        "weak",
        finest.k,
        _holding(levels),
        f"{_apart(finest)} {second}",
        groups_apart=finest.k,
        may_be_more=False,
    )


def _open_ended(levels: Sequence[KCandidate], candidates: Sequence[KCandidate]) -> Advice:
    finest = levels[-1]
    return Advice(
        "weak",
        finest.k,
        _holding(levels[-MAX_ALTERNATIVES:]),
        f"{_apart(finest)} That is the highest number tested, so there may be more groups than {finest.k}.",
        groups_apart=finest.k,
        may_be_more=True,
    )


def _pieces(groups: int, candidates: Sequence[KCandidate]) -> Advice:
    """Advise where clusters are pieces of the groups: round clusters cannot follow every shape and size."""
    shown = min((one for one in candidates if one.parts_apart == groups), key=lambda one: one.k)
    return Advice(
        "weak",
        shown.k,
        _holding([shown]),
        f"{groups} groups stand apart, with few songs between them, but K-Means with {groups} clusters "
        f"doesn't match them: they may be long, curved or of very different sizes. With {shown.k} clusters, "
        "none spans two groups; clusters that touch are pieces of one group.",
        groups_apart=groups,
        may_be_more=False,
    )


def _none(candidates: Sequence[KCandidate]) -> Advice:
    highest = max(candidates, key=lambda one: one.silhouette)
    handy = [one for one in candidates if one.k in HANDY_NUMBERS] or candidates
    # what means nothing should at least come out again
    chosen = _fewest_that_repeat(handy, [one.stability for one in handy])
    samples = [
        _fewest_that_repeat(handy, repeats) for repeats in zip(*(one.resamples for one in handy), strict=True)
    ]
    low = "" if chosen.stability >= HOLDS else ", so low that another sample would give other groups"
    return Advice(
        "none",
        chosen.k,
        (),
        f"No number from {_range(candidates)} divides these songs into groups that stand apart: songs lie between all "
        f"neighboring parts, as in one continuous cloud (highest silhouette {highest.silhouette:.2f}, with "
        f"{highest.k} groups). So the number of groups is up to you: from {_range(handy)}, {chosen.k} is the fewest "
        f"that are as stable as any on resampling ({chosen.stability:.2f} out of 1{low}; {samples.count(chosen)} of "
        f"{len(samples)} samples alone give the same number).",
        groups_apart=1,
        may_be_more=False,
    )


def _fewest_that_repeat(handy: Sequence[KCandidate], repeats: Sequence[float]) -> KCandidate:
    """Return the lowest of the numbers that come out again as well as the best one, but for chance."""
    best = max(repeats)
    return next(one for one, repeat in zip(handy, repeats, strict=True) if repeat > best - NEARLY)


def _holding(levels: Sequence[KCandidate]) -> tuple[int, ...]:
    return tuple(one.k for one in levels if one.stability >= HOLDS)


def _apart(finest: KCandidate) -> str:
    return (
        f"{finest.k} groups stand apart, with few songs between any two of them "
        f"(silhouette {finest.silhouette:.2f})."
    )


def _range(candidates: Sequence[KCandidate]) -> str:
    first, last = candidates[0].k, candidates[-1].k
    return f"{first} to {last}" if first < last else str(first)


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
