"""What views read from a request: who sends it, what a link lets them see, and values that anybody can type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime
from django_htmx.middleware import HtmxDetails

from clustering.models import Run, ShareLink

LINKS = "share_links"  # in the session: {run: link}


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


def remember_link(request: PageRequest, link: ShareLink) -> None:
    """Let this browser look at the link's run for as long as the link is valid."""
    request.session[LINKS] = request.session.get(LINKS, {}) | {str(link.run_id): link.pk}


def run_by_link(request: PageRequest, run_id: int) -> Run | None:
    """Return a run that only a link, asked for again each time, lets this browser look at."""
    number = request.session.get(LINKS, {}).get(str(run_id))
    if number is None or Run.objects.visible_to(request.user).filter(pk=run_id).exists():
        return None
    links = ShareLink.objects.valid().select_related("run__dataset")
    link = links.filter(pk=number, run_id=run_id, run__finished_at__isnull=False).first()
    return link.run if link else None
