"""Signing in by a link that works once: what `make run` prints."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

SALT = "sign-in"
LIFETIME = timedelta(days=1)


def sign_in_path(user: User) -> str:
    """Return the path by which a user signs in once.

    It is bound to the user's last sign-in and to the password: any later sign-in, by this link or by password, uses it
    up, and so does a new password.
    """
    token = signing.dumps([user.pk, _stamp(user)], salt=SALT, compress=True)
    return reverse("sign_in", args=[token])


@require_GET
@never_cache
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by link."""
    try:
        number, stamp = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return _refuse(request)
    user = get_user_model().objects.filter(pk=number, is_active=True).first()
    if user is None or _stamp(user) != stamp:
        return _refuse(request)
    # Two clicks at the same moment, or a new password: the one that changes the row has won.
    unchanged = get_user_model().objects.filter(pk=number, last_login=user.last_login, password=user.password)
    if not unchanged.update(last_login=timezone.now()):
        return _refuse(request)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("/")


def _refuse(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("/")
    messages.warning(
        request, "This link has expired or was already used. Sign in with your username and password."
    )
    return redirect("login")


def attempted_name(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str | None:
    """Return the name that somebody tried to sign in with, as far as it can be one: no account has a longer."""
    name = (credentials or request.POST).get("username")
    return None if name is None else name[: User._meta.get_field("username").max_length]


def _stamp(user: User) -> str:
    known = f"{user.last_login.isoformat() if user.last_login else ''} {user.password}"
    return salted_hmac(SALT, known, algorithm="sha256").hexdigest()[:32]
