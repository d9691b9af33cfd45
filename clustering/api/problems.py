"""What went wrong, as RFC 9457 has it: one sentence for people, one code for programs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Literal

from django.core.exceptions import BadRequest, ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, ConfigDict

from clustering.analysis import AnalysisError
from clustering.jobs.quotas import LimitError
from clustering.models.deletion import is_gone
from clustering.songfiles import SongFileError

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"

Code = Literal[
    "malformed",
    "cursor_invalid",
    "token_missing",
    "token_unknown",
    "token_ended",
    "token_expired",
    "token_read_only",
    "two_factor_required",
    "not_found",
    "method_not_allowed",
    "conflict",
    "too_slow",
    "too_large",
    "address_too_long",
    "unsupported_media_type",
    "invalid",
    "refused",
    "limit_reached",
    "idempotency_key_reused",
    "too_many_requests",
    "headers_too_large",
    "internal",
    "unavailable",
    "storage_full",
]

STATUSES: dict[Code, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "cursor_invalid": (400, "The cursor is of another list"),
    "token_missing": (401, "A token is needed"),
    "token_unknown": (401, "There is no such token"),
    "token_ended": (401, "The token was revoked"),
    "token_expired": (401, "The token has expired"),
    "token_read_only": (403, "The token is for reading only"),
    "two_factor_required": (403, "The token lacks a second factor"),
    "not_found": (404, "There is nothing here"),
    "method_not_allowed": (405, "This cannot be done here"),
    "conflict": (409, "It is not in the right state for this"),
    "too_slow": (408, "The request did not come in time"),
    "too_large": (413, "The request is too large"),
    "address_too_long": (414, "The address is too long"),
    "unsupported_media_type": (415, "The body is of the wrong type"),
    "invalid": (422, "The request does not fit its description"),
    "refused": (422, "It cannot be done as asked"),
    "limit_reached": (422, "You have as much as you may have"),
    "idempotency_key_reused": (422, "The idempotency key was used for something else"),
    "too_many_requests": (429, "Too many requests"),
    "headers_too_large": (431, "The headers are too large"),
    "internal": (500, "Something went wrong on our side"),
    "unavailable": (503, "It cannot be answered just now"),
    "storage_full": (507, "The server is out of space"),
}
"""Each code with its status and title. A code that is there never changes its meaning."""

NOT_FOUND = "There is no such thing, or it is not yours to see. Check the number in the address."
INTERNAL = "Something went wrong on our side. It has been logged, and your data is safe."
MISSING = "Send a token: Authorization: Bearer mct_… Create one on the page “Your account”."
INVALID_SHOWN = 20


class InvalidField(BaseModel):
    """One field of a request that does not fit."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    type: str
    """Where the code is explained."""
    title: str
    status: int
    detail: str
    """What is wrong, where, and what to do."""
    code: Code
    reason: str | None = None
    """Of code "refused": what more is known, for programs."""
    errors: list[InvalidField] | None = None
    """Of code "invalid": each field that does not fit."""


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(
        self, code: Code, detail: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.headers = headers or {}
        self.more = more


def problem_response(error: ProblemError) -> HttpResponse:
    """Return the answer that tells of a problem."""
    status, title = STATUSES[error.code]
    problem = Problem(
        type=f"{reverse('api:docs')}#{error.code}",
        title=title,
        status=status,
        detail=error.detail,
        code=error.code,
        **error.more,
    )
    response = HttpResponse(
        problem.model_dump_json(exclude_none=True),
        status=status,
        content_type=MEDIA_TYPE,
        headers=error.headers,
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def refusal(status: int, detail: str) -> HttpResponse:
    """Return the answer to what the web server refuses by itself, before or after the API has looked at it."""
    code = next(code for code, (of, _) in STATUSES.items() if of == status)
    return problem_response(ProblemError(code, detail))


def as_problem(request: HttpRequest, error: Exception) -> ProblemError:
    """Return what an error means for who asked."""
    match error:
        case ProblemError():
            return error
        case ValidationError():
            return _invalid(error.errors)
        case AuthenticationError():
            return ProblemError("token_missing", MISSING)
        case LimitError():
            return ProblemError("limit_reached", str(error))
        case AnalysisError() | SongFileError():
            return ProblemError("refused", str(error), reason=error.code or None)
        case Http404() | ObjectDoesNotExist():
            return ProblemError("not_found", NOT_FOUND)
        case RequestDataTooBig():
            return ProblemError("too_large", "The body is larger than 2.5 MB. Only files of songs may be.")
        case (
            HttpError()
            | BadRequest()
            | SuspiciousOperation()
            | UnreadablePostError()
            | MultiPartParserError()
        ):
            return ProblemError(
                "malformed", "The body cannot be read, or did not arrive whole. Send it again."
            )
    if is_gone(error):  # somebody deleted at the same moment what this is about
        return ProblemError("not_found", NOT_FOUND)
    logger.error("%s %s", request.method, request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return ProblemError("internal", INTERNAL)


def handle_errors(api: NinjaAPI) -> None:
    """Have every error of an API answered by a problem."""

    def handle(request: HttpRequest, error: Any) -> HttpResponse:
        return problem_response(as_problem(request, error))

    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, handle)


def _invalid(errors: Sequence[dict[str, Any]]) -> ProblemError:
    found = [InvalidField(field=_field(error["loc"]), message=str(error["msg"])[:300]) for error in errors]
    said = "; ".join(f"{one.field}: {one.message}" for one in found[:3])
    return ProblemError("invalid", f"{said}.", errors=found[:INVALID_SHOWN])


def _field(location: Sequence[object]) -> str:
    """Name a field as who sent it knows it: where it stood, and its name, without the parameter of the function."""
    source, *path = location
    if source == "body" and path and path[0] == "body":
        path = path[1:]
    return ".".join(str(part)[:100] for part in (source, *path))
