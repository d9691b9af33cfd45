"""Django behind an ASGI server: views are plain functions, and a fixed number of threads runs them."""

from __future__ import annotations

import asyncio
import contextvars
import io
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Any, TypeVar

from django.contrib.auth import get_user
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.db import DatabaseError, close_old_connections, connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_resolver, resolve, set_script_prefix

from clustering.api.auth import check_token
from clustering.api.openapi import PREFIX as API
from clustering.api.openapi import document
from clustering.api.problems import ProblemError, problem_response, refusal
from clustering.web.site.views.errors import is_full
from musicclust.body_limits import SMALL_FORM, limit_of
from musicclust.logs import mask
from musicclust.web import activity, limits
from musicclust.web.bodies import (
    DISK_FULL,
    Receive,
    Refused,
    check_charset,
    check_lengths,
    read_body,
    too_large,
)
from musicclust.web.connection import TOO_LONG, TOO_MANY_HEADERS
from musicclust.web.spool import Spool

Result = TypeVar("Result")
Send = Callable[[Any], Awaitable[None]]

PAGES = 4
"""Requests that one process answers at a time."""
FILES = 1
"""Exports that it writes at a time beside them: no page waits for one, and they leave cores to pages."""
REST_SECONDS = 60.0
"""After the last request, until its connections to the database are closed."""
SMALL_FILE = 2**20
"""What is sent from the memory."""
NO_DATABASE = "The database does not answer right now, and nothing was saved. Try again in a few minutes."
TOO_MANY = "Too many downloads are in progress. Try again in a few minutes."

PLAIN = "text/plain; charset=utf-8"
NOT_KEPT = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

logger = logging.getLogger("musicclust.requests")


def load() -> None:
    """Load what nobody should have to wait for."""
    get_resolver().url_patterns  # noqa: B018 – loads the views
    document()  # and what those of the API take
    from clustering.jobs import tasks  # noqa: F401 – and what hands jobs to workers


