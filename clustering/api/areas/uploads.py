"""Files of a dataset: sent as a stream, their columns settled, imported, and what became of their rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Annotated

from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from clustering.actions.additions import add_file, start_addition
from clustering.actions.uploads import SETTLED, read_again, start_import, upload_file
from clustering.api.answers import file_of, given
from clustering.api.areas.datasets import QualityAnswer
from clustering.api.areas.jobs import JobAnswer, accepted_once
from clustering.api.idempotency import Keep, once_keeping
from clustering.api.paging import Paging, page_of
from clustering.api.problems import ProblemError
from clustering.api.receiving import BODY, received
from clustering.api.rows import editable, visible
from clustering.api.schemas import ApiRequest, Body, Name, Page, Text
from clustering.api.uploads import ReadingBody, UploadAnswer
from clustering.models import Dataset, Job, Upload

router = Router()
NAMES_A_FILE = r"^$|^([^\u0000]*/)?([^\u0000/.][^\u0000/]*|\.[^\u0000/.][^\u0000/]*|\.\.[^\u0000/]+)$"
CSV = "text/csv; charset=utf-8"


def _names_a_file(name: str) -> str:
    if name and os.path.basename(name) in ("", ".", ".."):  # noqa: PTH119 – Path would drop a slash at the end
        raise ValueError("names a folder. Give the name of the file, such as songs.csv")
    return name


class FileName(BaseModel):
    """What the file is called; a form says so itself."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[
        Annotated[Text, AfterValidator(_names_a_file), Field(json_schema_extra={"pattern": NAMES_A_FILE})]
        | None,
        Field(max_length=255, description="The file's name, such as songs.csv."),
    ] = None


class NewFileName(FileName):
    """What the file and its dataset are called."""

    dataset_name: Annotated[
        Text | None, Field(max_length=200, description="Without it, the file's name is used.")
    ] = None


class ImportBody(Body):
    """Which column is which, where that differs from what was proposed."""

    columns: Annotated[
        dict[Text, Text | None],
        Field(
            description="The field of each column that is to change, or FIELD:UNIT, or FIELD:UNIT:MARK with the mark "
            "before fractions; null where it is to be no field."
        ),
    ] = Field(default_factory=dict)
    name: Annotated[Name | None, Field(description="Another name for the dataset.")] = None
    then_run: Annotated[
        bool, Field(description="Whether a first run with an automatic number of groups follows.")
    ] = True


@router.post("uploads", url_name="uploads", response={201: UploadAnswer}, openapi_extra=BODY)
def upload_first(request: ApiRequest, asked: Query[NewFileName]) -> HttpResponse:
    """Send the first file of a new dataset, as the body or as a form."""
    with received(request, asked.name) as got:

        def make(keep: Keep) -> HttpResponse:
            upload = upload_file(
                request.user, file=got.file, name=asked.dataset_name or "", note=lambda one: keep(_made(one))
            )
            return _made(upload)

        return once_keeping(request, got.sha256, make)


@router.get("datasets/{int:dataset_id}/uploads", url_name="dataset_uploads", response=Page[UploadAnswer])
def list_uploads(request: ApiRequest, dataset_id: int, paging: Query[Paging]) -> Page[UploadAnswer]:
    """List the files of a dataset, in the order of their rows."""
    dataset = visible(request, Dataset, dataset_id)
    return page_of(request, _visible(request, dataset), paging, UploadAnswer.of, order=("first_row", "pk"))


@router.post("datasets/{int:dataset_id}/uploads", response={201: UploadAnswer}, openapi_extra=BODY)
def upload_further(request: ApiRequest, dataset_id: int, asked: Query[FileName]) -> HttpResponse:
    """Send a further file of a dataset, whose songs are to be added."""
    dataset = editable(request, Dataset, dataset_id)
    with received(request, asked.name) as got:

        def make(keep: Keep) -> HttpResponse:
            return _made(add_file(request.user, dataset, file=got.file, note=lambda one: keep(_made(one))))

        return once_keeping(request, got.sha256, make)


