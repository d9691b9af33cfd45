"""What the forms for a new run and for new advice share: where they begin, and a row for each feature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BoundField
from django.http import Http404

from clustering.web.access import SignedInRequest
from clustering.web.components.run_settings import Choice, RunNew
from clustering.web.components.run_settings import run_new as read_run_new
from clustering.web.components.settings_form import SettingsForm


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
