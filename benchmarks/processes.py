"""Run a program, and see how long it takes and how much memory it and PostgreSQL use at most."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 2**20
SAMPLES_A_SECOND = 20

ELSEWHERE = (
    "DATABASE_URL",
    "REDIS_URL",
    "MEDIA_ROOT",
    "UPLOADS_BUCKET",
    "S3_BUCKET",
    "DJANGO_SETTINGS_MODULE",
)
"""Variables that would lead to servers and folders other than the benchmark's own."""


@dataclass(frozen=True)
class Ran:
    """What a program printed, and what it took.

    Attributes
    ----------
    seconds
        By the clock.
    user_seconds
        Processor time of the program, its children and PostgreSQL, without what the kernel did for them.
    peak_mb, postgres_mb
        The largest memory of the program with its children, and of PostgreSQL, in megabytes.
    """

    output: str
    seconds: float
    user_seconds: float
    peak_mb: float
    postgres_mb: float


def run(
    command: Sequence[str | Path], *, env: Mapping[str, str], postgres: Path | None = None, cwd: Path = ROOT
) -> Ran:
    """Run a program to its end; raise when it fails."""
    started, used = time.perf_counter(), _user_seconds(postgres)
    with subprocess.Popen(
        [str(part) for part in command], cwd=cwd, env=dict(env), stdout=subprocess.PIPE, text=True
    ) as process:
        own = Peak(lambda: tree_mb(process.pid), SAMPLES_A_SECOND)
        server = Peak(lambda: postgres_mb(postgres), 2)
        with own, server:
            output = process.communicate()[0]
        seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with status {process.returncode}")
    return Ran(output, seconds, _user_seconds(postgres) - used, own.value, server.value)


def _user_seconds(postgres: Path | None) -> float:
    """Return what all ended children and the private PostgreSQL of a folder have used so far."""
    servers = [one.cpu_times() for one in postgres_processes(postgres)] if postgres else []
    ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    return float(ended + sum(one.user + one.children_user for one in servers))


class Peak:
    """The largest value that a measure had while the block ran."""

    def __init__(self, measure: Callable[[], float], times_a_second: int) -> None:
        self.value = 0.0
        self._measure, self._pause = measure, 1 / times_a_second
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(self._pause):
            with suppress(psutil.Error):
                self.value = max(self.value, self._measure())


def tree_mb(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    process = psutil.Process(pid)
    return (
        float(sum(one.memory_info().rss for one in [process, *process.children(recursive=True)])) / MEGABYTE
    )


def postgres_mb(folder: Path | None) -> float:
    """Return the memory of the private PostgreSQL of a data folder, what its processes share counted once."""
    return sum(map(pss_mb, postgres_processes(folder))) if folder else 0.0


def postgres_processes(folder: Path) -> list[psutil.Process]:
    """Return the processes of the private PostgreSQL of a data folder."""
    with suppress(OSError, ValueError, psutil.NoSuchProcess):
        server = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        return [server, *server.children()]
    return []


def pss_mb(process: psutil.Process) -> float:
    """Return the memory of a process, of what it shares with others its part; nothing when it has just ended."""
    with suppress(psutil.Error):
        return float(process.memory_full_info().pss) / MEGABYTE
    return 0.0
