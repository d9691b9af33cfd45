"""Requests that are sent twice, done once: the header Idempotency-Key.

An answer is kept in the transaction that makes what it tells of, so there is never one without the other. Of two at the
same moment the second fails to keep its own, is undone, and gets the first's. What was refused made nothing and is
not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpResponse

from clustering.api.problems import ProblemError
from clustering.api.schemas import ApiRequest
from clustering.models import KeptAnswer
from clustering.models.kept_answer import KEPT_FOR, MAX_KEY_LENGTH

Keep = Callable[[HttpResponse], None]
REUSED = (
    "This Idempotency-Key was sent within a day with another request. Use a new one for each thing to make."
)


def once(request: ApiRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Make something and answer, or answer as before where the request was answered already."""

    def make_in_one(keep: Keep) -> HttpResponse:
        with transaction.atomic():
            response = make()
            keep(response)
        return response

    return once_keeping(request, hashlib.sha256(request.body).hexdigest(), make_in_one)


def once_keeping(request: ApiRequest, body: str, make: Callable[[Keep], HttpResponse]) -> HttpResponse:
    """Do the same for what has a transaction of its own, in which it calls `keep`; `body` is the body's hash."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return make(lambda _: None)
    if not 0 < len(key) <= MAX_KEY_LENGTH or not key.isprintable():
        raise ProblemError(
            "malformed", f"An Idempotency-Key has 1 to {MAX_KEY_LENGTH} characters, such as a UUID."
        )
    asked = hashlib.sha256(f"{request.method} {request.get_full_path()} {body}".encode()).hexdigest()

    def keep(response: HttpResponse) -> None:
        mine = KeptAnswer.objects.filter(owner=request.user, key=key)
        mine.filter(at__lt=Now() - KEPT_FOR).delete()
        KeptAnswer.objects.create(
            owner=request.user,
            key=key,
            asked=asked,
            status=response.status_code,
            location=response.headers.get("Location", ""),
            body=response.content.decode(),
        )

    if (kept := _kept(request, key, asked)) is not None:
        return kept
    try:
        return make(keep)
    except Exception:
        # where the same was done meanwhile, this one was refused for its sake: by the key, or by a limit
        if (kept := _kept(request, key, asked)) is not None:
            return kept
        raise


def _kept(request: ApiRequest, key: str, asked: str) -> HttpResponse | None:
    kept = KeptAnswer.objects.filter(owner=request.user, key=key, at__gte=Now() - KEPT_FOR).first()
    if kept is None:
        return None
    if kept.asked != asked:
        raise ProblemError("idempotency_key_reused", REUSED)
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    if kept.location:
        response.headers["Location"] = kept.location
    return response
