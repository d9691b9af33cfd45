"""The charts of a run."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from clustering.models import Run
from clustering.web.access import PageRequest
from clustering.web.runs.access import context, of_shown_run
from clustering.web.runs.pages.visualizations import Distribution, RunVisualizationsPage


@of_shown_run
def run_visualizations(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show the charts; where htmx asks for another feature, only that feature's distribution."""
    feature = request.GET.get("feature", "")
    if request.htmx:
        distribution = Distribution.read(run, feature=feature)
        return render(request, "runs/_distribution.html", {"run": run, "distribution": distribution})
    page = RunVisualizationsPage.read(run, feature=feature)
    return render(request, "runs/visualizations.html", context(request, run, page=page))
