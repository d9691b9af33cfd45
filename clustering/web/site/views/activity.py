"""The audit log."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clustering.web.access import SignedInRequest, before
from clustering.web.site.pages.activity import ActivityPage


@login_required
@require_GET
def activity(request: SignedInRequest) -> HttpResponse:
    """List what the user did; for staff what everybody did."""
    page = ActivityPage.read(request.user, before=before(request))
    return render(request, "site/activity.html", {"page": page})
