"""What the groups of a run sound like."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from clustering.models import Run
from clustering.web.access import PageRequest
from clustering.web.runs.access import context, of_shown_run
from clustering.web.runs.pages.insights import (
    ORDER_DEFAULT,
    ORDERS,
    TOP_CHOICES,
    TOP_DEFAULT,
    RunInsightsPage,
)


@of_shown_run
def run_insights(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show what each group sounds like, its songs, and the files to take away."""
    top, order = request.GET.get("top", ""), request.GET.get("order", "")
    page = RunInsightsPage.read(
        run,
        top=int(top) if top in map(str, TOP_CHOICES) else TOP_DEFAULT,
        order=order if order in ORDERS else ORDER_DEFAULT,
    )
    choices = {"top_choices": TOP_CHOICES, "orders": ORDERS.items()}
    return render(request, "runs/insights.html", context(request, run, page=page, **choices))
