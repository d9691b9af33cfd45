"""Serve the site: `python -m musicclust.web HOST PORT`."""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import sys
import threading
import traceback
from argparse import ArgumentParser
from multiprocessing import connection, get_context, parent_process
from multiprocessing.context import ForkProcess

import uvicorn
from django.core.handlers.asgi import ASGIHandler
from uvicorn.config import STARTUP_FAILURE

from musicclust.web import limits
from musicclust.web.activity import PROCESSES, Activity

STOP_SECONDS = 5
"""For how long requests are answered that had begun before the site was told to stop."""
PAUSE_SECONDS = 1.0
"""Before a process that ended is started again."""
LOOK_SECONDS = 0.25


def main() -> None:
    """Listen, and keep the processes that answer."""
    parser = ArgumentParser(prog="python -m musicclust.web", description="Serve the site.")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    _allow_many_files()
    sys.exit(serve(_configure(options.host, options.port)))


def serve(config: uvicorn.Config) -> int:
    """Run the processes until told to stop, or until one says that it cannot begin; return the exit status.

    uvicorn's own keeper of processes asks each whether it is well, and for as long as one that was killed meanwhile
    does not answer, it looks after none.
    """
    listener, told = config.bind_socket(), threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: told.set())
    if not _load():
        return STARTUP_FAILURE
    return Processes(config, listener, told).keep()


class Processes:
    """Those that answer: one, and the others as long as anybody asks."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, told: threading.Event) -> None:
        self._config, self._listener, self._told = config, listener, told
        self._activity = Activity()
        self._running: dict[int, ForkProcess] = {}
        self._not_wanted: set[int] = set()

    def keep(self) -> int:
        """Keep them until told to stop, or until one says that it cannot begin; return the exit status."""
        status = 0
        while not self._told.is_set() and not status:
            status = self._look_after_ended()
            if self._told.is_set():
                break
            self._start_or_end()
            connection.wait([one.sentinel for one in self._running.values()], timeout=LOOK_SECONDS)
        for one in self._running.values():
            one.terminate()
        for one in self._running.values():
            one.join()
        return status

    def _look_after_ended(self) -> int:
        """Forget those that have ended; return the status of one that cannot begin."""
        for place, one in [*self._running.items()]:
            if one.exitcode == STARTUP_FAILURE:
                return STARTUP_FAILURE
            if one.exitcode is not None:
                del self._running[place]
                if place in self._not_wanted:
                    self._not_wanted.remove(place)
                elif not self._told.wait(PAUSE_SECONDS):
                    sys.stderr.write(
                        f"A web process ended with status {one.exitcode}, and is started again.\n"
                    )
        return 0

    def _start_or_end(self) -> None:
        wanted = self._activity.wanted()
        for place in range(PROCESSES):
            if place not in self._running and place < wanted:
                self._running[place] = self._start(place)
            elif place not in self._running or place in self._not_wanted:
                continue
            elif place < wanted:
                self._activity.keep(place)
            elif self._activity.can_end(place):
                self._not_wanted.add(place)
                self._running[place].terminate()  # and it still ends what comes at the last moment

    def _start(self, place: int) -> ForkProcess:
        self._activity.begin(place)
        process = get_context("fork").Process(
            target=_answer, args=(self._config, self._listener, self._activity, place)
        )
        process.start()
        return process


def _configure(host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        "musicclust.web.__main__:application",
        factory=True,
        host=host,
        port=port,
        http="musicclust.web.connection:Connection",
        h11_max_incomplete_event_size=limits.HEAD_BYTES,
        ws="none",
        lifespan="off",
        loop="asyncio",
        timeout_keep_alive=int(limits.HEAD_SECONDS),
        timeout_graceful_shutdown=STOP_SECONDS,
        proxy_headers=False,  # HTTPS in settings.py says whom to believe
        server_header=False,
        access_log=False,  # musicclust.logs writes one
        log_config=None,
        log_level="warning",
    )


def _answer(config: uvicorn.Config, listener: socket.socket, activity: Activity, place: int) -> None:
    """Be one of the processes."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_DFL)
    activity.be(place)
    uvicorn.Server(config).run(sockets=[listener])


def _load() -> bool:
    """Load everything before the processes are forked: they share its memory. Tell whether it can be loaded."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicclust.settings")
    try:
        import django

        django.setup(set_prefix=False)
        from musicclust.web.application import load

        load()
    except Exception:
        traceback.print_exc()
        return False  # it would fail again
    # a collection in a process would write into each object, and so copy what is shared
    gc.collect()
    gc.freeze()
    return True


def application() -> ASGIHandler:
    """Make what one process answers with."""
    _stop_with_parent()
    from musicclust.web.application import Application

    return Application()


def _allow_many_files() -> None:
    """Let slow connections not use up the numbers of files, of which many systems give 1,024 at first."""
    _now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * limits.CONNECTIONS
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(most, wanted), most)
    )


def _stop_with_parent() -> None:
    """End with the process that listens: else the port would still be taken when it is started again."""
    if (parent := parent_process()) is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
