"""Runs side by side: choosing two, what came out, and the songs that moved."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from clustering.actions import comparisons
from clustering.analysis import AnalysisError
from clustering.exports.csv import export_csv
from clustering.models import Dataset, Run, RunComparison
from clustering.storage.comparisons import song_ids_in_both
from clustering.web.access import PageRequest, SignedInRequest, as_id, as_ids
from clustering.web.runs.access import context, of_finished_run
from clustering.web.runs.pages.compare import RunComparePage
from clustering.web.runs.pages.comparison import ComparisonPage
from clustering.web.runs.pages.comparison_songs import ComparisonSongsPage
from clustering.web.runs.views.files import saved_as


@login_required
@require_POST
def compare_runs(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Compare the two chosen runs, and show it when that is done."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    chosen = as_ids(request.POST.getlist("run")[:50])
    runs = list(Run.objects.visible_to(request.user).filter(pk__in=chosen).select_related("dataset"))
    try:
        if len(runs) < len(chosen):
            raise AnalysisError("One of the chosen runs is not there any more: it was deleted meanwhile.")
        comparison = comparisons.compare_runs(request.user, runs)
    except AnalysisError as error:
        messages.error(request, str(error))
        return redirect("dataset_runs", dataset.pk)
    return redirect("comparison", comparison.pk)


@of_finished_run
def run_compare(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show the runs that one can be compared with."""
    return render(request, "runs/compare.html", context(request, run, page=RunComparePage.read(run)))


@login_required
@require_GET
def comparison(request: SignedInRequest, comparison_id: int) -> HttpResponse:
    """Show two runs side by side, or how far the work is."""
    comparison = _fetch(request, comparison_id)
    if comparison.is_finished:
        page = ComparisonPage.read(comparison)
        return render(request, "runs/comparison.html", {"page": page, "dataset": comparison.first.dataset})
    if comparison.job is not None and comparison.job.is_alive and comparison.job.owner_id == request.user.pk:
        return redirect("job", comparison.job.pk)
    return render(
        request,
        "runs/comparison_unfinished.html",
        {"comparison": comparison, "dataset": comparison.first.dataset},
    )


@login_required
@require_GET
def comparison_songs(request: SignedInRequest, comparison_id: int, source: int, target: int) -> HttpResponse:
    """Show the songs that are in one group of each run."""
    comparison = _fetch_finished(request, comparison_id)
    after = as_id(request.GET.get("after")) or 0
    page = ComparisonSongsPage.read(comparison, source, target, after=after)
    if page is None:
        raise Http404
    context = {"page": page, "comparison": comparison, "dataset": comparison.first.dataset, "after": after}
    return render(request, "runs/comparison_songs.html", context)


@login_required
@require_GET
def comparison_csv(
    request: SignedInRequest, comparison_id: int, source: int, target: int
) -> HttpResponseBase:
    """Send the songs that are in one group of each run, as CSV."""
    comparison = _fetch_finished(request, comparison_id)
    ids = song_ids_in_both(comparison.first, comparison.second, source, target)
    if not len(ids):
        raise Http404
    return StreamingHttpResponse(
        export_csv(comparison.second, only=ids),
        content_type="text/csv; charset=utf-8",
        headers=saved_as(comparison.second, "csv", part=f"{source}-to-{target}"),
    )


def _fetch(request: SignedInRequest, comparison_id: int) -> RunComparison:
    comparisons = RunComparison.objects.visible_to(request.user)
    runs_and_job = comparisons.select_related("first__dataset", "second__dataset", "job")
    return get_object_or_404(runs_and_job, pk=comparison_id)


def _fetch_finished(request: SignedInRequest, comparison_id: int) -> RunComparison:
    comparison = _fetch(request, comparison_id)
    if not comparison.is_finished:
        raise Http404
    return comparison
