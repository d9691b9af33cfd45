"""To come."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def datasets(request: HttpRequest) -> HttpResponse:
    """Show an empty page."""
    return render(request, "base.html")
