"""A person's own account: what they have, and how much they may have."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clustering.jobs.quotas import limits
from clustering.models.second_factor import has_two_factor
from clustering.web.access import SignedInRequest
from clustering.web.site.pages.two_factor import recovery_codes_left


@login_required
@require_GET
def account(request: SignedInRequest) -> HttpResponse:
    """Show what counts against which limit, and to staff how they sign in."""
    counted = limits(request.user).values()
    page: dict[str, object] = {"limits": counted, "limited": any(limit.most for limit in counted)}
    if request.user.is_staff:
        page |= {"two_factor": has_two_factor(request.user), "codes": recovery_codes_left(request.user)}
    return render(request, "site/account.html", page)
