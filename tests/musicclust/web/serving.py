"""The web server over real connections, for a plain ASGI application or a whole site."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from musicclust.web import limits
from musicclust.web.connection import Connection


@contextmanager
def serving(application) -> Iterator[int]:
    """Serve an application on a free port, in a thread."""
    config = uvicorn.Config(
        application, host="127.0.0.1", port=0, http=Connection, ws="none", lifespan="off", loop="asyncio",
        h11_max_incomplete_event_size=limits.HEAD_BYTES, log_config=None, access_log=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen(512)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])))
    thread.start()
    try:
        yield bound.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


def talk(port: int, *words: bytes, end: bool = False, seconds: float = 20) -> bytes:
    """Send some bytes, and return all that comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
        for word in words:
            line.sendall(word)
        if end:
            line.shutdown(socket.SHUT_WR)
        found = b""
        try:
            while piece := line.recv(65_536):
                found += piece
        except ConnectionResetError:
            pass
        return found
