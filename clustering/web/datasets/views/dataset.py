"""One dataset: its quality, its features, its runs, and what its owner may do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from clustering.actions.datasets import delete_dataset, rename_dataset, share_dataset
from clustering.models import Dataset
from clustering.web.access import SignedInRequest
from clustering.web.datasets.forms import DatasetNameForm, VisibilityForm
from clustering.web.datasets.pages.dataset import DatasetPage


@login_required
@require_GET
def dataset(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show a dataset: the run that stands for it, its newest runs, and its settings."""
    context = _context(request, dataset_id)
    dataset = context["dataset"]
    context |= {
        "name_form": DatasetNameForm(initial={"name": dataset.name}),
        "visibility_form": VisibilityForm(initial={"visibility": dataset.visibility}),
    }
    return render(request, "datasets/dataset.html", context)


@login_required
@require_GET
def dataset_quality(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show what was kept, mended and left out of a dataset's first file."""
    return render(request, "datasets/dataset_quality.html", _context(request, dataset_id))


@login_required
@require_GET
def dataset_features(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show how a dataset's features are distributed, and which go together."""
    return render(request, "datasets/dataset_features.html", _context(request, dataset_id))


def _context(request: SignedInRequest, dataset_id: int) -> dict[str, Any]:
    datasets = Dataset.objects.visible_to(request.user).select_related("owner")
    dataset = get_object_or_404(datasets, pk=dataset_id)
    return {"page": DatasetPage.read(dataset, request.user), "dataset": dataset}


@login_required
@require_POST
def dataset_rename(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Give a dataset another name."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    form = DatasetNameForm(request.POST)
    if form.is_valid():
        rename_dataset(request.user, dataset, form.cleaned_data["name"])
    else:
        messages.error(request, str(form.errors["name"][0]))
    return redirect("dataset", dataset.pk)


@login_required
@require_POST
def dataset_share(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show a dataset to nobody else, or to everybody who signs in."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    form = VisibilityForm(request.POST)
    if form.is_valid():
        share_dataset(request.user, dataset, form.cleaned_data["visibility"])
    else:
        messages.error(request, "Choose who can look at the dataset.")
    return redirect("dataset", dataset.pk)


@login_required
@require_POST
def dataset_delete(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Delete a dataset with all its runs."""
    dataset = get_object_or_404(Dataset.objects.editable_by(request.user), pk=dataset_id)
    return redirect("job", delete_dataset(request.user, dataset).pk)
