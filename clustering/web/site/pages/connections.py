"""Who is connected to the web server, and what waits for slow ones: the system knows it, whichever server answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
LISTENING = "0A"


@dataclass(frozen=True, slots=True)
class Connections:
    """The connections to a port of this machine, in all states between greeting and farewell."""

    open: int
    slow: int
    """To people who have not taken yet what was sent to them."""
    waiting_bytes: int
    """How much of it."""

    @classmethod
    def read(cls, port: int) -> Connections | None:
        """Read them as Linux has them; None where the system does not tell."""
        tables = [table for table in TABLES if table.exists()]
        if not tables:
            return None
        unsent = [bytes_ for table in tables for bytes_ in _unsent(table, port)]
        return cls(len(unsent), sum(map(bool, unsent)), sum(unsent))


def _unsent(table: Path, port: int) -> Iterator[int]:
    """Yield for each connection how many bytes were sent and not taken."""
    for line in table.read_text().splitlines()[1:]:
        _number, here, _there, state, queues, *_rest = line.split()
        if state != LISTENING and int(here.rpartition(":")[2], 16) == port:
            yield int(queues.partition(":")[0], 16)
