"""One dataset: its quality, its features, its runs, and what its owner may do with it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from clustering import actions
from clustering.models import Dataset
from clustering.web.access import SignedInRequest
from clustering.web.datasets.forms.datasets import DatasetNameForm, VisibilityForm
from clustering.web.datasets.pages.dataset import dataset as read_dataset


@login_required
@require_GET
def dataset(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show a dataset."""
    datasets = Dataset.objects.visible_to(request.user).select_related("owner")
    page = read_dataset(get_object_or_404(datasets, pk=dataset_id), request.user)
    context = {
        "page": page,
        "dataset": page.dataset,
        "name_form": DatasetNameForm(initial={"name": page.dataset.name}),
        "visibility_form": VisibilityForm(initial={"visibility": page.dataset.visibility}),
    }
    return render(request, "datasets/dataset.html", context)


@login_required
@require_GET
def rejected_rows(request: SignedInRequest, dataset_id: int, upload_id: int) -> HttpResponseBase:
    """Send the rejected rows of a file, with line numbers and reasons."""
    found = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    upload = get_object_or_404(found.uploads.exclude(rejected_file=""), pk=upload_id)
    try:
        file = upload.rejected_file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{upload.original_name.rsplit('.', 1)[0]} - rejected rows.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


@login_required
@require_POST
def dataset_rename(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Give a dataset another name."""
    found = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    form = DatasetNameForm(request.POST)
    if form.is_valid():
        actions.rename_dataset(request.user, found, form.cleaned_data["name"])
    else:
        messages.error(request, "A dataset needs a name of at most 200 characters.")
    return redirect("dataset", found.pk)


@login_required
@require_POST
def dataset_share(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show a dataset to nobody else, or to everybody who signs in."""
    found = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    form = VisibilityForm(request.POST)
    if form.is_valid():
        actions.share_dataset(request.user, found, form.cleaned_data["visibility"])
    else:
        messages.error(request, "Choose who can look at the dataset.")
    return redirect("dataset", found.pk)


@login_required
@require_POST
def dataset_delete(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Delete a dataset with all its runs."""
    job = actions.delete_dataset(
        request.user, get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    )
    return redirect("job", job.pk)
