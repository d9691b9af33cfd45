"""How many groups? The advice of a dataset, one sweep live and finished, and the runs that follow from it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from clustering.actions.submissions import make_once
from clustering.actions.sweeps import delete_sweep, start_run_of_sweep, start_sweep
from clustering.analysis import AnalysisError
from clustering.models import Dataset, Sweep
from clustering.web.access import SignedInRequest
from clustering.web.advice.forms import SweepForm, SweepRunForm
from clustering.web.advice.pages import SweepPage, SweepsPage
from clustering.web.components.settings_page import settings_form, settings_page, start_or_show
from clustering.web.components.submissions import submission


@login_required
@require_GET
def sweeps(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show what advice a dataset has."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    page = SweepsPage.read(dataset, request.user)
    return render(request, "advice/sweeps.html", {"page": page, "dataset": dataset})


@login_required
@require_http_methods(["GET", "POST"])
def sweep_new(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show the settings of new advice, and start it; with ?from=run on that run's settings."""
    page = settings_page(request, dataset_id)
    form = settings_form(request, page, SweepForm)

    def start() -> tuple[str, int]:
        ask = partial(start_sweep, request.user, page.dataset, form.settings(), ks=form.ks)
        return "sweep", make_once(submission(request), ask).pk

    return start_or_show(request, page, form, start=start, template="advice/sweep_new.html")


@login_required
@require_GET
def sweep(request: SignedInRequest, sweep_id: int) -> HttpResponse:
    """Show a sweep; asked again by the page itself, its progress, and at the end what came of it."""
    sweeps = Sweep.objects.visible_to(request.user).select_related("dataset")
    page = SweepPage.read(get_object_or_404(sweeps, pk=sweep_id), request.user)
    context = {"page": page, "dataset": page.dataset}
    if not request.htmx:
        return render(request, "advice/sweep.html", context)
    if page.is_alive:
        return render(request, "advice/_sweep_progress.html", context)
    if page.run is not None and page.run.is_finished:
        return HttpResponseClientRedirect(reverse("run_overview", args=[page.run.pk]))
    return HttpResponseClientRedirect(reverse("sweep", args=[sweep_id]))


@login_required
@require_POST
def sweep_run(request: SignedInRequest, sweep_id: int) -> HttpResponse:
    """Start a run with one of the numbers of groups that were tried."""
    sweep = get_object_or_404(Sweep.objects.editable_by(request.user).select_related("dataset"), pk=sweep_id)
    form = SweepRunForm(request.POST)
    if form.is_valid():
        try:
            start = partial(start_run_of_sweep, request.user, sweep, form.cleaned_data["k"])
            run = make_once(submission(request), start)
        except AnalysisError as error:
            messages.error(request, str(error))
        else:
            return redirect("job", run.jobs.latest("created_at").pk)
    else:
        messages.error(request, "Choose one of the numbers of groups that were tested.")
    return redirect("sweep", sweep_id)


@login_required
@require_POST
def sweep_delete(request: SignedInRequest, sweep_id: int) -> HttpResponse:
    """Delete advice."""
    sweep = get_object_or_404(Sweep.objects.editable_by(request.user).select_related("dataset"), pk=sweep_id)
    try:
        delete_sweep(request.user, sweep)
    except AnalysisError as error:
        messages.error(request, str(error))
        return redirect("sweep", sweep_id)
    messages.success(request, "The advice was deleted. Runs created from it stay.")
    return redirect("sweeps", sweep.dataset_id)