@router.get("datasets/{int:dataset_id}/uploads/{int:upload_id}", url_name="upload", response=UploadAnswer)
def read_upload(request: ApiRequest, dataset_id: int, upload_id: int) -> UploadAnswer:
    """Read a file's columns and what became of its rows."""
    return UploadAnswer.of(_fetch(request, dataset_id, upload_id))


@router.post(
    "datasets/{int:dataset_id}/uploads/{int:upload_id}/read",
    url_name="upload_read",
    response=UploadAnswer,
)
def read_upload_again(
    request: ApiRequest, dataset_id: int, upload_id: int, body: ReadingBody
) -> UploadAnswer:
    """Read a file in another way before it is imported; its columns are proposed anew."""
    dataset = editable(request, Dataset, dataset_id)
    upload = get_object_or_404(dataset.uploads.select_related("dataset__owner"), pk=upload_id)
    if upload.is_imported:
        raise ProblemError("conflict", SETTLED)
    read_again(upload, body.reading())
    return UploadAnswer.of(upload)


@router.post(
    "datasets/{int:dataset_id}/uploads/{int:upload_id}/import",
    url_name="upload_import",
    response={202: JobAnswer},
)
def import_upload(request: ApiRequest, dataset_id: int, upload_id: int, body: ImportBody) -> HttpResponse:
    """Import a file's songs with its columns as proposed, but for those that you change."""
    dataset = editable(request, Dataset, dataset_id)
    upload = get_object_or_404(dataset.uploads.select_related("dataset__owner"), pk=upload_id)
    if upload.is_imported:
        raise ProblemError("conflict", SETTLED)
    changes = {column: field or "" for column, field in body.columns.items()}

    def make() -> Job:
        if dataset.songs_count:
            return start_addition(request.user, upload, changes=changes)
        return start_import(
            request.user, upload, changes=changes, name=body.name or "", then_cluster=body.then_run
        )

    return accepted_once(request, make)


@router.get(
    "datasets/{int:dataset_id}/uploads/{int:upload_id}/quality",
    url_name="upload_quality",
    response=QualityAnswer,
)
def read_upload_quality(request: ApiRequest, dataset_id: int, upload_id: int) -> QualityAnswer:
    """Read the quality report of a file."""
    upload = _fetch(request, dataset_id, upload_id)
    report = upload.quality or (upload.dataset.quality if upload.first_row == 0 else None)
    if report is None or not upload.is_imported:
        raise ProblemError("conflict", "This file has no quality report yet. Wait for its import to finish.")
    return QualityAnswer.of(report)


@router.get(
    "datasets/{int:dataset_id}/uploads/{int:upload_id}/rejected.csv",
    url_name="upload_rejected",
    openapi_extra={"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}},
)
def read_rejected(request: ApiRequest, dataset_id: int, upload_id: int) -> HttpResponseBase:
    """Save the rejected rows of a file as CSV, with line numbers and reasons."""
    upload = _fetch(request, dataset_id, upload_id)
    if not upload.rejected_file:
        raise Http404
    if not upload.rejected_file.storage.exists(upload.rejected_file.name or ""):
        raise Http404
    name = f"{upload.original_name.rsplit('.', 1)[0]} - rejected rows.csv"
    return file_of(
        _chunks(upload.rejected_file),
        name=name,
        content_type=CSV,
        version=("rejected", upload.pk, upload.rows_read),
    )


def _chunks(file: FieldFile) -> Iterator[bytes]:
    """Yield a stored file, which is opened only where somebody reads it."""
    with file.open("rb") as opened:
        yield from opened.chunks()


def _fetch(request: ApiRequest, dataset_id: int, upload_id: int) -> Upload:
    dataset = visible(request, Dataset, dataset_id)
    return get_object_or_404(_visible(request, dataset).select_related("dataset"), pk=upload_id)


def _visible(request: ApiRequest, dataset: Dataset) -> QuerySet[Upload]:
    """Return the files of a dataset: those that wait for their columns only to who may settle them."""
    uploads = dataset.uploads.all()
    return uploads if dataset.is_editable_by(request.user) else uploads.filter(rows_read__gt=0)


def _made(upload: Upload) -> HttpResponse:
    location = reverse("api:upload", args=[upload.dataset_id, upload.pk])
    return given(UploadAnswer.of(upload), status=201, location=location)
