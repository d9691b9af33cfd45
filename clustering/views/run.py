"""What the views of a run share: who may see it, and what to show before it is finished."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from clustering.models import Run
from clustering.queries.run import latest_job, runs_visible_to

P = ParamSpec("P")
RunView = Callable[Concatenate[HttpRequest, Run, P], HttpResponseBase]


def of_finished_run(view: RunView[P]) -> Callable[..., HttpResponseBase]:
    """Give a view the run that it asks for; one without results yet shows how far it is instead."""

    @login_required
    @require_GET
    @wraps(view)
    def wrapper(request: HttpRequest, run_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        run = get_object_or_404(runs_visible_to(request.user), pk=run_id)
        return view(request, run, *args, **kwargs) if run.is_finished else unfinished(request, run)

    return wrapper


def unfinished(request: HttpRequest, run: Run) -> HttpResponse:
    """Send to the progress of a run that is being made; of any other say why there is nothing to see."""
    job = latest_job(run)
    if job is not None and job.is_alive:
        return redirect("job", job.pk)
    return render(request, "run_unfinished.html", context(request, run, job=job))


def context(request: HttpRequest, run: Run, **more: Any) -> dict[str, Any]:
    """Return what every page of a run needs."""
    return {"run": run, "dataset": run.dataset, "can_edit": may_edit(request, run)} | more


def may_edit(request: HttpRequest, run: Run) -> bool:
    """Tell whether to offer what changes the run: as `Dataset.objects.editable_by`, without a query."""
    return request.user.pk == run.dataset.owner_id or getattr(request.user, "is_staff", False)
