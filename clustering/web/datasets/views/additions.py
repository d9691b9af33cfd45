"""More songs for a dataset: a further file, its columns, and its songs among the groups of earlier runs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from clustering import actions
from clustering.models import Dataset
from clustering.songfiles import SongFileError
from clustering.songfiles.additions import differences
from clustering.web.access import SignedInRequest
from clustering.web.components.job_lines import running_import
from clustering.web.datasets.forms.uploads import ColumnsForm, UploadForm
from clustering.web.datasets.pages.columns import columns as read_columns
from clustering.web.datasets.pages.files import dataset_files as read_files


@login_required
@require_GET
def dataset_files(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show the files of a dataset, and which runs have not placed the songs of later ones."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    page = read_files(dataset, request.user)
    return render(request, "datasets/dataset_files.html", {"page": page, "dataset": dataset})


@login_required
@require_http_methods(["GET", "POST"])
def songs_add(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Take a further file."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            actions.add_file(request.user, dataset, file=form.cleaned_data["file"])
        except SongFileError as error:
            form.add_error(None, str(error))
        else:
            return redirect("songs_add_columns", dataset.pk)
    more = {"form": form, "dataset": dataset, "limit_mb": settings.UPLOAD_LIMIT_MB}
    return render(request, "datasets/songs_add.html", more, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def songs_add_columns(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show which column of the further file is which, take changes, and begin to add its songs."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    if (adding := running_import(dataset)) is not None:
        return redirect("job", adding.pk)
    upload = dataset.drafts.last() if dataset.songs_count else None
    if upload is None:
        return redirect("songs_add", dataset.pk)
    try:
        preview = actions.propose_preview(upload)
    except (SongFileError, FileNotFoundError):
        messages.error(request, "The file is no longer there, or cannot be read any more. Upload it again.")
        return redirect("songs_add", dataset.pk)
    page = read_columns(upload.original_name, preview)
    data: Any = request.POST if request.method == "POST" else None
    form = ColumnsForm(page.choosable, page.choices, data)
    if form.is_valid():
        try:
            job = actions.start_addition(request.user, upload, changes=form.changes())
        except SongFileError as error:
            if (adding := running_import(dataset)) is not None:  # of the same moment: a double click
                return redirect("job", adding.pk)
            form.add_error(None, str(error))
        else:
            return redirect("job", job.pk)
    notes = differences(preview.column_map, features=dataset.features, extra_columns=dataset.extra_columns)
    more = {"page": page, "form": form, "dataset": dataset, "rows": page.with_fields(form), "notes": notes}
    return render(request, "datasets/songs_add_columns.html", more, status=422 if form.is_bound else 200)
