"""A run's songs as files, streamed: every column as it was uploaded, and what the run found of each song."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http.response import HttpResponseBase
from ninja import Router

from clustering.api.answers import file_of
from clustering.api.areas.runs import finished_run
from clustering.api.schemas import ApiRequest, Json
from clustering.exports.arrow import export_arrow
from clustering.exports.csv import export_csv
from clustering.exports.names import file_name
from clustering.exports.parquet import export_parquet
from clustering.exports.summaries import profiles_json
from clustering.models import Run

router = Router()

CSV = "text/csv; charset=utf-8"
PARQUET = "application/vnd.apache.parquet"
ARROW = "application/vnd.apache.arrow.stream"


def describe_file(media_type: str) -> dict[str, Any]:
    """Describe an answer that is a file."""
    schema = {"type": "string"} if media_type.startswith("text/") else {"type": "string", "format": "binary"}
    return {"responses": {200: {"content": {media_type: {"schema": schema}}}}}


@router.get("runs/{int:run_id}/songs.csv", url_name="run_csv", openapi_extra=describe_file("text/csv"))
def save_csv(request: ApiRequest, run_id: int) -> HttpResponseBase:
    """Save all songs with their groups as CSV."""
    return _stream(request, run_id, "csv", CSV, export_csv)


@router.get("runs/{int:run_id}/songs.parquet", url_name="run_parquet", openapi_extra=describe_file(PARQUET))
def save_parquet(request: ApiRequest, run_id: int) -> HttpResponseBase:
    """Save all songs with their groups as Parquet."""
    return _stream(request, run_id, "parquet", PARQUET, export_parquet)


@router.get("runs/{int:run_id}/songs.arrow", url_name="run_arrow", openapi_extra=describe_file(ARROW))
def save_arrow(request: ApiRequest, run_id: int) -> HttpResponseBase:
    """Save all songs with their groups as an Arrow IPC stream."""
    return _stream(request, run_id, "arrow", ARROW, export_arrow)


@router.get("runs/{int:run_id}/profiles", url_name="run_profiles", response=Json)
def read_profiles(request: ApiRequest, run_id: int) -> Json:
    """Read everything that was found of a run's groups, as the page's download and the command line have it."""
    return profiles_json(finished_run(request, run_id))


def _stream(
    request: ApiRequest, run_id: int, ending: str, media_type: str, export: Callable[[Run], Iterator[bytes]]
) -> HttpResponseBase:
    run = finished_run(request, run_id)
    names = list(run.clusters.order_by("index").values_list("own_name", "generated_name"))
    files = list(run.dataset.imported_uploads.values_list("sha256", "rows_kept"))
    filled = run.dataset.features_changed_at
    version = (ending, run.pk, filled, run.finished_at, run.added_songs, names, files)
    return file_of(export(run), name=file_name(run, ending), content_type=media_type, version=version)
