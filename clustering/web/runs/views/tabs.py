"""The four tabs of a run: what was found, how good it is, pictures, and what to take away."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from clustering.models import Run
from clustering.web.access import PageRequest
from clustering.web.runs.pages import insights, metrics, overview, pictures
from clustering.web.runs.views.shared import context, of_shown_run


@of_shown_run
def run_overview(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show what was grouped, how, and what came out."""
    page = overview.run_overview(run)
    return render(request, "runs/overview.html", context(request, run, page=page))


@of_shown_run
def run_metrics(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show how good the grouping is, and the groups' means."""
    page = metrics.run_metrics(run)
    return render(request, "runs/metrics.html", context(request, run, page=page))


@of_shown_run
def run_pictures(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show the pictures; where htmx asks for another feature, only that feature's distribution."""
    feature = request.GET.get("feature", "")
    if request.htmx:
        part = pictures.run_distribution(run, feature=feature)
        return render(request, "runs/_distribution.html", {"run": run, "distribution": part})
    page = pictures.run_pictures(run, feature=feature)
    return render(request, "runs/pictures.html", context(request, run, page=page))


@of_shown_run
def run_insights(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show what each group sounds like, its songs, and the files to take away."""
    top, order = request.GET.get("top", ""), request.GET.get("order", "")
    page = insights.run_insights(
        run,
        top=int(top) if top in map(str, insights.TOP_CHOICES) else insights.TOP_DEFAULT,
        order=order if order in insights.ORDERS else insights.ORDER_DEFAULT,
    )
    choices = {"top_choices": insights.TOP_CHOICES, "orders": insights.ORDERS.items()}
    return render(request, "runs/insights.html", context(request, run, page=page, **choices))
