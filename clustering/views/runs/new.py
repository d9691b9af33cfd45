"""The form that starts a run: afresh, from an earlier one (?from=run) or from a preset (?preset=mood)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from clustering import actions
from clustering.analysis import AnalysisError
from clustering.forms import RunForm
from clustering.forms.runs import SettingsForm
from clustering.queries.runs.new import Choice, RunNew, guards
from clustering.queries.runs.new import run_new as read_run_new
from clustering.views.access import SignedInRequest


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
    return render(request, "run_new.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def run_guards(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Say what to know before a run with the settings as they are on the form now."""
    page = settings_page(request, dataset_id)
    found = guards(page.dataset, _form(page, request.POST).settings())
    return render(request, "_fragments/run_guards.html", {"guards": found})


def settings_page(request: SignedInRequest, dataset_id: int) -> RunNew:
    """Return what a form for settings offers, beginning as the address says; 404 to who may not start a run."""
    page = read_run_new(
        request.user,
        dataset_id,
        again=_number(request, "from"),
        preset=request.GET.get("preset", ""),
        fit_on=_number(request, "fit_on"),
    )
    if page is None:
        raise Http404
    return page


def _number(request: SignedInRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None


def feature_rows(
    page: RunNew, form: SettingsForm, settings: Mapping[str, Any]
) -> list[tuple[Choice, bool, BoundField]]:
    """Return each feature with whether it is ticked, and its slider."""
    return [
        (choice, choice.name in settings["features"], form.weight_of(choice.name)) for choice in page.choices
    ]


def _form(page: RunNew, data: Any) -> RunForm:
    return RunForm(
        [(c.name, c.label) for c in page.choices],
        data,
        initial=dict(page.initial),
        with_sample=page.with_sample,
    )
