"""Somebody's playlists."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clustering.web.access import SignedInRequest, before
from clustering.web.playlists.pages.playlists import PlaylistsPage


@login_required
@require_GET
def playlists(request: SignedInRequest) -> HttpResponse:
    """Show somebody's playlists."""
    page = PlaylistsPage.read(request.user, before=before(request))
    return render(request, "playlists/playlists.html", {"page": page})
