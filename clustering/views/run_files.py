"""What is taken away from a run, and the end of a run."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from clustering import actions, exports
from clustering.models import Run
from clustering.queries.run import runs_editable_by
from clustering.views.run import of_finished_run

PARQUET = "application/vnd.apache.parquet"


@of_finished_run
def run_csv(request: HttpRequest, run: Run) -> HttpResponseBase:
    """Send all songs with their groups, as CSV."""
    rows = exports.export_csv(run)
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=saved_as(run, "csv"))


@of_finished_run
def run_parquet(request: HttpRequest, run: Run) -> HttpResponseBase:
    """Send all songs with their groups, as Parquet."""
    rows = exports.export_parquet(run)
    return StreamingHttpResponse(rows, content_type=PARQUET, headers=saved_as(run, "parquet"))


@of_finished_run
def run_profiles(request: HttpRequest, run: Run) -> HttpResponseBase:
    """Send what was found of each group, as JSON."""
    return JsonResponse(
        exports.profiles_json(run),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers=saved_as(run, "json"),
    )


@login_required
@require_POST
def run_delete(request: HttpRequest, run_id: int) -> HttpResponse:
    """Delete a run, in the background."""
    run = get_object_or_404(runs_editable_by(request.user), pk=run_id)
    actions.delete_run(cast("User", request.user), run)
    messages.info(request, f"The run with {run} is being deleted.")
    return redirect("dataset", run.dataset_id)


def saved_as(run: Run, ending: str, *, part: str = "") -> dict[str, str]:
    """Name the file after the dataset and the number of groups; a name in another script becomes "songs"."""
    name = f"{slugify(run.dataset.name) or 'songs'}-{part or f'{run.k}-groups'}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{name}"'}
