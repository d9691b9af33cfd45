"""Who may see a run's pages, and what they show before the run is finished."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET
from django_htmx.http import trigger_client_event

from clustering.jobs.kinds.cluster import ClusterSongs
from clustering.models import Dataset, Job, Run
from clustering.web.access import PageRequest, run_by_link
from clustering.web.components.kept import keep, version_of_run

P = ParamSpec("P")
RunView = Callable[Concatenate[PageRequest, Run, P], HttpResponseBase]


def of_finished_run(view: RunView[P]) -> Callable[..., HttpResponseBase]:
    """Give a view the run that it asks for; one without results yet shows how far it is instead."""

    @login_required
    @require_GET
    @wraps(view)
    def wrapper(request: PageRequest, run_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        version = version_of_run(run_id)
        runs = Run.objects.visible_to(request.user).select_related("dataset", "sweep")
        run = get_object_or_404(runs, pk=run_id)
        if not run.is_finished:
            return unfinished(request, run)
        return keep(request, version, lambda: view(request, run, *args, **kwargs))

    return wrapper


def of_shown_run(view: RunView[P]) -> Callable[..., HttpResponseBase]:
    """Give a view the run that it asks for, also to who came by a link instead of signing in."""
    signed_in = of_finished_run(view)

    @require_GET
    @wraps(view)
    def wrapper(request: PageRequest, run_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        run = run_by_link(request, run_id)
        return (
            signed_in(request, run_id, *args, **kwargs)
            if run is None
            else view(request, run, *args, **kwargs)
        )

    return wrapper


def latest_job(run: Run) -> Job | None:
    """Return the job that makes, or failed to make, a run's results."""
    return run.jobs.filter(kind=ClusterSongs.name).order_by("-created_at").first()


def unfinished(request: PageRequest, run: Run) -> HttpResponse:
    """Send to the progress of a run that is being made; of any other say why there is nothing to see."""
    job = latest_job(run)
    if job is not None and job.is_alive:
        return redirect("job", job.pk)
    return render(request, "runs/unfinished.html", context(request, run, job=job))


def context(request: PageRequest, run: Run, **more: Any) -> dict[str, Any]:
    """Return what every page of a run needs."""
    can_edit = run.dataset.is_editable_by(request.user)
    can_see = request.user.is_authenticated and run.dataset.visibility == Dataset.Visibility.SHARED
    shared = {"run": run, "dataset": run.dataset, "can_edit": can_edit, "visitor": not (can_edit or can_see)}
    return shared | more


def tell_renamed(response: HttpResponse, was: str, now: str) -> None:
    """Let the page that stays open change its title."""
    trigger_client_event(response, "renamed", {"was": was, "now": now}, after="settle")
