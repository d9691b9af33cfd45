"""The form that starts a run: afresh, from an earlier one (?from=run) or from a preset (?preset=mood)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from clustering.actions.runs import start_run
from clustering.actions.submissions import make_once
from clustering.web.access import SignedInRequest
from clustering.web.components.settings_page import (
    settings_form,
    settings_page,
    start_or_show,
    warnings_about,
)
from clustering.web.components.submissions import submission
from clustering.web.runs.forms import RunForm


@login_required
@require_http_methods(["GET", "POST"])
def run_new(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show the settings of a new run, and start it."""
    page = settings_page(request, dataset_id)
    form = settings_form(request, page, RunForm)

    def start() -> tuple[str, int]:
        settings = form.settings()
        run = make_once(submission(request), lambda: start_run(request.user, page.dataset, settings))
        return "job", run.jobs.latest("created_at").pk

    return start_or_show(request, page, form, start=start, template="runs/new.html")


@login_required
@require_POST
def run_guards(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Say what to know before a run with the settings as they are on the form now."""
    page = settings_page(request, dataset_id)
    warnings = warnings_about(page, settings_form(request, page, RunForm))
    return render(request, "runs/_warnings.html", {"warnings": warnings})
