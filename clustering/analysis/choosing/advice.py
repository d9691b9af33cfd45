"""What to make of a sweep: that there are clear groups, several ways to see them, or none.

The rule and where it comes from are told in docs/choosing_k.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from clustering.analysis.choosing.candidates import KCandidate
from clustering.analysis.choosing.excess import least_excess

LEVEL_RISE = 0.1
CLEAR_RISE = 0.2
"""How far on the way from the null to a perfect silhouette a level of its own is, and a clear grouping."""

ALONE_RISE = 0.5
"""As far on the way from evenly spread songs, groups are there whatever shuffled songs score."""

REPEATS = 0.95
"""From this mean adjusted Rand index on, other samples of the songs give the same groups."""

HOLDS = 0.65
"""The mean adjusted Rand index below which two samples of the songs agree poorly (Steinley)."""

COARSE_SHARE = 0.8
"""So much of the best number's silhouette a coarser number has to have, to be a level beside it."""

MAX_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """What a sweep says.

    Attributes
    ----------
    verdict : {"clear", "weak", "none"}
        One number of groups stands out; there is structure, but several numbers serve; or nothing is above
        what songs without groups score.
    recommended_k : int
        The number to take where one has to be taken, also where there are no groups.
    alternatives : tuple of int
        With "weak", the numbers that serve, from coarse to fine; empty where none repeats itself.
    reason : str
        Why, in two sentences with the numbers in them.
    """

    verdict: Literal["clear", "weak", "none"]
    recommended_k: int
    alternatives: tuple[int, ...]
    reason: str


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
    usual = float(np.median([one.null_deviation for one in candidates]))
    above = [one for one in candidates if _beats_null(one, usual) or _stands_alone(one)]
    if not above:
        return _none(candidates)
    peaks = [one for one in above if _is_peak(one, candidates, _worth)]
    best = _best_first(above)[0]
    marked = [one for one in above if one is best or _is_level_beside(one, best, candidates)]
    levels = [one for one in marked if one.stability >= REPEATS and _rise(one) >= LEVEL_RISE]
    if len(levels) == 1 and _rise(levels[0]) >= CLEAR_RISE:
        return _clear(levels[0], candidates)
    holding = [one for one in above if one.stability >= HOLDS]
    if not holding:
        return _unsteady(best, above)
    peaks = [one for one in peaks if one in holding]
    ranked = [*_best_first(levels), *_best_first(peaks), *_best_first(holding)]
    wanted = max(2, min(MAX_ALTERNATIVES, len(peaks)))
    serving = list(dict.fromkeys(one.k for one in ranked))[:wanted]
    return _weak([one for one in holding if one.k in serving], candidates)


def _beats_null(one: KCandidate, usual_deviation: float) -> bool:
    # five rounds may be too much alike by luck; and one number whose null wavers says nothing of the others
    deviation = max(one.null_deviation, usual_deviation)
    return one.silhouette_low - one.null_silhouette >= least_excess(deviation)


def _stands_alone(one: KCandidate) -> bool:
    """Tell whether the groups are beyond doubt, whatever shuffled songs score.

    Where single features fall into groups, shuffling leaves them in: the null is then no null.
    """
    return one.stability >= REPEATS and _way(one.uniform_silhouette, one.silhouette) >= ALONE_RISE


def _base(one: KCandidate) -> float:
    """Return the silhouette that a grouping is compared with."""
    return min(one.null_silhouette, one.uniform_silhouette) if _stands_alone(one) else one.null_silhouette


def _worth(one: KCandidate) -> float:
    """Return how far a number of groups is above what it is compared with, as far as it repeats itself."""
    return (one.silhouette - _base(one)) * max(one.stability, 0.0)


def _rise(one: KCandidate) -> float:
    return _way(_base(one), one.silhouette)


def _way(base: float, silhouette: float) -> float:
    """Return how far on the way from a base to a perfect silhouette a grouping is."""
    return (silhouette - base) / (1 - base)


