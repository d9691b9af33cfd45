"""The steps of a run: what its page shows meanwhile, and how long each takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from clustering.analysis.progress import Progress
from clustering.jobs.kind import Reporter


@dataclass(frozen=True)
class Steps:
    """Reports the steps of a run, and counts the seconds of each."""

    reporter: Reporter
    seconds: dict[str, float] = field(default_factory=dict)

    def report(self, stage: str) -> Progress:
        """Show what is being done, and return the callback that counts it."""
        return self.reporter.stage(stage)

    def add(self, step: str, seconds: float) -> None:
        """Add seconds to a step."""
        self.seconds[step] = round(self.seconds.get(step, 0.0) + seconds, 3)

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        """Add the time of the block to a step, without that of steps within it, also in other threads."""
        started, counted = time.perf_counter(), self.total
        yield
        self.add(step, time.perf_counter() - started - (self.total - counted))

    @property
    def total(self) -> float:
        """The seconds of all steps."""
        return round(sum(self.seconds.values()), 3)
