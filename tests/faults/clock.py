"""The clock of the servers, the workers and beat, which can be set back under them while they run.

They see the time through libfaketime, which is loaded into each of their processes. Only the time of day is moved: the
clock that time-outs go by is left alone, as it is where somebody sets a clock. The test itself keeps its own time;
what time it is for the others it asks the database (`checks.now`).
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

LIBRARY = "vendor/libfaketime/src/libfaketime.so.1"
SHARED = Path("/dev/shm")  # noqa: S108 – where the library keeps what is left of a killed process


class Clock:
    """A clock that goes as the machine's does until it is set back."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set_back(timedelta(0))

    def set_back(self, by: timedelta) -> None:
        """Set it back, for all processes in the same moment."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"-{by.total_seconds():.0f}")
        fresh.chmod(0o644)
        fresh.rename(self._file)

    def environment(self, library: Path) -> dict[str, str]:
        """Return what a process has to be started with to go by it."""
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@contextmanager
def movable(folder: Path) -> Iterator[Clock]:
    """Have what is started meanwhile go by a clock that can be set back; skip where that cannot be."""
    found = importlib.util.find_spec("libfaketime")
    library = Path(found.origin).parent / LIBRARY if found and found.origin else Path(LIBRARY)
    clock = Clock(folder / "clock")
    environment = clock.environment(library)
    if not library.exists() or not _moves(clock, environment):
        pytest.skip("libfaketime does not work here, so that no clock can be set back")
    before = set(SHARED.glob("*faketime_*"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield clock
    for left in set(SHARED.glob("*faketime_*")) - before:
        left.unlink(missing_ok=True)


def _moves(clock: Clock, environment: dict[str, str]) -> bool:
    """Tell whether a process started with this sees the clock set back."""
    command = [sys.executable, "-c", "import time; print(time.time())"]
    times = []
    for back in (timedelta(hours=1), timedelta(0)):
        clock.set_back(back)
        done = subprocess.run(
            command, env=os.environ | environment, capture_output=True, text=True, check=True
        )
        times.append(float(done.stdout))
    return times[1] - times[0] > timedelta(minutes=59).total_seconds()
