"""The other numbers of groups that a run could have, each one click away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clustering.analysis.choosing.advice import HANDY_NUMBERS
from clustering.analysis.run_settings import MAX_K, MIN_K
from clustering.models import Run, Sweep

REACH = 2
"""So many numbers are offered below and above the recommended one."""


@dataclass(frozen=True, slots=True)
class GroupNumber:
    """A number of groups: of this run, of another one that is there, or of one that could be made."""

    k: int
    run_id: int | None
    is_current: bool
    is_recommended: bool


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """Numbers of groups for the songs of a run, on the same settings."""

    numbers: tuple[GroupNumber, ...]
    verdict: str

    @classmethod
    def read(cls, run: Run, *, can_start: bool) -> GroupNumbers | None:
        """Read what other runs there are, with one query; nothing where a run finds its number itself.

        Who may start no run is offered only the runs that are there.
        """
        if not run.algorithm_spec.needs_n_clusters or run.k is None:
            return None
        advice = run.advice
        made = {
            other.k: other.pk for other in Run.objects.alike(run).finished().order_by("created_at").only("k")
        }
        numbers = tuple(
            GroupNumber(
                k=k,
                run_id=made.get(k),
                is_current=k == run.k,
                is_recommended=advice is not None and k == advice.recommended_k,
            )
            for k in _offered(run, advice)
            if can_start or k in made
        )
        return cls(numbers, advice.verdict if advice else "") if len(numbers) > 1 else None


def _offered(run: Run, advice: Sweep | None) -> list[int]:
    """Return the run's number and those around what is recommended; of one landscape those of a handy number."""
    numbers: set[int] = {run.k or MIN_K}
    if advice is None:
        numbers |= _around(run.k or MIN_K)
    elif advice.verdict == Sweep.Verdict.NONE:
        numbers |= set(HANDY_NUMBERS)
    else:
        numbers |= {*advice.alternatives, *_around(advice.recommended_k or MIN_K)}
    most = min(MAX_K, run.songs_count if advice is None else max(advice.k_high, run.k or MIN_K))
    return sorted(_within(numbers, most))


def _around(k: int) -> set[int]:
    first = max(MIN_K, k - REACH)
    return set(range(first, first + 2 * REACH + 1))


def _within(numbers: Iterable[int], most: int) -> set[int]:
    return {k for k in numbers if MIN_K <= k <= most}
