"""Links by which people without an account look at a run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clustering.actions.sharing import end_share_link, make_share_link
from clustering.actions.submissions import make_once
from clustering.analysis import AnalysisError
from clustering.models import Run, ShareLink
from clustering.web.access import PageRequest, SignedInRequest, remember_link
from clustering.web.components.submissions import submission
from clustering.web.runs.access import context, unfinished
from clustering.web.runs.forms import ShareLinkForm

MAX_PREVIEWED = 6


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def run_share(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Show a run's links, and make one."""
    run = get_object_or_404(Run.objects.editable_by(request.user).select_related("dataset"), pk=run_id)
    if not run.is_finished:
        return unfinished(request, run)
    form = ShareLinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        days = int(form.cleaned_data["days"])
        try:
            make_once(submission(request), lambda: make_share_link(request.user, run, days=days))
        except AnalysisError as error:
            form.add_error("days", str(error))
        else:
            return redirect("run_share", run.pk)
    valid = run.share_links.valid().select_related("owner").order_by("-created_at")
    links = [(link, request.build_absolute_uri(reverse("shared_run", args=[link.token]))) for link in valid]
    more: dict[str, Any] = {"form": form, "links": links}
    return render(
        request, "runs/share.html", context(request, run, **more), status=422 if form.is_bound else 200
    )


@login_required
@require_POST
def run_share_end(request: SignedInRequest, run_id: int, link_id: int) -> HttpResponse:
    """End a link."""
    links = ShareLink.objects.editable_by(request.user).select_related("run__dataset")
    link = get_object_or_404(links, pk=link_id, run_id=run_id)
    if end_share_link(request.user, link):
        messages.success(request, "The link was revoked and no longer works.")
    return redirect("run_share", run_id)


@require_GET
@never_cache
def shared_run(request: PageRequest, link: str) -> HttpResponse:
    """Open a link: the run's own pages are shown from then on, so the link stands in no address that leaks.

    It leads there by a page, as what shows a preview where the link is pasted keeps no session.
    """
    share_link = ShareLink.objects.by_token(link)
    if share_link is None:
        raise Http404
    remember_link(request, share_link)
    run = share_link.run
    shown = {
        "run": run,
        "dataset": run.dataset,
        "groups": [cluster.name for cluster in run.clusters.all()[:MAX_PREVIEWED]],
        "address": reverse("run_overview", args=[run.pk]),
    }
    return render(request, "runs/shared.html", shown)
