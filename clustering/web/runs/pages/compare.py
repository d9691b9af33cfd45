"""The other runs of a dataset that one can be compared with."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.models import Run

MAX_OTHERS = 50


@dataclass(frozen=True, slots=True)
class RunComparePage:
    """The newest other runs with results."""

    others: tuple[Run, ...]
    has_more: bool

    @classmethod
    def read(cls, run: Run) -> RunComparePage:
        """Read the other runs with one query."""
        others = run.dataset.runs.finished().without_model().exclude(pk=run.pk).order_by("-created_at")
        found = tuple(others[: MAX_OTHERS + 1])
        return cls(found[:MAX_OTHERS], len(found) > MAX_OTHERS)
