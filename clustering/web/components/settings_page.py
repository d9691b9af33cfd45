"""The flow that a new run and new advice share: a form for settings, which starts one or the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from clustering.analysis import AnalysisError
from clustering.analysis.settings_checks import SettingsWarning, check_settings, complete_settings
from clustering.models import Dataset
from clustering.web.access import SignedInRequest
from clustering.web.components.run_settings import SettingsPage
from clustering.web.components.settings_form import SettingsForm

Form = TypeVar("Form", bound=SettingsForm)


def settings_page(request: SignedInRequest, dataset_id: int) -> SettingsPage:
    """Return what a form for settings offers, beginning as the address says; 404 where the user may start no run."""
    return SettingsPage.read(
        get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id),
        again=_number(request, "from"),
        preset=request.GET.get("preset", ""),
        sample_size=_number(request, "fit_on"),
        only=request.GET.getlist("only"),
    )


def settings_form(request: SignedInRequest, page: SettingsPage, form: type[Form]) -> Form:
    """Return the form, with what was sent where something was."""
    return form(
        [(choice.name, choice.label) for choice in page.choices],
        request.POST if request.method == "POST" else None,
        begin_with=page.begin_with,
        with_sample=page.with_sample,
    )


def start_or_show(
    request: SignedInRequest,
    page: SettingsPage,
    form: SettingsForm,
    *,
    start: Callable[[], tuple[str, int]],
    template: str,
) -> HttpResponse:
    """Start what a valid form asks for and go to the page that `start` returns; otherwise show the form."""
    if form.is_valid():
        try:
            view, pk = start()
        except AnalysisError as error:
            form.add_error(None, str(error))
        else:
            return redirect(view, pk)
    return render(request, template, _context(page, form), status=422 if form.is_bound else 200)


def _context(page: SettingsPage, form: SettingsForm) -> Mapping[str, Any]:
    settings = form.settings()
    rows = [
        (choice, choice.name in settings.features, form.weight_of(choice.name)) for choice in page.choices
    ]
    return {
        "page": page,
        "form": form,
        "dataset": page.dataset,
        "rows": rows,
        "warnings": warnings_about(page, form),
    }


def warnings_about(page: SettingsPage, form: SettingsForm) -> tuple[SettingsWarning, ...]:
    """Return what to know before a run with the settings of a form, from the dataset's quality report alone."""
    statistics = page.dataset.statistics
    return check_settings(complete_settings(form.settings(), statistics), statistics)


def _number(request: SignedInRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None
