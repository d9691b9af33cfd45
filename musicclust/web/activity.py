"""How many of the web processes are wanted: all while people ask, one when nobody has for a while."""

from __future__ import annotations

import time
from multiprocessing import get_context

PROCESSES = 2
QUIET_SECONDS = 300.0
"""For how long nobody asks before all but one end."""

_own: tuple[Activity, int] | None = None
"""In a web process: where it notes what it does."""


class Activity:
    """When somebody last asked, and how much each process has to do, in memory that the processes share."""

    def __init__(self) -> None:
        context = get_context("fork")
        self._asked = context.RawValue("d", -QUIET_SECONDS)
        self._running = context.RawArray("b", PROCESSES)
        self._busy = context.RawArray("i", PROCESSES)

    def begin(self, place: int) -> None:
        """Note that a process is started anew."""
        self._running[place], self._busy[place] = 1, 0

    def keep(self, place: int) -> None:
        """Note that a process stays: somebody has asked before it ended."""
        self._running[place] = 1

    def be(self, place: int) -> None:
        """Have this process be the one at a place."""
        global _own
        _own = (self, place)

    def wanted(self) -> int:
        """Return how many processes there are to be."""
        if time.monotonic() - self._asked.value < QUIET_SECONDS:
            return PROCESSES
        for place in range(1, PROCESSES):
            self._running[place] = 0
        return 1

    def can_end(self, place: int) -> bool:
        """Tell whether a process is not needed, and has neither a connection nor a request."""
        return not self._running[place] and not self._busy[place]


def begin_request() -> None:
    """Note that somebody asks, and that this process has something more to do."""
    if _own is not None:
        _own[0]._asked.value = time.monotonic()
    hold()


def hold() -> None:
    """Note that this process has something more to do: a request, or a connection on which one may come."""
    if _own is not None:
        activity, place = _own
        activity._busy[place] += 1


def release() -> None:
    """Note that it has one thing less."""
    if _own is not None:
        activity, place = _own
        activity._busy[place] -= 1


def is_alone() -> bool:
    """Tell whether the other processes are still to be started: who asks next should find them."""
    return _own is not None and not all(_own[0]._running)
