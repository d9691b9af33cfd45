"""The form that starts a run, also "again with changes" from an earlier one (?from=run)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clustering import actions
from clustering.analysis import AnalysisError
from clustering.forms import RunForm
from clustering.queries.run_new import run_new as read_run_new
from clustering.views.access import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def run_new(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show the settings of a new run, and start it."""
    again = request.GET.get("from", "")
    number = int(again) if again.isascii() and again.isdigit() and len(again) < 17 else None
    page = read_run_new(request.user, dataset_id, again=number)
    if page is None:
        raise Http404
    data: Any = request.POST if request.method == "POST" else None
    form = RunForm([(c.name, c.label) for c in page.choices], data, initial=dict(page.initial))
    if form.is_valid():
        try:
            run = actions.start_run(request.user, page.dataset, **form.cleaned_data)
        except AnalysisError as error:
            form.add_error(None, str(error))
        else:
            return redirect("job", run.jobs.latest("created_at").pk)
    chosen = set(data.getlist("features")) if form.is_bound else set(page.initial["features"])
    context = {"page": page, "form": form, "dataset": page.dataset, "chosen": chosen}
    return render(request, "run_new.html", context, status=422 if form.is_bound else 200)
