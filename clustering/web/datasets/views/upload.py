"""Uploading a file of songs: the first of a new dataset, or a further one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clustering.actions.additions import add_file
from clustering.actions.uploads import upload_file
from clustering.models import Dataset
from clustering.songfiles import SongFileError
from clustering.web.access import SignedInRequest
from clustering.web.components.submissions import submission
from clustering.web.datasets.forms import UploadForm
from musicclust.body_limits import takes_song_files


@takes_song_files
@login_required
@require_http_methods(["GET", "POST"])
def upload(request: SignedInRequest) -> HttpResponse:
    """Take the first file of a new dataset."""
    form = _form(request)
    if form.is_valid():
        try:
            upload = upload_file(request.user, **form.cleaned_data, submission=submission(request))
        except SongFileError as error:
            form.add_error(None, str(error))
        else:
            return redirect("columns", upload.dataset_id)
    context = {"form": form, "limit_mb": settings.UPLOAD_LIMIT_MB}
    return render(request, "datasets/upload.html", context, status=422 if form.is_bound else 200)


@takes_song_files
@login_required
@require_http_methods(["GET", "POST"])
def songs_add(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Take a further file."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    form = _form(request)
    if form.is_valid():
        try:
            add_file(request.user, dataset, file=form.cleaned_data["file"], submission=submission(request))
        except SongFileError as error:
            form.add_error(None, str(error))
        else:
            return redirect("songs_add_columns", dataset.pk)
    context = {"form": form, "dataset": dataset, "limit_mb": settings.UPLOAD_LIMIT_MB}
    return render(request, "datasets/songs_add.html", context, status=422 if form.is_bound else 200)


def _form(request: SignedInRequest) -> UploadForm:
    return UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
