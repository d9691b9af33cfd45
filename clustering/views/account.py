"""A person's own account: what they have, and how much they may have."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clustering.queries.limits import limits
from clustering.views.access import SignedInRequest


@login_required
@require_GET
def account(request: SignedInRequest) -> HttpResponse:
    """Show what counts against which limit."""
    return render(request, "account.html", {"limits": limits(request.user).values()})