class Application(ASGIHandler):
    """Gives a request a thread when all of it is there, and takes it back when the answer is known.

    Django's own handler would give each request a thread of its own, and with it a connection to PostgreSQL, and
    would hold the whole of a streamed answer in memory.
    """

    def __init__(self) -> None:
        super().__init__()
        self._pages = ThreadPoolExecutor(PAGES, "page")
        self._files = ThreadPoolExecutor(FILES, "file")
        self._downloads = 0
        self._rest: asyncio.TimerHandle | None = None
        load()

    def load_middleware(self, is_async: bool = False) -> None:
        """Load it as for WSGI: a chain of plain functions."""
        super().load_middleware(is_async=False)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        activity.begin_request()
        try:
            await self._handle(scope, receive, send)
        finally:
            activity.release()
            self._rest_soon()

    def _rest_soon(self) -> None:
        """Let go of the database when nobody has asked for a while: each connection is a process of the server."""
        if self._rest is not None:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(REST_SECONDS, self._let_go)

    def _let_go(self) -> None:
        for pool, threads in ((self._pages, PAGES), (self._files, FILES)):
            together = threading.Barrier(
                threads
            )  # each thread takes one, as none is done before all have begun
            for _ in range(threads):
                pool.submit(_close_connections, together)

    async def _handle(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self._take(scope, receive)
            response = await self._within(self._pages, self._respond, scope, body)
            if response.streaming and scope["method"] != "HEAD":
                await self._stream(response, receive, send)
                return
        except RequestAborted:
            return
        except (Refused, ProblemError) as refused:
            response = self._refuse(scope, refused)
        if response.streaming:
            await self._within(self._pages, response.close)
            response = _without_body(response)
        await self.send_response(response, send)

    async def _take(self, scope: Any, receive: Receive) -> IO[bytes]:
        """Read the body, if there is one, up to what this address can need of this person."""
        headers = dict(scope["headers"])
        if len(scope["raw_path"]) + len(scope["query_string"]) > limits.ADDRESS_BYTES:
            raise Refused(414, TOO_LONG)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > limits.HEAD_BYTES:
            raise Refused(431, TOO_MANY_HEADERS)
        check_charset(headers)
        length, limit = check_lengths(headers), SMALL_FORM
        if (length is None or length > limit) and (more := _limit_at(scope["path"])) > limit:
            await self._within(self._pages, self._check_sender, scope)
            limit = more
        if length is not None and length > limit:
            raise too_large(limit)
        return await read_body(receive, limit)

    def _check_sender(self, scope: Any) -> None:
        """Refuse who is neither signed in nor, under the API, has a token for this."""
        close_old_connections()
        try:
            request = self.request_class(scope, io.BytesIO())
            if scope["path"].startswith(API):
                check_token(request)
            elif not self._is_signed_in(request):
                raise _SignInFirst
        except DatabaseError as error:
            raise Refused(503, NO_DATABASE) from error
        finally:
            close_old_connections()

    def _is_signed_in(self, request: HttpRequest) -> bool:
        SessionMiddleware(lambda _request: HttpResponse()).process_request(request)
        return get_user(request).is_authenticated

    def _respond(self, scope: Any, body: IO[bytes]) -> Any:
        """Let Django answer, in a thread."""
        set_script_prefix("/")
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        if request is None:
            body.close()
        response: Any = self.get_response(request) if request else refusal
        response._handler_class = type(self)  # whom request_finished names
        if response.streaming and _is_small(response):
            response = _gathered(response)
        if not response.streaming:
            response.close()
        return response

    def _refuse(self, scope: Any, refused: Refused | ProblemError) -> HttpResponseBase:
        if isinstance(refused, _SignInFirst):
            return redirect_to_login(scope["path"])
        if isinstance(refused, ProblemError):
            response = problem_response(refused)
        elif scope["path"].startswith(API):
            response = refusal(refused.status, refused.sentence)
        else:
            response = HttpResponse(refused.sentence, status=refused.status, content_type=PLAIN)
        length = str(len(response.content))
        for name, value in (NOT_KEPT | {"Content-Length": length}).items():
            response.headers[name] = value
        path, status = mask(scope["path"]), response.status_code
        fields = {"method": scope["method"], "path": path, "status": status}
        logger.warning("%s %s %s", scope["method"], path, status, extra={"fields": fields})
        return response

    async def _stream(self, response: Any, receive: Any, send: Send) -> None:
        """Send an answer that is made, or read, while it is being sent."""
        if self._downloads >= limits.DOWNLOADS:
            await self._within(self._pages, response.close)
            raise Refused(503, TOO_MANY)
        spool, gone = Spool(), asyncio.ensure_future(receive())
        self._downloads += 1
        pool = (
            self._pages if response.has_header("Content-Length") else self._files
        )  # there already, or to be made
        writing = self._within(pool, _fill, spool, response)
        try:
            await self._send_pieces(response, spool, gone, send)
        finally:
            gone.cancel()
            spool.abandon()
            await asyncio.wait([writing])
            spool.close()
            self._downloads -= 1

    async def _send_pieces(self, response: Any, spool: Spool, gone: asyncio.Future[Any], send: Send) -> None:
        started = False
        try:
            async for piece in spool.pieces():
                if gone.done():
                    return
                if not started:
                    await send(_start(response))
                    started = True
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await asyncio.sleep(0)  # sending waits only where somebody is slow: others get their turn
        except OSError as error:
            if started or not is_full(error):
                raise  # what was sent must not pass for all of it: the connection breaks off
            raise Refused(507, DISK_FULL) from error
        if not started:
            await send(_start(response))
        await send({"type": "http.response.body"})

    def _within(
        self, pool: ThreadPoolExecutor, work: Callable[..., Result], *arguments: Any
    ) -> asyncio.Future[Result]:
        run = contextvars.copy_context().run
        return asyncio.get_running_loop().run_in_executor(pool, run, work, *arguments)


def _close_connections(together: threading.Barrier) -> None:
    with suppress(threading.BrokenBarrierError):  # one is at a long file
        together.wait(timeout=1)
    connections.close_all()


class _SignInFirst(Refused):
    """Somebody unknown sends a file: the view would lead to the page for signing in, without looking at it."""

    def __init__(self) -> None:
        super().__init__(302, "Sign in first.")


def _limit_at(path: str) -> int:
    try:
        return limit_of(resolve(path).func)
    except Resolver404:
        return SMALL_FORM


def _fill(spool: Spool, response: Iterable[bytes]) -> None:
    try:
        spool.fill(response)
    finally:
        response.close()  # type: ignore[attr-defined]


def _is_small(response: HttpResponseBase) -> bool:
    return int(response.headers.get("Content-Length", str(SMALL_FILE + 1))) <= SMALL_FILE


def _gathered(streamed: Any) -> HttpResponse:
    """Return a small file, as a style or script is, as an ordinary answer."""
    response = HttpResponse(b"".join(streamed), status=streamed.status_code, headers=dict(streamed.items()))
    response.cookies = streamed.cookies
    streamed.close()
    return response


def _without_body(response: HttpResponseBase) -> HttpResponse:
    return HttpResponse(status=response.status_code, headers=dict(response.items()))


def _start(response: HttpResponseBase) -> dict[str, Any]:
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    headers += [
        (b"Set-Cookie", morsel.output(header="").strip().encode()) for morsel in response.cookies.values()
    ]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}
