"""What every answer of the site has, whichever view gives it."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.defaults import page_not_found
from psycopg.errors import ForeignKeyViolation


def keep_out_of_caches(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let nobody else find a page in a browser's or a proxy's cache; a view that says otherwise is heard."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class GoneMeanwhile:
    """Answers a form as if its page were not there, where somebody else deleted what it is about in that moment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Leave all else as it is."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Look at what a view did not expect."""
        return page_not_found(request, error) if request.method == "POST" and _is_gone(error) else None


def _is_gone(error: Exception) -> bool:
    if isinstance(error, IntegrityError):  # a new row refers to one that is not there any more
        return isinstance(error.__cause__, ForeignKeyViolation)
    if (
        type(error) is DatabaseError
    ):  # Django's word for a row that was to be changed, and is not there any more
        return error.__cause__ is None
    return isinstance(error, ObjectDoesNotExist)
