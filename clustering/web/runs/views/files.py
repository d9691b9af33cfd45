"""The files that a run can be saved as."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from clustering.exports import notebook
from clustering.exports.csv import export_csv
from clustering.exports.names import file_name
from clustering.exports.parquet import export_parquet
from clustering.exports.summaries import profiles_json
from clustering.models import Run
from clustering.web.access import PageRequest
from clustering.web.runs.access import of_finished_run

PARQUET = "application/vnd.apache.parquet"


@of_finished_run
def run_csv(request: PageRequest, run: Run) -> HttpResponseBase:
    """Send all songs with their groups, as CSV."""
    rows = export_csv(run)
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=saved_as(run, "csv"))


@of_finished_run
def run_parquet(request: PageRequest, run: Run) -> HttpResponseBase:
    """Send all songs with their groups, as Parquet."""
    rows = export_parquet(run)
    return StreamingHttpResponse(rows, content_type=PARQUET, headers=saved_as(run, "parquet"))


@of_finished_run
def run_profiles(request: PageRequest, run: Run) -> HttpResponseBase:
    """Send what was found of each group, as JSON."""
    return JsonResponse(
        profiles_json(run),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers=saved_as(run, "json"),
    )


@of_finished_run
def run_notebook(request: PageRequest, run: Run) -> HttpResponseBase:
    """Send the notebook that comes to the same groups from the exported CSV."""
    return JsonResponse(
        notebook.notebook_json(run, csv_name=file_name(run, "csv")),
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        content_type="application/x-ipynb+json",
        headers=saved_as(run, "ipynb"),
    )


@of_finished_run
def run_script(request: PageRequest, run: Run) -> HttpResponseBase:
    """Send the same as a Python script."""
    script = notebook.notebook_script(run, csv_name=file_name(run, "csv"))
    return HttpResponse(script, content_type="text/x-python; charset=utf-8", headers=saved_as(run, "py"))


def saved_as(run: Run, ending: str, *, part: str = "") -> dict[str, str]:
    """Return the header with the name under which a browser saves a file."""
    return {"Content-Disposition": f'attachment; filename="{file_name(run, ending, part=part)}"'}
