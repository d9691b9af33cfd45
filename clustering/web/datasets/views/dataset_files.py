"""The files of a dataset, and the rows of them that were rejected."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clustering.models import Dataset
from clustering.web.access import SignedInRequest
from clustering.web.datasets.pages.dataset_files import DatasetFilesPage


@login_required
@require_GET
def dataset_files(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show the files of a dataset, and which runs have not placed the songs of later ones."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    page = DatasetFilesPage.read(dataset, request.user)
    return render(request, "datasets/dataset_files.html", {"page": page, "dataset": dataset})


@login_required
@require_GET
def rejected_rows(request: SignedInRequest, dataset_id: int, upload_id: int) -> HttpResponseBase:
    """Send the rejected rows of a file, with line numbers and reasons."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    upload = get_object_or_404(dataset.uploads.exclude(rejected_file=""), pk=upload_id)
    try:
        file = upload.rejected_file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{upload.original_name.rsplit('.', 1)[0]} - rejected rows.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
