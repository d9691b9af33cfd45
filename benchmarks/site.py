"""The whole application on a free port, and the memory of its processes by what they are for."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.pages import HOST
from benchmarks.processes import MEGABYTE, ROOT, postgres_processes, pss_mb

READY_SECONDS = 300.0
KINDS = ("web workers", "web, main", "worker children", "workers, main", "supervisor", "PostgreSQL", "Redis")


@dataclass(frozen=True)
class Site:
    """A running site: where it answers, its first process, and what it has printed."""

    port: int
    pid: int
    log: Path


@contextmanager
def serving(env: Mapping[str, str], log: Path) -> Iterator[Site]:
    """Run web, workers and beat while the block does; what they print goes to a file, so that nobody waits for it."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--with-parent"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=out, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + READY_SECONDS
        while "musicclust runs" not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"The site does not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.2)
        yield Site(port, process.pid, log)
    finally:
        process.terminate()
        process.wait()


def web_workers(site: int) -> list[int]:
    """Return the processes that answer requests: not the one that only minds them."""
    web = [one for one in psutil.Process(site).children(recursive=True) if _kind(one) == "web"]
    return [one.pid for one in web if any(one.ppid() == other.pid for other in web)]


def processes(site: Site, data: Path) -> dict[str, list[psutil.Process]]:
    """Return the processes of a site and its private servers, by what they are for.

    Every kind is there, with no process where none has started yet.
    """
    found: dict[str, list[psutil.Process]] = {kind: [] for kind in KINDS}
    found["PostgreSQL"] = postgres_processes(data / "postgres")
    with suppress(OSError, ValueError, psutil.NoSuchProcess):
        found["Redis"] = [psutil.Process(int((data / "redis" / "redis.pid").read_text()))]
    servers = {one.pid for kind in ("PostgreSQL", "Redis") for one in found[kind]}
    children = psutil.Process(site.pid).children(recursive=True)
    kinds = {one.pid: _kind(one) for one in children}
    for one in (one for one in children if one.pid not in servers):
        with suppress(psutil.NoSuchProcess):
            kind = kinds[one.pid]
            child = bool(kind) and kinds.get(one.ppid()) == kind
            match kind, child:
                case "web", True:
                    found["web workers"].append(one)
                case "web", False:
                    found["web, main"].append(one)
                case "worker", True:
                    found["worker children"].append(one)
                case "worker", False:
                    found["workers, main"].append(one)
                case _:
                    found["supervisor"].append(one)
    found["supervisor"].append(psutil.Process(site.pid))
    return found


def memory(found: Mapping[str, list[psutil.Process]]) -> dict[str, float]:
    """Return the megabytes of each kind, what processes share counted once; PostgreSQL's own cache apart."""
    sizes = {kind: sum(map(pss_mb, of_kind)) for kind, of_kind in found.items()}
    cache = sum(_shared_mb(one) for one in found["PostgreSQL"])
    return sizes | {"PostgreSQL": sizes["PostgreSQL"] - cache, "PostgreSQL, shared buffers": cache}


def _kind(process: psutil.Process) -> str:
    """Return what a process is for, by its command."""
    with suppress(psutil.Error):
        command = process.cmdline()
        if command[:1] == ["/bin/sh"] or "serve" in command:
            return ""
        if "musicclust.web" in command:
            return "web"
        if "celery" in command and "worker" in command:
            return "worker"
    return ""


def _shared_mb(process: psutil.Process) -> float:
    """Return a process's part of the shared memory that it has with others."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Shmem:"):
                return float(line.split()[1]) * 1024 / MEGABYTE
    return 0.0
