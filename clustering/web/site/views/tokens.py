"""A person's API tokens: making one, which is shown once, and ending one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.middleware import is_verified

from clustering.actions.tokens import end_token, make_token
from clustering.analysis import AnalysisError
from clustering.models import ApiToken
from clustering.models.second_factor import has_two_factor
from clustering.web.access import SignedInRequest
from clustering.web.site.forms import TokenForm


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def tokens(request: SignedInRequest) -> HttpResponse:
    """Show the tokens that work, and make one; its text is on this answer, and nowhere afterwards."""
    user = request.user
    if user.is_staff and settings.STAFF_TWO_FACTOR == "required" and not has_two_factor(user):
        messages.warning(request, "Tokens of staff work once you have turned on two-factor sign-in.")
        return redirect("two_factor")
    form = TokenForm(request.POST if request.method == "POST" else None)
    text = ""
    if form.is_valid():
        try:
            _, text = make_token(user, **form.values(), two_factor=bool(is_verified(user)))
        except AnalysisError as error:
            form.add_error(None, str(error))
        else:
            form = TokenForm()
    page = {"form": form, "text": text, "tokens": ApiToken.objects.filter(owner=user).valid()}
    return render(request, "site/tokens.html", page, status=422 if form.is_bound else 200)


@login_required
@require_POST
def token_end(request: SignedInRequest, token_id: int) -> HttpResponse:
    """End a token."""
    token = get_object_or_404(ApiToken.objects.filter(owner=request.user), pk=token_id)
    if end_token(request.user, token):
        messages.success(
            request, f"The token {token} was revoked. Scripts that use it are refused from now on."
        )
    return redirect("tokens")
