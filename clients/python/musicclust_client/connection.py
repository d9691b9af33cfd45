"""Requests to a site: with a token, sent again where that does no harm, and errors as exceptions."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from musicclust_client.errors import ApiError, NoAnswerError
from musicclust_client.progress import reading

ATTEMPTS = 5
LONGEST_WAIT = 60.0
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
PASSING = frozenset({408, 429, 502, 503, 504})
"""Refusals that may be over in a moment."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

Params = Mapping[str, Any]
Making = Callable[[], httpx.Request]


class Connection:
    """Everything below /api/v1/ of one site, asked with one token."""

    def __init__(self, url: str, token: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
            transport=transport,
        )

    def close(self) -> None:
        """Close what is open."""
        self._http.close()

    def get(self, path: str, params: Params | None = None) -> Any:
        """Read something."""
        return self._send(
            lambda: self._http.build_request("GET", path, params=_given(params)), again=True
        ).json()

    def all(self, path: str, params: Params | None = None) -> Iterator[Any]:
        """Read a list to its end, part by part."""
        asked = dict(params or {})
        while True:
            page = self.get(path, asked)
            yield from page["items"]
            if page["next"] is None:
                return
            asked["cursor"] = page["next"]

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Make something, once: under a key, so that it may be sent again."""
        headers = {"Idempotency-Key": str(uuid4())}
        return self._send(
            lambda: self._http.build_request("POST", path, json=body, headers=headers), again=True
        ).json()

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change something."""
        return self._send(lambda: self._http.build_request("PATCH", path, json=body), again=False).json()

    def delete(self, path: str) -> Any:
        """Delete something; None where nothing is left to say."""
        response = self._send(lambda: self._http.build_request("DELETE", path), again=False)
        return response.json() if response.content else None

    def post_file(self, path: str, file: Path, params: Params, *, progress: bool) -> Any:
        """Send a file as a stream, once."""
        headers = {
            "Idempotency-Key": str(uuid4()),
            "Content-Type": "application/octet-stream",
            "Content-Length": str(file.stat().st_size),
        }

        def make() -> httpx.Request:
            content = reading(file, shown=progress)
            return self._http.build_request(
                "POST", path, params=_given(params), headers=headers, content=content
            )

        return self._send(make, again=True).json()

    @contextmanager
    def stream(self, path: str) -> Iterator[httpx.Response]:
        """Read something large, piece by piece."""
        response = self._send(lambda: self._http.build_request("GET", path), again=True, stream=True)
        try:
            yield response
        except httpx.TransportError as error:
            raise NoAnswerError(f"{self.url} broke off: {error}") from error
        finally:
            response.close()

    def _send(self, make: Making, *, again: bool, stream: bool = False) -> httpx.Response:
        """Send a request, and once more where it may be: always if it was never done, else if `again`."""
        for attempt in range(1, ATTEMPTS + 1):
            wait = 0.5 * 2**attempt * random.uniform(0.5, 1)  # noqa: S311 – so that many do not come at once
            try:
                response = self._http.send(make(), stream=stream)
            except httpx.TransportError as error:
                if attempt == ATTEMPTS or not (again or isinstance(error, NEVER_SENT)):
                    raise NoAnswerError(
                        f"{self.url} does not answer: {error or type(error).__name__}"
                    ) from error
            else:
                if response.is_success:
                    return response
                response.read()
                may_pass = response.status_code == 429 or (again and response.status_code in PASSING)
                wait = max(wait, _asked_to_wait(response))
                if attempt == ATTEMPTS or not may_pass or wait > LONGEST_WAIT:
                    raise ApiError.of(response)
            time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")


def _asked_to_wait(response: httpx.Response) -> float:
    seconds = response.headers.get("retry-after", "")
    return float(seconds) if seconds.isdigit() else 0.0


def _given(params: Params | None) -> dict[str, Any]:
    """Leave out what is None."""
    return {name: value for name, value in (params or {}).items() if value is not None}
