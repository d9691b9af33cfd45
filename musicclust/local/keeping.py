"""supervisord as the keeper of a site: it also looks after the private servers, and goes when its parent does."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from supervisor import events
from supervisor.medusa import asyncore_25 as asyncore
from supervisor.options import ServerOptions
from supervisor.states import ProcessStates, SupervisorStates
from supervisor.supervisord import Supervisor

from musicclust.local import LocalServerError, Servers, machine

WAIT_FOR_WEB = 120.0
WAIT_FOR_ROOM = 30.0
LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Told:
    """What the one who prepared the site tells its keeper.

    Attributes
    ----------
    url
        Where the site answers.
    farewell
        What is printed when it does.
    parent
        The process without which the site is to end, where there is one.
    """

    url: str
    farewell: str = ""
    parent: int | None = None


class Watch:
    """Looks after the servers, the parent, and until it answers the site, in a thread of its own.

    A server that recovers needs its time, in which what the processes write must be read and those that end be
    started again.
    """

    def __init__(self, servers: Servers, told: Told) -> None:
        self._servers, self._told = servers, told
        self._over = threading.Event()
        self._servers_due = 0.0
        self._thread = threading.Thread(target=self._look_until_over, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, also in the middle of waiting for a server."""
        self._over.set()
        machine.given_up.set()
        if self._thread.is_alive():
            self._thread.join()
        machine.given_up.clear()

    def _look_until_over(self) -> None:
        waiting, patience = True, time.monotonic() + WAIT_FOR_WEB
        while not self._over.wait(0.2 if waiting else 0.5):
            if self._told.parent not in {None, os.getppid()}:
                os.kill(os.getpid(), signal.SIGTERM)
                return
            if waiting and (answers(f"{self._told.url}/healthz") or time.monotonic() > patience):
                waiting = False
                write_out(f"{self._told.farewell}\n".encode() if self._told.farewell else b"")
            self._keep_servers()

    def _keep_servers(self) -> None:
        """Start killed servers again; one that cannot start just now, as on a full disk, is tried later."""
        if time.monotonic() < self._servers_due:
            return
        self._servers_due = time.monotonic() + LOOK_SECONDS
        try:
            self._servers.start_again()
        except LocalServerError as error:
            if not self._over.is_set():
                sys.stderr.write(f"{error}\n")
                self._servers_due = time.monotonic() + WAIT_FOR_ROOM


class Options(ServerOptions):  # type: ignore[misc]  # supervisor has no types
    """supervisord's own, and what its processes find in their environment besides."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self._environment = environment

    def setsignals(self) -> None:
        """Take a closed terminal as a wish to stop, and not to begin again; under nohup not at all."""
        stays = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        super().setsignals()
        receive = self.signal_receiver.receive
        signal.signal(signal.SIGHUP, signal.SIG_IGN if stays else lambda *_: receive(signal.SIGTERM, None))

    def execve(self, filename: str, argv: list[str], env: Mapping[str, str]) -> None:
        """Become one of the processes."""
        super().execve(filename, argv, {**env, **self._environment})


class Keeper(Supervisor):  # type: ignore[misc]
    """supervisord, which ends when one of its processes will not stay."""

    def __init__(self, options: Options, watch: Watch) -> None:
        super().__init__(options)
        self._watch = watch
        self.has_given_up = False

    def keep(self) -> None:
        """Run the processes until told to stop, or until one will not stay."""
        with contextlib.suppress(asyncore.ExitNow):
            self.main()

    def runforever(self) -> None:
        """Pass on what the processes write."""
        events.subscribe(events.ProcessLogStdoutEvent, lambda event: write_out(event.data))
        self._watch.start()
        super().runforever()

    def tick(self, now: float | None = None) -> None:
        """Look whether a process was tried often enough; called once a second and whenever something happens."""
        super().tick(now)
        processes = [one for group in self.process_groups.values() for one in group.processes.values()]
        if any(one.get_state() == ProcessStates.FATAL for one in processes):
            self.has_given_up = True
            self.options.mood = SupervisorStates.SHUTDOWN


def write_out(words: bytes) -> None:
    """Write at once, where somebody still reads."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.buffer.write(words)
        sys.stdout.flush()


def answers(url: str) -> bool:
    """Tell whether a site answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 – our own address
            found: Any = answer.status
            return bool(found == 200)
    except (urllib.error.URLError, OSError):
        return False
