"""What a test asks of the workers: to die at a place, or to stay at one until the fault has come.

How long a stage takes depends on the machine. So no test hopes to find a job in the middle: it asks, and waits for the
answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from tests.faults.checks import wait_until
from tests.faults.places import STAYS, folder, held, place

COMES_SECONDS = 90
"""Within which a worker has to come to a place; on one slow core others may want it too."""


def ask_for_death(kind: str, *places: tuple[str, str]) -> None:
    """Have a worker killed at each of these places of a kind of job, once."""
    for stage, moment in places:
        place(kind, stage, moment).touch()


def death() -> datetime:
    """Wait until the workers are dead that were to be killed, and return when that was."""
    wait_until(lambda: not any(folder().iterdir()), seconds=COMES_SECONDS, pause=0.02)
    return timezone.now()


@dataclass(frozen=True)
class Held:
    """A process of a worker that is in the middle of a job, and stays there."""

    pid: int
    _file: Path

    def let_go(self) -> None:
        """Let it go on."""
        self._file.unlink()


def ask_to_stay(kind: str, stage: str) -> None:
    """Have the next job of a kind stay in the middle of a stage."""
    place(kind, stage, STAYS).touch()


def stays(kind: str, stage: str) -> Held:
    """Wait until a job is where it was asked to stay."""
    here = held(kind, stage, "*").name
    wait_until(lambda: any(folder().glob(here)), seconds=COMES_SECONDS, pause=0.02)
    (file,) = folder().glob(here)
    return Held(int(file.name.rpartition(" ")[2]), file)
