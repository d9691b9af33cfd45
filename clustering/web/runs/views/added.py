"""The songs that came after a run was made: how well they fit, and their placing."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from clustering.actions.additions import place_added_songs
from clustering.analysis import AnalysisError
from clustering.models import Run
from clustering.web.access import PageRequest, SignedInRequest
from clustering.web.runs.access import context, of_finished_run
from clustering.web.runs.pages.added import RunAddedPage


@of_finished_run
def run_added(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show how well songs fit that came after a run was made."""
    return render(request, "runs/added.html", context(request, run, page=RunAddedPage.read(run)))


@login_required
@require_POST
def run_place_added(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Place the songs that came after a run among its groups, in the background."""
    run = get_object_or_404(Run.objects.editable_by(request.user).select_related("dataset"), pk=run_id)
    try:
        job = place_added_songs(request.user, run)
    except AnalysisError as error:
        messages.error(request, str(error))
        return redirect("run_added" if run.is_finished else "run_overview", run.pk)
    return redirect("job", job.pk)
