"""What stands before every address of the API: who asks, whether they ask for what there is, and how they are told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.csrf import csrf_exempt

from clustering.api.auth import authenticate
from clustering.api.openapi import document
from clustering.api.problems import ProblemError, as_problem, problem_response
from clustering.api.receiving import RAW
from clustering.models.audit import acting_by
from musicclust.body_limits import LARGE_FORM, SMALL_FORM, song_file_limit, takes

REVALIDATE = "private, no-cache"
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Operation:
    """What the document says of a method of an address."""

    query: frozenset[str]
    bodies: frozenset[str]
    """The media types that its body may have; none where it takes no body."""
    body_required: bool


def gateway(view: View, template: str) -> View:
    """Let a view of the API be asked only as the document says, and only by who shows a token."""

    @takes(lambda: _most_bytes(template))
    @csrf_exempt  # nothing here goes by a cookie
    def guarded(request: HttpRequest, **path: Any) -> HttpResponseBase:
        only_head = request.method == "HEAD"
        if only_head:
            request.method = "GET"
        try:
            response = _answer(view, request, _operations(template), path)
        except Exception as error:
            response = problem_response(as_problem(request, error))
        if only_head:
            request.method = "HEAD"
            response = _without_body(response)
        return response

    return guarded


def _answer(
    view: View, request: HttpRequest, operations: dict[str, Operation], path: dict[str, Any]
) -> HttpResponseBase:
    operation = operations.get(request.method or "")
    if operation is None:
        allowed = ", ".join(sorted({*operations, *(["HEAD"] if "GET" in operations else [])}))
        words = f"{request.method} cannot be done here. What can be: {allowed}."
        raise ProblemError("method_not_allowed", words, headers={"Allow": allowed})
    asked = authenticate(request)
    _check(asked, operation)
    with acting_by(str(asked.auth)):
        response = view(asked, **path)
    return _unless_known(request, response) if request.method == "GET" else response


def _check(request: HttpRequest, operation: Operation) -> None:
    """Refuse what the document does not name."""
    unknown = sorted(set(request.GET) - operation.query)
    if unknown:
        known = (
            f"What can be asked for: {', '.join(sorted(operation.query))}."
            if operation.query
            else "There is none."
        )
        errors = [
            {"field": f"query.{name[:100]}", "message": "There is no such parameter"} for name in unknown[:20]
        ]
        raise ProblemError(
            "invalid", f"There is no parameter “{unknown[0][:100]}” here. {known}", errors=errors
        )
    if operation.bodies and (_has_body(request) or operation.body_required):
        kind = (request.content_type or "").lower()
        if kind not in operation.bodies:
            raise ProblemError(
                "unsupported_media_type",
                f"The body is {kind or 'of no type'}, and has to be {' or '.join(sorted(operation.bodies))}.",
            )


def _has_body(request: HttpRequest) -> bool:
    return request.META.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in request.META


def _unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give an answer its version, the hash of its body; who has that one already is told so, and no more."""
    if response.status_code != 200:
        return response
    if "ETag" not in response.headers:
        if not isinstance(response, HttpResponse):
            return response
        response.headers["ETag"] = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response.headers["Cache-Control"] = REVALIDATE
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" not in known and response.headers["ETag"] not in (one.removeprefix("W/") for one in known):
        return response
    for name in ("Content-Type", "Content-Disposition", "Content-Length"):
        response.headers.pop(name, None)
    response.status_code = 304
    return _without_body(response)


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """Leave the headers, with the length that GET has; what a stream would send is not even looked for."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = iter(())
    elif isinstance(response, HttpResponse):
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
    return response


@cache
def _operations(template: str) -> dict[str, Operation]:
    """Return what the document says of an address, by method."""
    return {method.upper(): _operation(said) for method, said in document()["paths"][template].items()}


def _most_bytes(template: str) -> int:
    bodies = frozenset[str]().union(*(one.bodies for one in _operations(template).values()))
    if RAW in bodies:
        return song_file_limit()
    return LARGE_FORM if bodies else SMALL_FORM


def _operation(said: dict[str, Any]) -> Operation:
    body = said.get("requestBody", {})
    return Operation(
        query=frozenset(one["name"] for one in said["parameters"] if one["in"] == "query"),
        bodies=frozenset(body.get("content", {})),
        body_required=bool(body.get("required")),
    )
