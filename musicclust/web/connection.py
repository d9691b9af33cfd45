"""A connection: how long it may keep silent, how much it may send, and what it is told when it does more."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from musicclust.web import limits
from musicclust.web.activity import hold, is_alone, release

TOO_LONG = (
    "The address of this page is too long: it names more songs or words than fit into one. Go back and choose fewer; "
    "similar songs are looked for around 20 songs at most."
)
TOO_MANY_HEADERS = (
    "The browser sent more headers than this site takes. Delete the cookies of this site, and try again."
)
NO_REQUEST = "This is no request that the server understands."

_waiting: dict[Connection, None] = {}
"""Connections without a request, the oldest first."""


class Connection(H11Protocol):
    """uvicorn's, which by itself waits for ever."""

    _deadline: asyncio.TimerHandle | None = None
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        hold()
        _set_up(transport.get_extra_info("socket"))
        self._wait(limits.HEAD_SECONDS)
        if len(_waiting) > limits.CONNECTIONS:
            next(iter(_waiting)).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        release()
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless what came before was refused."""
        if not self._refused:
            super().data_received(data)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio has it so
        """Answer also who says that nothing more will come, as long as the request is whole."""
        if self.cycle is None or self.cycle.response_complete or self.cycle.more_body:
            return False
        self.cycle.keep_alive = False
        return True

    def handle_events(self) -> None:
        """Stop to wait when a request is there."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not None and self.cycle is not before and not self._refused:
            self._wait(None)
            if is_alone():  # the next request is for any of the processes, which are about to be started
                self.cycle.default_headers = [*self.cycle.default_headers, (b"connection", b"close")]

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, and for the rest of this one where that was not wanted."""
        if not self.transport.is_closing():
            self._wait(limits.HEAD_SECONDS)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, or too long for one."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE} or self._refused:
            self.transport.abort()
            return
        status, sentence = self._refusal()
        body = sentence.encode()
        headers = [("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body)))]
        answer = h11.Response(status_code=status, headers=[*headers, ("connection", "close")])
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self._refused = True
        if self.cycle is not None:  # it would answer too
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write_eof()  # and not closed: what is still on its way would take the answer with it
        self._wait(limits.REFUSED_SECONDS)

    def _refusal(self) -> tuple[int, str]:
        held, _closed = self.conn.trailing_data
        if len(held) <= limits.HEAD_BYTES:
            return 400, NO_REQUEST
        return (431, TOO_MANY_HEADERS) if b"\n" in held[: limits.ADDRESS_BYTES] else (414, TOO_LONG)

    def _wait(self, seconds: float | None) -> None:
        """End the connection after so many seconds without a whole head."""
        if self._deadline is not None:
            self._deadline.cancel()
        _waiting.pop(self, None)
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)
        if seconds is not None:
            _waiting[self] = None


def _set_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # asyncio does not, where it is given a socket
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            milliseconds = int(1000 * limits.STOPPED_SECONDS)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
