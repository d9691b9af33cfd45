"""The user guide."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clustering.web.components.guide import guide


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the guide, also to who reads a shared run without an account."""
    return render(request, "site/help.html", {"guide": guide()})
