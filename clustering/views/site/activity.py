"""Who did what."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clustering.queries.site.activity import activity as read_activity
from clustering.views.access import SignedInRequest, before


@login_required
@require_GET
def activity(request: SignedInRequest) -> HttpResponse:
    """List what was done."""
    return render(request, "activity.html", {"page": read_activity(request.user, before=before(request))})
