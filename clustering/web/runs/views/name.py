"""A run's own name and note."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clustering.actions.runs import rename_run
from clustering.analysis import AnalysisError
from clustering.models import Run
from clustering.web.access import SignedInRequest
from clustering.web.runs.access import context, tell_renamed
from clustering.web.runs.forms import RunNameForm


@login_required
@require_POST
def run_rename(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Give a run another name and note, in their place on the page where there is htmx."""
    runs = Run.objects.editable_by(request.user).select_related("dataset", "sweep")
    run = get_object_or_404(runs, pk=run_id)
    form, before, was = RunNameForm(request.POST), {"name": run.own_name, "note": run.note}, str(run)
    if form.is_valid():
        try:
            rename_run(request.user, run, form.cleaned_data["name"], note=form.cleaned_data["note"])
        except AnalysisError as error:
            form.add_error("name", str(error))
    valid = form.is_valid()
    if valid and not request.htmx:
        messages.success(request, f"Saved: the run is called “{run}”.")
        return redirect("run_overview", run.pk)
    answer: dict[str, Any] = {"form": form}
    if valid:
        answer |= {"renamed": True, "undo": before, "undo_address": reverse("run_rename", args=[run.pk])}
    template = "runs/_run_name.html" if request.htmx else "runs/run_rename.html"
    response = render(request, template, context(request, run, **answer), status=200 if valid else 422)
    if valid:
        tell_renamed(response, was, str(run))
    return response
