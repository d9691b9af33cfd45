"""Log lines that belong together: each carries the request and the job it comes from.

A request has an id (its own, or the one that a proxy gave it), which goes with the message to the worker; so what a
click brought on can be followed through web and worker. Knows no Django but its settings' shape.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

request_id: ContextVar[str] = ContextVar("request_id", default="")
job_id: ContextVar[str] = ContextVar("job_id", default="")
logger = logging.getLogger("musicclust.requests")

_GIVEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
# also where the address stands in another one, as what comes next
_SECRET = re.compile(
    r"((?:/|%(?:25)*2F)(?:shared|sign-in)(?:/|%(?:25)*2F)+)(?:(?!%(?:25)*2F)[^/?#&\s\"'<>])+", re.IGNORECASE
)
# What moves the cursor, ends a line or turns the direction of writing.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def mask(text: str) -> str:
    """Take the secrets out of the addresses that are named in a text: whoever has such an address is let in.

    Examples
    --------
    >>> mask("GET /shared/bm90IGEgc2VjcmV0/songs/ 200")
    'GET /shared/***/songs/ 200'
    """
    return _SECRET.sub(r"\1***", text)


def mask_event(event: Any, _hint: object = None) -> Any:
    """Take the secrets out of what is sent to Sentry, wherever in it they are."""
    if isinstance(event, str):
        return mask(event)
    if isinstance(event, dict):
        return {key: mask_event(value) for key, value in event.items()}
    if isinstance(event, list | tuple):
        return [mask_event(value) for value in event]
    return event


class LineFormatter(logging.Formatter):
    """Lines for a person: a record begins one, and nothing in it can begin another; a traceback is indented."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """Write a record's line."""
        return _UNSEEN.sub(_as_escape, mask(super().formatMessage(record)))

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        """Write a traceback."""
        lines = mask(super().formatException(ei)).splitlines()
        return "\n".join(f"    {_UNSEEN.sub(_as_escape, line)}" for line in lines)


def _as_escape(character: re.Match[str]) -> str:
    return character.group().encode("unicode_escape").decode("ascii")


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record, with what it belongs to."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask(record.getMessage()),
        }
        line |= {name: value for name, value in _belongs_to().items() if value}
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True, default=str)  # ASCII: no title can forge a line


def _belongs_to() -> dict[str, str]:
    return {"request_id": request_id.get(), "job_id": job_id.get()}


@contextmanager
def belonging_to(*, request: str = "", job: str = "") -> Iterator[None]:
    """Mark every line that is written inside."""
    tokens = (request_id.set(request), job_id.set(job))
    try:
        yield
    finally:
        request_id.reset(tokens[0])
        job_id.reset(tokens[1])


class RequestLog:
    """Middleware: give each request its id, and write a line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        given = request.headers.get("X-Request-ID", "")
        number = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        begun = time.perf_counter()
        with belonging_to(request=number):
            response = self.get_response(request)
            # who it was, where somebody asked: the line alone is no reason to ask the database, for /healthz least
            user = getattr(request, "_cached_user", None)
            path = mask(request.path)
            fields = {
                "method": request.method,
                "path": path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - begun) * 1000),
                "user": user.pk if user is not None else None,
            }
            logger.info("%s %s %s", request.method, path, response.status_code, extra={"fields": fields})
        response["X-Request-ID"] = number
        return response
