"""Two-factor sign-in of staff: the code after the password, turning it on, turning it off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import django_otp
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp.middleware import is_verified

from clustering.actions.two_factor import (
    CodeError,
    begin_two_factor,
    turn_off_two_factor,
    turn_on_two_factor,
    use_code,
)
from clustering.models.second_factor import has_two_factor
from clustering.web.access import SignedInRequest
from clustering.web.site.forms import CodeForm
from clustering.web.site.pages.two_factor import secret_of

Result = TypeVar("Result")


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def two_factor_code(request: SignedInRequest) -> HttpResponse:
    """Ask for the code after the password: until it is given, every other page leads here."""
    _staff_only(request)
    onward = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = "/"
    if is_verified(request.user) or not has_two_factor(request.user):
        return redirect(onward)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (device := _try(request, form, use_code)):
        _verified(request, device)
        return redirect(onward)
    # as if nobody were signed in: the menus lead nowhere yet
    page = {"form": form, "user": AnonymousUser()}
    return render(request, "site/two_factor_code.html", page, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def two_factor(request: SignedInRequest) -> HttpResponse:
    """Turn it on: show the secret, take a code that confirms it, show the recovery codes once."""
    _staff_only(request)
    if has_two_factor(request.user):
        return redirect("account")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (done := _try(request, form, turn_on_two_factor)):
        device, codes = done
        _verified(request, device)
        return render(request, "site/two_factor_codes.html", {"codes": codes})
    page = {"form": form, "secret": secret_of(begin_two_factor(request.user))}
    return render(request, "site/two_factor.html", page, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def two_factor_off(request: SignedInRequest) -> HttpResponse:
    """Turn it off, by a code."""
    _staff_only(request)
    if not has_two_factor(request.user):
        return redirect("account")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _try(request, form, turn_off_two_factor):
        messages.success(request, "Two-factor sign-in is off. Remove the entry from your app too.")
        return redirect("account")
    return render(request, "site/two_factor_off.html", {"form": form}, status=422 if form.is_bound else 200)


def _try(request: SignedInRequest, form: CodeForm, act: Callable[[User, str], Result]) -> Result | None:
    """Do what a code is for. A wrong one counts as a wrong password does, and the tenth ends the session."""
    try:
        return act(request.user, form.cleaned_data["code"])
    except CodeError as error:
        form.add_error("code", str(error))
    user_login_failed.send(__name__, credentials={"username": request.user.get_username()}, request=request)
    if getattr(request, "axes_locked_out", False):
        logout(request)
    return None


def _verified(request: SignedInRequest, device: django_otp.models.Device) -> None:
    """Note that this session has given a code, under a new name, as at signing in."""
    request.session.cycle_key()
    django_otp.login(request, device)


def _staff_only(request: SignedInRequest) -> None:
    if not request.user.is_staff:
        raise Http404
