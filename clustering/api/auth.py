"""Who asks: the person whose token is sent. A browser's session is no token, so there is no forged request to fear."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest

from clustering.api.problems import MISSING, ProblemError
from clustering.api.schemas import ApiRequest
from clustering.models import ApiToken

SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of yours, from the page “Your account”.",
}


def authenticate(request: HttpRequest) -> ApiRequest:
    """Return the request as its token's owner's, where the token may be used for it."""
    token = _token_of(request)
    _take_turn(token)
    token.see()
    _check_may_write(request, token)
    asked = cast("ApiRequest", request)
    asked.auth, asked.user = token, token.owner
    asked._cached_user = token.owner
    return asked


def check_token(request: HttpRequest) -> None:
    """Refuse a request that its token will not do for, by its headers: its body need not come then."""
    _check_may_write(request, _token_of(request))


def _token_of(request: HttpRequest) -> ApiToken:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise ProblemError("token_missing", MISSING)
    return _find(text.strip())


def _check_may_write(request: HttpRequest, token: ApiToken) -> None:
    if request.method != "GET" and not token.can_write:
        raise ProblemError(
            "token_read_only",
            "This token is for reading only. Create one that can write on the page “Your account”.",
        )


def _find(text: str) -> ApiToken:
    token = ApiToken.objects.by_text(text)
    if token is None or not token.owner.is_active:
        raise ProblemError("token_unknown", "There is no such token. Check that it was copied whole.")
    if token.ended_at is not None:
        raise ProblemError(
            "token_ended", "This token was revoked. Create another on the page “Your account”."
        )
    if token.is_expired:
        raise ProblemError(
            "token_expired", "This token has expired. Create another on the page “Your account”."
        )
    if token.lacks_two_factor:
        raise ProblemError(
            "two_factor_required",
            "Staff need a token that was made after two-factor sign-in. Turn it on, and create another token.",
        )
    return token


def _take_turn(token: ApiToken) -> None:
    if not (most := settings.API_REQUESTS_PER_MINUTE):
        return
    if seconds := token.take_turn(most):
        raise ProblemError(
            "too_many_requests",
            f"This token may send {most:,} requests a minute. Try again in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )
