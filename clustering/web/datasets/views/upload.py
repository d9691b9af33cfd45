"""From a file on somebody's machine to an import: the upload, and which column is which."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clustering import actions
from clustering.models import Dataset
from clustering.songfiles import SongFileError
from clustering.web.access import SignedInRequest
from clustering.web.components.job_lines import running_import
from clustering.web.datasets.forms.uploads import ColumnsForm, UploadForm
from clustering.web.datasets.pages.columns import columns as read_columns


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: SignedInRequest) -> HttpResponse:
    """Take a file and propose its columns."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.upload_file(
                request.user, file=form.cleaned_data["file"], name=form.cleaned_data["name"]
            )
        except SongFileError as error:
            form.add_error(None, str(error))
        else:
            return redirect("columns", found.dataset_id)
    context = {"form": form, "limit_mb": settings.UPLOAD_LIMIT_MB}
    return render(request, "datasets/upload.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def columns(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show which column is which, take changes, and begin the import."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    if dataset.songs_count:
        return redirect("dataset", dataset.pk)
    if (importing := running_import(dataset)) is not None:
        return redirect("job", importing.pk)
    upload = dataset.uploads.order_by("-created_at").first()
    if upload is None:
        raise Http404
    try:
        page = read_columns(upload.original_name, actions.propose_preview(upload))
    except (SongFileError, FileNotFoundError):
        return _unreadable(request, dataset)
    data: Any = request.POST if request.method == "POST" else None
    form = ColumnsForm(page.choosable, page.choices, data, initial={"name": dataset.name})
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            job = actions.start_import(request.user, upload, changes=form.changes(), name=name)
        except SongFileError as error:
            if (importing := running_import(dataset)) is not None:  # of the same moment: a double click
                return redirect("job", importing.pk)
            form.add_error(None, str(error))
        else:
            return redirect("job", job.pk)
    context = {"page": page, "form": form, "dataset": dataset, "rows": page.with_fields(form)}
    return render(request, "datasets/columns.html", context, status=422 if form.is_bound else 200)


def _unreadable(request: SignedInRequest, dataset: Dataset) -> HttpResponse:
    form = UploadForm({"name": dataset.name})
    form.errors.clear()
    form.add_error(None, "The uploaded file is no longer there, or cannot be read any more. Upload it again.")
    context = {"form": form, "limit_mb": settings.UPLOAD_LIMIT_MB}
    return render(request, "datasets/upload.html", context, status=422)
