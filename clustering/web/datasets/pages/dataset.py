"""What a dataset's page shows: the quality of its file, its features, its runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from django.contrib.auth.models import AnonymousUser, User

from clustering.analysis.features import FEATURES, named
from clustering.models import Dataset, Job, Upload
from clustering.songfiles.quality import ColumnReport, CorrelationMatrix, QualityReport
from clustering.web.charts import Chart, with_links
from clustering.web.components.explore import ALL_SONGS, explore_address
from clustering.web.components.explore_links import bin_links, column_of
from clustering.web.components.formatting import label_of
from clustering.web.components.thumbnails import Thumbnail
from clustering.web.datasets import charts
from clustering.web.datasets.pages.dataset_runs import DatasetRunsPage

NEWEST_RUNS = 5
WHOLE_NUMBERS = ("key", "mode", "time_signature")


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """A dataset with its files, its quality report and its newest runs."""

    dataset: Dataset
    uploads: tuple[Upload, ...]
    runs: DatasetRunsPage
    """The newest ones."""
    thumbnail: Thumbnail | None
    """The run that stands for the dataset: the pinned one, or else the newest."""
    job: Job | None
    """What is being done to it now, or what failed last."""
    report: QualityReport | None
    """None until the first file is imported."""
    columns: tuple[ColumnReport, ...]
    distributions: tuple[Chart, ...]
    correlations: Chart | None
    editable: bool

    @property
    def rejected(self) -> tuple[Upload, ...]:
        """Return the files of which rows were rejected."""
        return tuple(upload for upload in self.uploads if upload.rejected_file)

    @classmethod
    def read(cls, dataset: Dataset, user: User | AnonymousUser) -> DatasetPage:
        """Read a dataset with its files, its newest runs and what is being done to it."""
        report = dataset.quality
        columns = tuple(report.columns) if report else ()
        return cls(
            dataset=dataset,
            uploads=tuple(dataset.uploads.all()),
            runs=DatasetRunsPage.read(dataset, most=NEWEST_RUNS),
            thumbnail=Thumbnail.read(dataset),
            job=dataset.jobs.exclude(status=Job.Status.SUCCEEDED).order_by("-created_at").first(),
            report=report,
            columns=columns,
            distributions=tuple(chart for column in columns if (chart := _distribution(column, dataset))),
            correlations=_correlations(report.correlations, dataset) if report else None,
            editable=dataset.is_editable_by(user),
        )


def _distribution(column: ColumnReport, dataset: Dataset) -> Chart | None:
    scaled = dataset.scaled_features
    name = column.field
    if column.histogram is None or name not in FEATURES:
        return None
    feature = named(name, scaled)
    edges, counts = column.histogram.edges, column.histogram.counts
    if name in WHOLE_NUMBERS and name not in scaled:
        totals: Counter[int] = Counter()
        for (low, high), count in zip(pairwise(edges), counts, strict=True):
            totals[round((low + high) / 2)] += count
        bins = [feature.format(number) for number in sorted(totals)]
        counts = [totals[number] for number in sorted(totals)]
        edges = [*sorted(totals), max(totals, default=0) + 1]
    else:
        texts = [feature.format(edge).replace("-", "−") for edge in edges]
        bins = [f"{low} – {high}" for low, high in pairwise(texts)]
    chart = charts.distribution(name, feature.label, bins=bins, counts=counts, caption=feature.meaning)
    songs = bin_links(dataset, None, name, edges)
    return with_links(chart, songs, rows=songs)


def _correlations(correlations: CorrelationMatrix, dataset: Dataset) -> Chart | None:
    if len(correlations.features) < 2:
        return None
    features = correlations.features
    songs = [
        explore_address(
            dataset.pk, ALL_SONGS, sort=f"-{column_of(dataset, across)}", show=column_of(dataset, down)
        )
        for down in features
        for across in features
    ]
    chart = charts.correlations([label_of(name) for name in features], correlations.matrix)
    return with_links(chart, songs)
