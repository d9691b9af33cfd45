"""One group of a run: what is known of it, all its songs, and its name."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clustering.actions.runs import rename_cluster
from clustering.models import Cluster, Run
from clustering.web.access import PageRequest, SignedInRequest
from clustering.web.components.forms import PlainForm
from clustering.web.runs.access import context, of_finished_run, tell_renamed
from clustering.web.runs.pages.cluster import ClusterPage
from clustering.web.runs.pages.cluster_songs import ClusterSongsPage

PLACE = re.compile(r"[0-9]{1,9}")
PAGES_OF_A_GROUP = ("cluster", "cluster_features", "cluster_reliability", "cluster_songs")
PAGES_WITH_NAMES = ("run_overview", "run_insights", *PAGES_OF_A_GROUP)


class ClusterNameForm(PlainForm):
    """A group's own name; empty brings the generated one back."""

    name = forms.CharField(
        required=False,
        max_length=100,
    )
    came_from = forms.ChoiceField(required=False, choices=[(name, name) for name in PAGES_WITH_NAMES])


@of_finished_run
def cluster(request: PageRequest, run: Run, index: int) -> HttpResponseBase:
    """Show what makes one group different, its genres, and some of its songs."""
    return _page(request, run, index, "runs/cluster.html")


@of_finished_run
def cluster_features(request: PageRequest, run: Run, index: int) -> HttpResponseBase:
    """Show each feature of a group against all other songs."""
    return _page(request, run, index, "runs/cluster_features.html")


@of_finished_run
def cluster_reliability(request: PageRequest, run: Run, index: int) -> HttpResponseBase:
    """Show how far to trust a group: its stability, its silhouette, its neighbors and borders."""
    return _page(request, run, index, "runs/cluster_reliability.html")


def _page(request: PageRequest, run: Run, index: int, template: str) -> HttpResponse:
    page = ClusterPage.read(run, index)
    if page is None:
        raise Http404
    return render(request, template, context(request, run, page=page))


@of_finished_run
def cluster_songs(request: PageRequest, run: Run, index: int) -> HttpResponseBase:
    """Show all songs of a group, nearest its center first."""
    start = request.GET.get("start", "")
    page = ClusterSongsPage.read(run, index, start=int(start) if PLACE.fullmatch(start) else 0)
    if page is None:
        raise Http404
    return render(request, "runs/cluster_songs.html", context(request, run, page=page))


@login_required
@require_POST
def cluster_rename(request: SignedInRequest, run_id: int, index: int) -> HttpResponse:
    """Give a group another name, in its place on the page where there is htmx."""
    run = get_object_or_404(Run.objects.editable_by(request.user).select_related("dataset"), pk=run_id)
    cluster = get_object_or_404(run.clusters, index=index)
    form = ClusterNameForm(request.POST)
    before, was = cluster.own_name, cluster.name
    valid, came_from = form.is_valid(), form.cleaned_data.get("came_from") or PAGES_WITH_NAMES[0]
    if valid:
        rename_cluster(request.user, cluster, form.cleaned_data["name"])
    if valid and not request.htmx:
        return redirect(_address(came_from, cluster))
    answer: dict[str, Any] = {"cluster": cluster, "form": form, "valid": valid, "came_from": came_from}
    answer["named_as_link"] = came_from == "run_overview"
    if valid:
        answer |= {
            "undo": {"name": before, "came_from": came_from},
            "undo_address": reverse("cluster_rename", args=[run.pk, cluster.index]),
            "undo_target": f"#name-{cluster.index}",
        }
    template = "runs/_renamed.html" if request.htmx else "runs/cluster_rename.html"
    response = render(request, template, context(request, run, **answer), status=200 if valid else 422)
    if valid:
        tell_renamed(response, was, cluster.name)
    return response


def _address(page: str, cluster: Cluster) -> str:
    if page in PAGES_OF_A_GROUP:
        return reverse(page, args=[cluster.run_id, cluster.index])
    return f"{reverse(page, args=[cluster.run_id])}#group-{cluster.index}"
