"""One POST to an address of a person's: to an address that was looked at, in a limited time, with a signature."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpcore

from clustering.jobs.webhooks.addresses import RefusedAddressError, parse, resolve
from musicclust.version import __version__

SECONDS = 10.0
"""For the whole of it: looking the name up, connecting, sending, and the answer."""
MOST_BYTES = 4096
"""That are read of an answer."""
AGENT = f"MusicClust/{__version__}"
NO_ANSWER = f"It did not answer within {SECONDS:.0f} seconds."


Headers = dict[bytes | str, bytes | str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the status and the beginning of the answer, or why there is none."""

    status: int | None
    words: str

    @property
    def arrived(self) -> bool:
        """Whether it was taken."""
        return self.status is not None and 200 <= self.status < 300


def signature(key: bytes, message: str, timestamp: int, body: bytes) -> str:
    """Return the header `webhook-signature`: HMAC-SHA256 of the message's id, the time and the body."""
    signed = f"{message}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def post(
    url: str, key: bytes, message: str, body: bytes, *, context: ssl.SSLContext | None = None
) -> Outcome:
    """Send a message, signed as of now; whatever goes wrong is an outcome. `context` is for certificates of tests."""
    now = int(time.time())
    headers: Headers = {
        "content-type": "application/json",
        "user-agent": AGENT,
        "webhook-id": message,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(key, message, now, body),
    }
    try:
        return _send(url, headers, body, context)
    except RefusedAddressError as error:
        return Outcome(None, str(error))
    except (TimeoutError, httpcore.TimeoutException):
        return Outcome(None, NO_ANSWER)
    except ssl.SSLError as error:
        return Outcome(None, f"Its certificate or encryption will not do: {error.reason or error}")
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        if isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error):
            return Outcome(None, f"Its certificate will not do: {error}"[:300])
        return Outcome(None, f"It could not be reached, or broke off: {error}"[:300])


def _send(url: str, headers: Headers, body: bytes, context: ssl.SSLContext | None) -> Outcome:
    deadline = time.monotonic() + SECONDS
    target = parse(url)
    place = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    addresses = resolve(target.host, target.port, SECONDS / 2)
    backend = _CheckedBackend(addresses, lambda: deadline - time.monotonic())
    with (
        httpcore.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
        pool.stream("POST", place, headers=headers | {"host": target.authority}, content=body) as answer,
    ):
        return Outcome(answer.status, _words(answer))


def _words(answer: httpcore.Response) -> str:
    """Read the beginning of an answer, as text of one line."""
    if 300 <= answer.status < 400:
        return "Redirects are not followed. Use the address that it leads to."
    read = b""
    with suppress(TimeoutError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        for chunk in answer.iter_stream():  # the status is there, whatever becomes of the rest
            read += chunk
            if len(read) >= MOST_BYTES:
                break
    text = read[:MOST_BYTES].decode(errors="replace")
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that were looked at, whatever the name would say by now, and watches the time."""

    def __init__(self, addresses: list[str], left: Callable[[], float]) -> None:
        self._addresses = addresses
        self._left = left
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of them that can be reached."""
        for address in self._addresses[:-1]:
            try:
                stream = self._plain.connect_tcp(address, port, _limit(self._left) / 2)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return _TimedStream(stream, self._left)
        return _TimedStream(
            self._plain.connect_tcp(self._addresses[-1], port, _limit(self._left)), self._left
        )


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends when the time of all is over, so that drops of an answer do not add up."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self._stream.read(max_bytes, _limit(self._left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._stream.write(buffer, _limit(self._left))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Encrypt it; the certificate has to be of the name, not of the address."""
        stream = self._stream.start_tls(ssl_context, server_hostname, _limit(self._left))
        return _TimedStream(stream, self._left)

    def get_extra_info(self, info: str) -> Any:
        """Say more of it."""
        return self._stream.get_extra_info(info)


def _limit(left: Callable[[], float]) -> float:
    if (seconds := left()) <= 0:
        raise TimeoutError
    return seconds
