"""Filling in features from another table: choosing it, looking at what was matched, applying and undoing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clustering.actions.fills import (
    apply_fill,
    choose_candidates,
    discard_fill,
    start_fill,
    undo_fill,
    upload_source,
)
from clustering.actions.submissions import make_once
from clustering.analysis import AnalysisError
from clustering.exports.csv import export_songs
from clustering.exports.unmatched import export_unmatched
from clustering.models import Dataset, Fill, Job
from clustering.songfiles import SongFileError
from clustering.web.access import SignedInRequest, as_id
from clustering.web.components.submissions import submission
from clustering.web.fills.forms import SourceFileForm
from clustering.web.fills.pages import AmbiguousPage, FillPage, FillsPage
from musicclust.body_limits import takes_song_files

CSV = "text/csv; charset=utf-8"


@login_required
@require_http_methods(["GET", "POST"])
def fills(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show where features can come from, and begin to match songs with a chosen dataset."""
    dataset = _dataset(request, dataset_id)
    if request.method != "POST":
        return _show(request, dataset, SourceFileForm())
    others = Dataset.objects.visible_to(request.user)
    source = others.filter(pk=as_id(request.POST.get("source")) or 0).first()
    if source is None:
        messages.error(request, "Choose a dataset to fill in from; that one is not there any more.")
        return redirect("fills", dataset.pk)
    try:
        fill = make_once(submission(request), lambda: start_fill(request.user, dataset, source))
    except (AnalysisError, SongFileError) as error:
        messages.error(request, str(error))
        return redirect("fills", dataset.pk)
    return redirect("job", fill.job_id) if fill.job_id else redirect("fill", fill.pk)


@takes_song_files
@login_required
@require_POST
def fill_upload(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Take the file that features are to come from, and go on to its columns."""
    dataset = _dataset(request, dataset_id)
    form = SourceFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = upload_source(request.user, dataset, file=file, submission=submission(request))
        except (AnalysisError, SongFileError) as error:
            form.add_error(None, str(error))
        else:
            return redirect("columns", upload.dataset_id)
    return _show(request, dataset, form, status=422)


@login_required
@require_GET
def fill(request: SignedInRequest, fill_id: int) -> HttpResponse:
    """Show what was matched, before and after anything is written."""
    found = _fill(request, fill_id)
    context = {"page": FillPage.read(found), "fill": found, "dataset": found.dataset}
    return render(request, "fills/fill.html", context)


@login_required
@require_POST
def fill_apply(request: SignedInRequest, fill_id: int) -> HttpResponse:
    """Write the features."""
    return _begin(request, fill_id, apply_fill)


@login_required
@require_POST
def fill_undo(request: SignedInRequest, fill_id: int) -> HttpResponse:
    """Take the features out again."""
    return _begin(request, fill_id, undo_fill)


@login_required
@require_POST
def fill_discard(request: SignedInRequest, fill_id: int) -> HttpResponse:
    """Forget what was matched."""
    found = _fill(request, fill_id)
    try:
        discard_fill(request.user, found)
    except (AnalysisError, SongFileError) as error:
        messages.error(request, str(error))
        return redirect("fill", found.pk)
    return redirect("fills", found.dataset_id)


@login_required
@require_http_methods(["GET", "POST"])
def fill_ambiguous(request: SignedInRequest, fill_id: int) -> HttpResponse:
    """Show songs with several candidates, and keep which were chosen."""
    found = _fill(request, fill_id)
    after = as_id(request.GET.get("after")) or 0
    if request.method == "POST":
        choices = {
            song: as_id(request.POST.get(name))
            for name in request.POST
            if name.startswith("song-") and (song := as_id(name.removeprefix("song-"))) is not None
        }
        try:
            choose_candidates(request.user, found, choices)
        except AnalysisError as error:
            messages.error(request, str(error))
            return redirect("fill", found.pk)
        messages.success(request, "Your choices are saved.")
        after = as_id(request.POST.get("next")) or 0
        if not after:
            return redirect("fill", found.pk)
    context = {"page": AmbiguousPage.read(found, after=after), "fill": found, "dataset": found.dataset}
    return render(request, "fills/ambiguous.html", context)


@login_required
@require_GET
def fill_unmatched(request: SignedInRequest, fill_id: int) -> HttpResponseBase:
    """Send the songs that nothing was found for, as CSV."""
    found = _fill(request, fill_id)
    name = f"{slugify(found.dataset.name) or 'songs'}-unmatched.csv"
    return _file(export_unmatched(found), name)


@login_required
@require_GET
def dataset_csv(request: SignedInRequest, dataset_id: int) -> HttpResponseBase:
    """Send a dataset's songs with what was filled in, as CSV."""
    datasets = Dataset.objects.visible_to(request.user).filter(songs_count__gt=0)
    dataset = get_object_or_404(datasets, pk=dataset_id)
    return _file(export_songs(dataset), f"{slugify(dataset.name) or 'songs'}.csv")


def _file(lines: Any, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=CSV, headers=headers)


def _begin(request: SignedInRequest, fill_id: int, act: Callable[[Any, Fill], Job]) -> HttpResponse:
    found = _fill(request, fill_id)
    try:
        return redirect("job", act(request.user, found).pk)
    except (AnalysisError, SongFileError) as error:
        messages.error(request, str(error))
        return redirect("fill", found.pk)


def _dataset(request: SignedInRequest, dataset_id: int) -> Dataset:
    datasets = Dataset.objects.editable_by(request.user).filter(songs_count__gt=0)
    return get_object_or_404(datasets, pk=dataset_id)


def _fill(request: SignedInRequest, fill_id: int) -> Fill:
    """Return a fill to who may change its dataset: nobody else sees songs of its source."""
    mine = Fill.objects.editable_by(request.user).select_related("dataset", "source", "job", "owner")
    return get_object_or_404(mine, pk=fill_id)


def _show(
    request: SignedInRequest, dataset: Dataset, form: SourceFileForm, status: int = 200
) -> HttpResponse:
    context = {
        "page": FillsPage.read(dataset, request.user),
        "dataset": dataset,
        "form": form,
        "limit_mb": settings.UPLOAD_LIMIT_MB,
    }
    return render(request, "fills/fills.html", context, status=status)
