"""The files of a dataset: what became of their rows, and which runs have not seen the songs of later ones."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from clustering.jobs.importing import growing_job
from clustering.models import Dataset, Job, Run, Upload
from clustering.songfiles.quality import ColumnReport, QualityReport
from clustering.web.components.fit import Verdict, verdict_of

MAX_RUNS = 50


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file, and the quality report of a later one; the first one's is on the dataset's own page."""

    upload: Upload
    report: QualityReport | None

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings of its quality report."""
        return tuple(self.report.warnings) if self.report else ()

    @property
    def columns(self) -> tuple[ColumnReport, ...]:
        """What is in its columns."""
        return tuple(self.report.columns) if self.report else ()


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run: how many of the later songs it has placed, how well they fit, and how many wait."""

    run: Run
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class DatasetFilesPage:
    """The files of a dataset, and the runs that have placed or lack songs of later files."""

    dataset: Dataset
    files: tuple[FileReport, ...]
    draft: Upload | None
    runs: tuple[RunLine, ...]
    growing: Job | None
    editable: bool

    @classmethod
    def read(cls, dataset: Dataset, user: User | AnonymousUser) -> DatasetFilesPage:
        """Read the files and runs of a dataset, with three queries."""
        uploads = list(dataset.uploads.all())
        runs = list(dataset.runs.finished().without_model()[:MAX_RUNS])
        for run in runs:
            run.dataset = dataset
        growing = growing_job(dataset)
        return cls(
            dataset=dataset,
            files=tuple(FileReport(upload, upload.quality) for upload in uploads if upload.is_imported),
            draft=next((u for u in uploads if not u.is_imported), None) if growing is None else None,
            runs=tuple(RunLine(run, verdict_of(run)) for run in runs if run.additions or run.unplaced_songs),
            growing=growing,
            editable=dataset.is_editable_by(user),
        )
