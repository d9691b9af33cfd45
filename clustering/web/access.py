"""What views read from a request: who sends it, and values of its address that anybody can type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime
from django_htmx.middleware import HtmxDetails


class PageRequest(HttpRequest):
    """A request as the middleware of the pages passes it on."""

    htmx: HtmxDetails


class SignedInRequest(PageRequest):
    """A request behind `login_required`."""

    user: User


def before(request: SignedInRequest) -> datetime | None:
    """Return the moment before which a page of a list ends, from the link of the page before it."""
    text = request.GET.get("before")
    if not text:
        return None
    try:
        moment = parse_datetime(text.replace(" ", "+"))
        if moment is None or moment.tzinfo is None:
            raise Http404
        return moment.astimezone(UTC)  # PostgreSQL knows fewer zones than Python
    except (ValueError, OverflowError) as error:
        raise Http404 from error


def as_id(text: str | None) -> int | None:
    """Return the id that an address or a form names; None where the text cannot be one."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    number = int(text)
    return number if number < 2**63 else None


def as_ids(texts: Iterable[str]) -> list[int]:
    """Return the ids among the texts of an address or a form, each once."""
    return list(dict.fromkeys(number for number in map(as_id, texts) if number is not None))
