"""Datasets: what there is, its quality, its name, who may look, and its deletion."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, cast

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from clustering.actions.datasets import delete_dataset, rename_dataset, share_dataset
from clustering.api.areas.jobs import JobAnswer, accepted
from clustering.api.paging import Paging, page_of
from clustering.api.problems import ProblemError
from clustering.api.rows import editable, visible
from clustering.api.schemas import Answer, ApiRequest, Body, Id, Name, Page
from clustering.models import Dataset
from clustering.songfiles.quality import ColumnReport, QualityReport

router = Router()

Visibility = Literal["private", "shared"]
NO_REPORT = "This dataset has no quality report yet. Wait for its import to finish."


class DatasetAnswer(Answer):
    """A collection of songs."""

    id: Id
    name: str
    owner: str
    visibility: Visibility
    songs: int
    features: list[str]
    """The audio features that have values."""
    extra_columns: list[str]
    """Further columns of numbers."""
    pinned_run: Id | None
    """The run that stands for it."""
    created_at: datetime

    @classmethod
    def of(cls, dataset: Dataset) -> DatasetAnswer:
        """Read a dataset with its owner."""
        return cls(
            id=dataset.pk,
            name=dataset.name,
            owner=dataset.owner.get_username(),
            visibility=cast("Visibility", dataset.visibility),
            songs=dataset.songs_count,
            features=dataset.features,
            extra_columns=dataset.extra_columns,
            pinned_run=dataset.pinned_run_id,
            created_at=dataset.created_at,
        )


class DatasetChange(Body):
    """What to change: what is left out stays."""

    name: Name | None = None
    visibility: Visibility | None = None


class ColumnAnswer(Answer):
    """What is in one column of numbers."""

    column: str
    field: str
    label: str
    unit: str
    missing: int
    implausible: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    deviation: float | None
    skew: float | None
    constant: bool

    @classmethod
    def of(cls, column: ColumnReport) -> ColumnAnswer:
        """Read a column's report."""
        return cls(**{name: getattr(column, name) for name in cls.model_fields})


class QualityAnswer(Answer):
    """What became of a file's rows, and what its columns are like."""

    rows_read: int
    rows_kept: int
    rows_rejected: int
    duplicates: int
    reasons: dict[str, int]
    """Why rows were rejected, and how many each."""
    warnings: list[str]
    columns: list[ColumnAnswer]
    correlations: dict[str, Annotated[dict[str, float | None], Field(description="By feature.")]]

    @classmethod
    def of(cls, report: QualityReport) -> QualityAnswer:
        """Read a quality report."""
        features = report.correlations.features
        rows: list[list[Any]] = report.correlations.matrix
        return cls(
            rows_read=report.rows_read,
            rows_kept=report.rows_kept,
            rows_rejected=report.rows_rejected,
            duplicates=report.duplicates,
            reasons=report.reasons,
            warnings=report.warnings,
            columns=[ColumnAnswer.of(column) for column in (*report.columns, *report.others)],
            correlations={
                name: dict(zip(features, row, strict=True)) for name, row in zip(features, rows, strict=True)
            },
        )


@router.get("datasets", url_name="datasets", response=Page[DatasetAnswer])
def list_datasets(request: ApiRequest, paging: Query[Paging]) -> Page[DatasetAnswer]:
    """List the datasets that you may see, the newest first."""
    datasets = Dataset.objects.visible_to(request.user).select_related("owner").defer("report")
    return page_of(request, datasets, paging, DatasetAnswer.of)


@router.get("datasets/{int:dataset_id}", url_name="dataset", response=DatasetAnswer)
def read_dataset(request: ApiRequest, dataset_id: int) -> DatasetAnswer:
    """Read a dataset."""
    return DatasetAnswer.of(
        visible(request, Dataset.objects.select_related("owner").defer("report"), dataset_id)
    )


@router.patch("datasets/{int:dataset_id}", response=DatasetAnswer)
def change_dataset(request: ApiRequest, dataset_id: int, body: DatasetChange) -> DatasetAnswer:
    """Give a dataset another name, or show it to everybody who signs in."""
    dataset = editable(request, Dataset.objects.select_related("owner"), dataset_id)
    if body.name is not None:
        if not body.name.strip():
            raise ProblemError("refused", "A dataset needs a name of at most 200 characters.")
        rename_dataset(request.user, dataset, body.name)
    if body.visibility is not None:
        share_dataset(request.user, dataset, body.visibility)
    return DatasetAnswer.of(dataset)


@router.delete("datasets/{int:dataset_id}", response={202: JobAnswer})
def remove_dataset(request: ApiRequest, dataset_id: int) -> HttpResponse:
    """Delete a dataset with its files, songs and runs."""
    dataset = editable(request, Dataset, dataset_id)
    return accepted(delete_dataset(request.user, dataset))


@router.get("datasets/{int:dataset_id}/quality", url_name="quality", response=QualityAnswer)
def read_quality(request: ApiRequest, dataset_id: int) -> QualityAnswer:
    """Read the quality report of a dataset's first file."""
    dataset = visible(request, Dataset, dataset_id)
    if dataset.quality is None:
        raise ProblemError("conflict", NO_REPORT)
    return QualityAnswer.of(dataset.quality)
