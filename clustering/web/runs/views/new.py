"""The form that starts a run: afresh, from an earlier one (?from=run) or from a preset (?preset=mood)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clustering import actions
from clustering.analysis import AnalysisError
from clustering.web.access import SignedInRequest
from clustering.web.components.run_settings import RunNew, guards
from clustering.web.components.settings_page import feature_rows, settings_page
from clustering.web.runs.forms import RunForm


@login_required
@require_http_methods(["GET", "POST"])
def run_new(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show the settings of a new run, and start it."""
    page = settings_page(request, dataset_id)
    form = _form(page, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            run = actions.start_run(request.user, page.dataset, **form.cleaned_data)
        except AnalysisError as error:
            form.add_error(None, str(error))
        else:
            return redirect("job", run.jobs.latest("created_at").pk)
    settings = form.settings() if form.is_bound else page.initial
    context = {
        "page": page,
        "form": form,
        "dataset": page.dataset,
        "rows": feature_rows(page, form, settings),
        "guards": guards(page.dataset, settings),
    }
    return render(request, "runs/new.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def run_guards(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Say what to know before a run with the settings as they are on the form now."""
    page = settings_page(request, dataset_id)
    found = guards(page.dataset, _form(page, request.POST).settings())
    return render(request, "runs/_guards.html", {"guards": found})


def _form(page: RunNew, data: Any) -> RunForm:
    return RunForm(
        [(c.name, c.label) for c in page.choices],
        data,
        initial=dict(page.initial),
        with_sample=page.with_sample,
    )
