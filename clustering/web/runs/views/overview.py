"""The first tab of a run, and its deletion."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from clustering.actions.runs import delete_run
from clustering.models import Run
from clustering.web.access import PageRequest, SignedInRequest
from clustering.web.runs.access import context, of_shown_run
from clustering.web.runs.pages.overview import RunOverviewPage


@of_shown_run
def run_overview(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show what was grouped, how, and what came out."""
    return render(request, "runs/overview.html", context(request, run, page=RunOverviewPage.read(run)))


@login_required
@require_POST
def run_delete(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Delete a run, in the background."""
    run = get_object_or_404(Run.objects.editable_by(request.user).select_related("dataset"), pk=run_id)
    delete_run(request.user, run)
    messages.info(request, f"The run with {run} is being deleted.")
    return redirect("dataset", run.dataset_id)
