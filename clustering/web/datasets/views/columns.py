"""Which column of an uploaded file is which field, and the start of its import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clustering.actions.additions import start_addition
from clustering.actions.uploads import propose_preview, start_import
from clustering.jobs.importing import growing_job
from clustering.models import Dataset, Job, Upload
from clustering.songfiles import SongFileError
from clustering.songfiles.additions import differences
from clustering.web.access import SignedInRequest
from clustering.web.bodies import takes_large_forms
from clustering.web.datasets.forms import ColumnsForm, UploadForm
from clustering.web.datasets.pages.columns import ColumnsPage

GONE = "is no longer there, or cannot be read any more. Upload it again."


@dataclass(frozen=True, slots=True)
class Step:
    """In what the columns of a first and of a further file differ."""

    template: str
    upload: Upload
    start: Callable[[ColumnsForm], Job]
    ask_again: Callable[[], HttpResponse]
    """What to answer where the file cannot be read."""


@takes_large_forms
@login_required
@require_http_methods(["GET", "POST"])
def columns(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show which column of the first file is which, take changes, and start the import."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    if dataset.songs_count:
        return redirect("dataset", dataset.pk)
    if (importing := growing_job(dataset)) is not None:
        return redirect("job", importing.pk)
    upload = dataset.uploads.order_by("-created_at").first()
    if upload is None:
        raise Http404

    def start(form: ColumnsForm) -> Job:
        name = form.cleaned_data["name"]
        return start_import(request.user, upload, changes=form.changes(), name=name)

    def ask_again() -> HttpResponse:
        form = UploadForm({"name": dataset.name})
        form.errors.clear()
        form.add_error(None, f"The uploaded file {GONE}")
        context = {"form": form, "limit_mb": settings.UPLOAD_LIMIT_MB}
        return render(request, "datasets/upload.html", context, status=422)

    return _choose_columns(request, dataset, Step("datasets/columns.html", upload, start, ask_again))


@takes_large_forms
@login_required
@require_http_methods(["GET", "POST"])
def songs_add_columns(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show which column of the further file is which, take changes, and start to add its songs."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    if (adding := growing_job(dataset)) is not None:
        return redirect("job", adding.pk)
    upload = dataset.drafts.last() if dataset.songs_count else None
    if upload is None:
        return redirect("songs_add", dataset.pk)

    def start(form: ColumnsForm) -> Job:
        return start_addition(request.user, upload, changes=form.changes())

    def ask_again() -> HttpResponse:
        messages.error(request, f"The file {GONE}")
        return redirect("songs_add", dataset.pk)

    return _choose_columns(
        request, dataset, Step("datasets/songs_add_columns.html", upload, start, ask_again)
    )


def _choose_columns(request: SignedInRequest, dataset: Dataset, step: Step) -> HttpResponse:
    try:
        preview = propose_preview(step.upload)
    except (SongFileError, FileNotFoundError):
        return step.ask_again()
    page = ColumnsPage.read(step.upload.original_name, preview)
    data: Any = request.POST if request.method == "POST" else None
    form = ColumnsForm(page.choosable, page.choices, data, initial={"name": dataset.name})
    if form.is_valid():
        try:
            return redirect("job", step.start(form).pk)
        except SongFileError as error:
            if (importing := growing_job(dataset)) is not None:  # of the same moment: a double click
                return redirect("job", importing.pk)
            form.add_error(None, str(error))
    context = {"page": page, "form": form, "dataset": dataset, "rows": page.with_fields(form)}
    if dataset.songs_count:
        known = {"features": dataset.features, "extra_columns": dataset.extra_columns}
        context["notes"] = differences(preview.column_map, **known)
    return render(request, step.template, context, status=422 if form.is_bound else 200)
