"""Serve the site: `python -m musicclust.web HOST PORT`."""

from __future__ import annotations

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

PROCESSES = 2
STOP_SECONDS = 5
"""For how long requests are answered that had begun before the site was told to stop."""
PAUSE_SECONDS = 1.0
"""Before a process that ended is started again."""


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
    processes = [_start(config, listener) for _ in range(PROCESSES)]
    status = 0
    while not told.is_set() and not status:
        connection.wait([one.sentinel for one in processes], timeout=0.5)
        for place, one in enumerate(processes):
            if one.exitcode == STARTUP_FAILURE:
                status = STARTUP_FAILURE
            elif one.exitcode is not None and not told.wait(PAUSE_SECONDS):
                sys.stderr.write(f"A web process ended with status {one.exitcode}, and is started again.\n")
                processes[place] = _start(config, listener)
    for one in processes:
        one.terminate()
    for one in processes:
        one.join()
    return status


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


def _start(config: uvicorn.Config, listener: socket.socket) -> ForkProcess:
    process = get_context("fork").Process(target=_answer, args=(config, listener))
    process.start()
    return process


def _answer(config: uvicorn.Config, listener: socket.socket) -> None:
    """Be one of the processes."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_DFL)
    uvicorn.Server(config).run(sockets=[listener])


def application() -> ASGIHandler:
    """Make what one process answers with."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicclust.settings")
    _stop_with_parent()
    try:
        import django

        django.setup(set_prefix=False)
        from musicclust.web.application import Application

        return Application()
    except Exception:
        traceback.print_exc()
        sys.exit(STARTUP_FAILURE)  # it would fail again: then the other processes end too


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
