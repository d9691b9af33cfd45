"""Web, workers and beat as one: started together, stopped together, and found again after an unclean end."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from honcho.manager import Manager

WAIT_FOR_PREDECESSOR = 10.0
WAIT_FOR_WEB = 120.0
YOUNG_SECONDS = 20
# A process that was killed, or that lost Redis at a bad moment, is started again; one that ends as soon as it begins
# would only end again, and its last lines say why.
START_AGAIN = (
    "while :; do begun=$(date +%s); {command} && exit 0; status=$?; "
    "[ $(($(date +%s) - begun)) -lt {young} ] && exit $status; sleep 1; done"
)


class SupervisorError(RuntimeError):
    """The processes cannot be started here: the message says why and what to do."""


def commands(port: int) -> dict[str, list[str]]:
    """Give the command line of each process; docker-compose.yml gives its services the same."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "musicclust"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
    return {
        "web": [
            *(sys.executable, "-m", "gunicorn", "musicclust.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "musicclust.web.Worker"),
            *("--workers", "2", "--threads", "4", "--log-level", "warning", "--no-control-socket"),
        ],
        "worker": [*worker, "--hostname", "worker@%h"],
        "quick": [*worker, "--hostname", "quick@%h", "--queues", "short", "--concurrency", "1"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
    }


class Supervisor:
    """The processes of one data folder.

    What runs is noted in `processes.json`, with the time each began: after a crash of the machine the
    number of one may be another program's.
    """

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir = data_dir
        self.port = port
        self.note = data_dir / "processes.json"

    @property
    def url(self) -> str:
        """Give the address of the site."""
        return f"http://127.0.0.1:{self.port}"

    def clear_the_way(self) -> None:
        """Stop what an unclean end left behind, and see that the port is free.

        Raises
        ------
        SupervisorError
            The site already runs from this folder, or another program has the port.
        """
        noted = json.loads(self.note.read_text()) if self.note.exists() else {}
        if predecessor := _same_process(noted.get("supervisor")):
            try:
                predecessor.wait(WAIT_FOR_PREDECESSOR)  # perhaps it is just ending
            except psutil.TimeoutExpired:
                raise SupervisorError(
                    f"musicclust already runs from this folder, at {noted['url']} "
                    f"(process {predecessor.pid}). "
                    "Stop it first with Ctrl-C, or choose another folder and port: make run DATA_DIR=… PORT=…"
                ) from None
        _end_all([process for entry in noted.get("processes", []) if (process := _same_process(entry))])
        self.note.unlink(missing_ok=True)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise SupervisorError(
                    f"Port {self.port} cannot be used ({error.strerror}). Choose another: make run PORT=8001"
                ) from None

    def run(self, ready: Callable[[], None]) -> int:
        """Run the processes until Ctrl-C, or one that will not stay, and call `ready` once when the site answers."""
        manager = _Manager()
        environment = os.environ | {
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            "REMAP_SIGTERM": "SIGQUIT",  # Celery: stop within seconds, and give the jobs' messages back
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser:UserWarning",
        }
        for name, command in commands(self.port).items():
            line = START_AGAIN.format(command=shlex.join(command), young=YOUNG_SECONDS)
            manager.add_process(name, line, env=environment, cwd=str(Path.cwd()))
        manager.watcher = threading.Thread(target=self._watch, args=(manager, ready), daemon=True)
        manager.loop()
        self.note.unlink(missing_ok=True)
        # Ctrl-C is the ordinary end.
        return 0 if manager.returncode in {130, 143} else int(manager.returncode or 0)

    def _watch(self, manager: _Manager, ready: Callable[[], None]) -> None:
        end = time.monotonic() + WAIT_FOR_WEB
        waiting = True
        while True:
            self._write_note(manager.descendants())
            if waiting and (_answers(f"{self.url}/healthz") or time.monotonic() > end):
                waiting = False
                ready()
            time.sleep(0.2 if waiting else 5)

    def _write_note(self, processes: list[psutil.Process]) -> None:
        with suppress(psutil.NoSuchProcess):
            own = psutil.Process()
            entries = [[process.pid, process.create_time()] for process in processes]
            fresh = self.note.with_suffix(".new")
            fresh.write_text(
                json.dumps(
                    {"supervisor": [own.pid, own.create_time()], "url": self.url, "processes": entries}
                )
            )
            fresh.rename(self.note)


class _Manager(Manager):  # type: ignore[misc]  # honcho has no types
    """honcho's manager, which starts our watching thread after it has forked, not before."""

    watcher: threading.Thread

    def _start(self) -> None:
        super()._start()
        self.watcher.start()

    def descendants(self) -> list[psutil.Process]:
        """Give what this manager started, and what that started: not the servers, which go on after a crash."""
        found: list[psutil.Process] = []
        for entry in self._processes.values():
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(entry["process"].pid)
                found += [process, *process.children(recursive=True)]
        return found


def stop_with_parent() -> None:
    """End this process in order when its parent is gone: `make` killed must not leave the site running."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _same_process(entry: list[float] | None) -> psutil.Process | None:
    if entry is None:
        return None
    with suppress(psutil.Error):
        process = psutil.Process(int(entry[0]))
        if abs(process.create_time() - entry[1]) < 2 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def _was_pipe(process: psutil.Process) -> bool:
    """Kill it where it is one of honcho's own, which only passes on what its child prints and ignores other signals."""
    with suppress(psutil.Error):
        if "serve" in process.cmdline():
            process.kill()
            return True
    return False


def _end_all(processes: list[psutil.Process]) -> None:
    """Ask processes to end, and kill those that do not."""
    processes = [process for process in processes if not _was_pipe(process)]
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                end(process)
        _gone, processes = psutil.wait_procs(processes, timeout=2)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 – our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
