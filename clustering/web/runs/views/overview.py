"""The first tab of a run, and its deletion."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from clustering.actions.runs import delete_run, run_with_groups
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import MAX_K, MIN_K
from clustering.models import Run
from clustering.web.access import PageRequest, SignedInRequest
from clustering.web.runs.access import context, of_shown_run
from clustering.web.runs.forms import GroupNumberForm
from clustering.web.runs.pages.overview import RunOverviewPage


@of_shown_run
def run_overview(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show what was grouped, how, and what came out."""
    page = RunOverviewPage.read(run, can_start=run.dataset.is_editable_by(request.user))
    return render(request, "runs/overview.html", context(request, run, page=page))


@login_required
@require_POST
def run_with_k(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Open the run with another number of groups, or start it."""
    run = get_object_or_404(Run.objects.editable_by(request.user).select_related("dataset"), pk=run_id)
    form = GroupNumberForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Choose from {MIN_K} to {MAX_K} groups.")
        return redirect("run_overview", run_id)
    try:
        other = run_with_groups(request.user, run, form.cleaned_data["k"])
    except AnalysisError as error:
        messages.error(request, str(error))
        return redirect("run_overview", run_id)
    if other.is_finished:
        return redirect("run_overview", other.pk)
    return redirect("job", other.jobs.latest("created_at").pk)


@login_required
@require_POST
def run_delete(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Delete a run, in the background."""
    run = get_object_or_404(Run.objects.editable_by(request.user).select_related("dataset"), pk=run_id)
    try:
        delete_run(request.user, run)
    except AnalysisError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, f"The run with {run} is being deleted.")
    return redirect("dataset", run.dataset_id)
