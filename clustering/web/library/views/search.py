"""Finding songs by name, from the search page and from the box on every page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clustering.web.access import SignedInRequest, as_id
from clustering.web.components.search import search as find

TEMPLATES = {"search-results": "library/_search_results.html", "search-box": "library/_search_box.html"}


@login_required
@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    """Show what was found; as somebody types, only that."""
    dataset_id = as_id(request.GET.get("dataset"))
    page = find(request.user, request.GET.get("q", ""), dataset_id=dataset_id)
    template = TEMPLATES.get(request.htmx.target or "", "library/search.html")
    return render(request, template, {"page": page})
