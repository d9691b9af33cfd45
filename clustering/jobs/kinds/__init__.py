"""What workers write: one module per kind of job, load → analyse → save.

A stage is a function of a job and a reporter. It computes outside transactions and
returns a ``Save``: a function that writes everything and returns the ids of the jobs
that come next. The runner calls it in the same transaction in which the job succeeds,
so results and success appear together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from clustering.analysis.progress import Progress

Save = Callable[[], list[int]]


class Reporter(Protocol):
    """How a stage tells what it is doing, and where it learns that it is to stop."""

    def stage(self, name: str) -> Progress:
        """Begin a step; the returned callback counts it and raises when the job is to stop."""
        ...
