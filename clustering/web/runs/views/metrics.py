"""How good the grouping of a run is."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from clustering.models import Run
from clustering.web.access import PageRequest
from clustering.web.runs.access import context, of_shown_run
from clustering.web.runs.pages.metrics import RunMetricsPage


@of_shown_run
def run_metrics(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show how good the grouping is, and the groups' means."""
    return render(request, "runs/metrics.html", context(request, run, page=RunMetricsPage.read(run)))
