"""What the jobs that fill in features have in common: which features, and the quality report afterwards."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from clustering.analysis import AnalysisError
from clustering.analysis.features import FEATURES
from clustering.analysis.recordings import FILLED
from clustering.jobs import kinds
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.jobs.kinds.index import IndexSongs
from clustering.jobs.queue import enqueue
from clustering.models import Dataset, Fill, Job
from clustering.models.dataset import AUDIO_FEATURES
from clustering.songfiles.quality import (
    ColumnReport,
    CorrelationMatrix,
    Correlations,
    Moments,
    QualityReport,
    find_warnings,
    shown_range,
)
from clustering.storage import songs
from clustering.storage.kept_columns import forget_song_columns
from clustering.storage.matrix import load_matrix

SONGS_AT_ONCE = 100_000
GONE = "The fill, or one of its two datasets, was deleted. Nothing was changed."
STALE = "Features of one of the two datasets have changed since the songs were matched. Match them again, then apply."


def offered_features(fill: Fill) -> list[str]:
    """Return the features that the source has and that mean the same in both tables."""
    if fill.source is None:
        raise AnalysisError(GONE)
    scaled = fill.source.scaled_features | fill.dataset.scaled_features
    found = [name for name in FILLED if name in fill.source.features and name not in scaled]
    if AUDIO_FEATURES.isdisjoint(found):
        raise AnalysisError(
            f"{fill.source} has no audio features that can be filled in"
            + (": its values were scaled before they were uploaded, and have no units." if scaled else ".")
        )
    return found


def fill_of(job: Job) -> Fill:
    """Return the fill that a job is about."""
    fill = Fill.objects.select_related("dataset__owner", "source").filter(job=job).first()
    if fill is None:
        raise AnalysisError(GONE)
    return fill


class FillJob(JobKind[Fill]):
    """What writing features and taking them out have in common: all is done in the transaction of the success."""

    changes_songs = True

    def compute(self, job: Job, reporter: Reporter) -> Fill:
        """Look the fill up: all else is written by the database, in `save`."""
        return fill_of(job)

    def result_page(self, job: Job) -> Link | None:
        """Return the fill."""
        fill = Fill.objects.filter(job=job).values_list("pk", flat=True).first()
        return super().result_page(job) if fill is None else Link("fill", (fill,), "See what was filled in")


def changing_job(dataset: Dataset) -> Job | None:
    """Return the job that is changing features of songs that are there, while nothing else may read them."""
    changing = kinds.names(lambda kind: kind.changes_songs)
    return dataset.jobs.filter(kind__in=changing).alive().first()


def deleting_job(dataset: Dataset) -> Job | None:
    """Return the job that deletes the dataset, and all that is asked of it meanwhile; not one that deletes a run."""
    deleting = kinds.names(lambda kind: kind.is_deletion and kind.works_on == ("dataset",))
    return dataset.jobs.filter(kind__in=deleting).alive().first()


def reading_job(dataset: Dataset) -> Job | None:
    """Return a job that would read features of which some were changed and some not.

    A catalog that is being made meanwhile is not kept, and matches say themselves that they are stale.
    """
    harmless = kinds.names(lambda kind: kind.is_deletion or kind.bears_changes)
    return dataset.jobs.exclude(kind__in=harmless).alive().first()


def enqueue_job(kind: type[JobKind[Any]], fill: Fill) -> Job:
    """Enqueue a job of a fill that nobody asks for just now."""
    job = enqueue(kind, owner=fill.owner, dataset=fill.dataset, subject=str(fill))
    fill.give_to(job, Fill.Status.MATCHING)
    return job


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be said of a dataset's features after some changed."""

    features: list[str]
    report: dict[str, Any]


def describe_change(dataset: Dataset, reporter: Reporter, *, filled: bool) -> Change:
    """Describe the features of a dataset after some changed; ``filled``: whether some of them are another table's."""
    names = _present(dataset)
    return Change(names, _describe(dataset, names, reporter) if filled and dataset.report else {})


def record_change(dataset: Dataset, change: Change) -> None:
    """Keep what was found of the features, and have the dataset's catalog made anew."""
    dataset.record_fill(features=change.features, filled_report=change.report)
    forget_song_columns(dataset)
    enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)


def _present(dataset: Dataset) -> list[str]:
    """Return the features that some song has, as an import does."""
    counted = songs.count_values(dataset, list(FEATURES))
    return [name for name in FEATURES if counted[name]]


def _describe(dataset: Dataset, names: list[str], reporter: Reporter) -> dict[str, Any]:
    """Return the columns of the report, their correlations and the warnings, from all songs."""
    first = QualityReport.from_dict(dataset.report)
    before = {column.field: column for column in first.columns}
    correlations = Correlations(names)
    moments = {name: Moments(*shown_range(name, FEATURES[name].low, FEATURES[name].high)) for name in names}
    missing = dict.fromkeys(names, 0)
    progress = reporter.stage("Describing the features")
    after = done = 0
    while True:
        found = load_matrix(dataset, names, after=after, most=SONGS_AT_ONCE)
        if not len(found.song_ids):
            break
        values = found.values.astype(np.float64)
        correlations.add(values)
        for place, name in enumerate(names):
            there = values[:, place][~np.isnan(values[:, place])]
            missing[name] += len(values) - len(there)
            moments[name].add(there)
        after = int(found.song_ids[-1] - dataset.first_song_id)
        done += len(values)
        progress(done, dataset.songs_count)
    columns = [_column(name, before.get(name), moments[name], missing[name]) for name in names]
    whole = replace(
        first,
        rows_kept=dataset.songs_count,
        columns=columns,
        correlations=CorrelationMatrix(names, correlations.matrix()),
    )
    kept = {"columns": [asdict(column) for column in columns], "correlations": asdict(whole.correlations)}
    return kept | {"warnings": find_warnings(whole)}


def _column(name: str, before: ColumnReport | None, moments: Moments, missing: int) -> ColumnReport:
    column = replace(before) if before else ColumnReport(name, name, FEATURES[name].label, "")
    column.missing = missing
    moments.fill(column)
    return column
