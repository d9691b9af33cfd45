"""What every view needs: the person who asks, and only what they may see."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser, User
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django_htmx.middleware import HtmxDetails

from clustering.models import Dataset, Song


class SignedInRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User
    htmx: HtmxDetails


def visible_dataset(request: SignedInRequest, dataset_id: int) -> Dataset:
    """Return a dataset that this person may see; somebody else's private one is not there."""
    return get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)


def editable_dataset(request: SignedInRequest, dataset_id: int) -> Dataset:
    """Return a dataset that this person may change; somebody else's is not there."""
    return get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)


def before(request: SignedInRequest) -> datetime | None:
    """Return where a page of a list begins, as the last page said."""
    text = request.GET.get("before")
    if not text:
        return None
    try:
        found = parse_datetime(text.replace(" ", "+"))
        if found is None or found.tzinfo is None:
            raise Http404
        return found.astimezone(UTC)  # PostgreSQL knows fewer zones than Python
    except (ValueError, OverflowError) as error:
        raise Http404 from error


def as_id(text: str | None) -> int | None:
    """Return an id that somebody's address or form names, None where it cannot be one."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 19:
        return None
    number = int(text)
    return number if number < 2**63 else None


def visible_song(user: User | AnonymousUser, song_id: int) -> Song | None:
    """Return a song of a dataset that this person may see."""
    return (
        Song.objects.select_related("dataset__owner")
        .filter(dataset__in=Dataset.objects.visible_to(user), pk=song_id)
        .first()
    )
