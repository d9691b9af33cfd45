"""What every answer of the site has, whichever view gives it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode
from django.views.defaults import page_not_found
from django_otp.middleware import is_verified

from clustering.models.deletion import is_gone
from clustering.models.second_factor import has_two_factor


def no_store(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let nobody else find a page in a browser's or a proxy's cache; a view that says otherwise is heard."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class StaffTwoFactor:
    """Leads staff who have turned on two-factor sign-in to the page that asks for the code, however they signed in."""

    OPEN = frozenset({"two_factor_code", "logout", "healthz", "readyz", "metrics"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Leave everybody else alone."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Look at who asks for what."""
        asked, user = request.resolver_match, request.user
        if asked is None or "api" in asked.namespaces:  # it knows tokens only, which have a rule of their own
            return None
        if asked.url_name in self.OPEN or not user.is_staff or is_verified(user):
            return None
        if has_two_factor(user):
            onward = request.get_full_path() if request.method == "GET" else "/"
            return redirect(f"{reverse('two_factor_code')}?{urlencode({'next': onward})}")
        if settings.STAFF_TWO_FACTOR == "required" and _for_staff(asked):
            messages.warning(request, "Turn on two-factor sign-in to open this page.")
            return redirect("two_factor")
        return None


def _for_staff(asked: ResolverMatch) -> bool:
    return "admin" in asked.namespaces or asked.url_name == "status"


class ConcurrentDeletionMiddleware:
    """Answers a form as if its page were not there, where somebody else deleted what it is about in that moment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Leave all else as it is."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Look at what a view did not expect."""
        return page_not_found(request, error) if request.method == "POST" and is_gone(error) else None
