"""All runs of a dataset, and which of them stands for it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from clustering.actions.runs import pin_run
from clustering.analysis import AnalysisError
from clustering.models import Dataset, Run
from clustering.web.access import SignedInRequest
from clustering.web.datasets.pages.dataset_runs import SORT_DEFAULT, DatasetRunsPage


@login_required
@require_GET
def dataset_runs(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show all runs of a dataset, sorted by a column."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    page = DatasetRunsPage.read(dataset, sort=request.GET.get("sort", SORT_DEFAULT))
    editable = dataset.is_editable_by(request.user)
    return render(
        request, "datasets/dataset_runs.html", {"page": page, "dataset": dataset, "editable": editable}
    )


@login_required
@require_POST
def run_pin(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Let a run stand for its dataset, or no longer."""
    run = get_object_or_404(Run.objects.editable_by(request.user).select_related("dataset"), pk=run_id)
    try:
        pin_run(request.user, run, pinned=request.POST.get("pin") != "no")
    except AnalysisError as error:
        messages.error(request, str(error))
    return redirect("dataset_runs", run.dataset_id)