def _is_level_beside(one: KCandidate, best: KCandidate, candidates: Sequence[KCandidate]) -> bool:
    """Tell whether a number shows itself between its neighbours, coarser or finer than the best.

    A finer one has less worth by nature: to be more stable than its neighbours is enough. A coarser one can
    be stable by merging groups that are apart: it has to be well separated too.
    """
    if one.k > best.k and _is_peak(one, candidates, lambda other: other.stability, strictly=True):
        return True
    if not _is_peak(one, candidates, _worth):
        return False
    separated = one.silhouette >= COARSE_SHARE * best.silhouette
    return one.k > best.k or (separated and _is_peak(one, candidates, lambda other: other.silhouette))


def _is_peak(
    one: KCandidate,
    candidates: Sequence[KCandidate],
    measure: Callable[[KCandidate], float],
    *,
    strictly: bool = False,
) -> bool:
    """Tell whether a number of groups measures more than the numbers beside it."""
    beside = [measure(other) for other in candidates if abs(other.k - one.k) == 1]
    return all(measure(one) > other if strictly else measure(one) >= other for other in beside)


def _best_first(candidates: Sequence[KCandidate]) -> list[KCandidate]:
    return sorted(candidates, key=_worth, reverse=True)


def _clear(best: KCandidate, candidates: Sequence[KCandidate]) -> Advice:
    others = _best_first([one for one in candidates if one is not best])
    rival = (
        f"Of the other numbers from {_range(candidates)}, {others[0].k} comes next, with "
        f"{others[0].silhouette:.2f} and an agreement of {others[0].stability:.2f}."
        if others
        else "No other number was tried."
    )
    return Advice(
        "clear",
        best.k,
        (),
        f"{best.k} groups have a silhouette of {best.silhouette:.2f}, where {_compared(best)}, and other samples "
        f"of the songs give the same groups again (agreement {best.stability:.2f} of 1). {rival}",
    )


def _weak(serving: Sequence[KCandidate], candidates: Sequence[KCandidate]) -> Advice:
    best = _best_first(serving)[0]
    first = _structure(best)
    if len(serving) == 1:
        second = (
            f"No other number from {_range(candidates)} is above the shuffled songs and repeats itself; these groups "
            f"agree with those of other samples of the songs by {best.stability:.2f} of 1."
        )
    else:
        ks = [str(one.k) for one in serving]
        agreements = [f"{one.stability:.2f}" for one in serving]
        second = (
            f"But no single number is the right one: {_and(ks)} groups {'both' if len(ks) == 2 else 'all'} serve, from "
            "coarse to fine, and "
            f"repeat themselves in other samples of the songs by {_and(agreements)} of 1."
        )
    return Advice("weak", best.k, tuple(one.k for one in serving), f"{first} {second}")


def _unsteady(best: KCandidate, above: Sequence[KCandidate]) -> Advice:
    steadiest = max(one.stability for one in above)
    return Advice(
        "weak",
        best.k,
        (),
        f"{_structure(best)} But no number of groups repeats itself: other samples of the songs agree by "
        f"{steadiest:.2f} of 1 at most, so take {best.k} groups as a rough cut, and not as kinds of music.",
    )


def _structure(best: KCandidate) -> str:
    return (
        f"There is structure: with {best.k} groups the silhouette is {best.silhouette:.2f}, "
        f"where {_compared(best)}."
    )


def _none(candidates: Sequence[KCandidate]) -> Advice:
    furthest = max(candidates, key=lambda one: one.silhouette - one.null_silhouette)
    # what means nothing should at least come out again
    chosen = max(candidates, key=lambda one: one.stability)
    return Advice(
        "none",
        chosen.k,
        (),
        f"No number from {_range(candidates)} separates these songs better than chance: at best, with "
        f"{furthest.k} groups, the silhouette is {furthest.silhouette:.2f}, where {_compared(furthest)}. If you cut "
        f"them into parts all the same, {chosen.k} groups repeat themselves best in other samples of the songs "
        f"(agreement {chosen.stability:.2f} of 1).",
    )


def _compared(one: KCandidate) -> str:
    if _base(one) < one.null_silhouette:
        return f"evenly spread songs reach {one.uniform_silhouette:.2f}"
    return f"shuffled songs reach {one.null_silhouette:.2f}"


def _range(candidates: Sequence[KCandidate]) -> str:
    return f"{candidates[0].k} to {candidates[-1].k}"


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
