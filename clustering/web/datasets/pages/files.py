"""The files of a dataset: what became of their rows, and which runs have not seen the songs of later ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from clustering.models import Dataset, Job, Run, Upload
from clustering.web.components.fit import Verdict, verdict_of

MAX_RUNS = 50


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file, and the quality report of a later one; the first one's is on the dataset's own page."""

    upload: Upload
    columns: tuple[Mapping[str, Any], ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is worth knowing about the file."""
        return tuple(self.upload.report.get("warnings", ()))


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run: how many of the later songs it has placed, how well they fit, and how many wait."""

    run: Run
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class DatasetFiles:
    """The page."""

    dataset: Dataset
    files: tuple[FileReport, ...]
    draft: Upload | None
    runs: tuple[RunLine, ...]
    growing: Job | None
    editable: bool


def dataset_files(user: User | AnonymousUser, dataset_id: int) -> DatasetFiles | None:
    """Return the page with four queries, or None when this person may not see it."""
    found = Dataset.objects.visible_to(user).filter(pk=dataset_id).first()
    if found is None:
        return None
    uploads = list(found.uploads.all())
    runs = list(found.runs.filter(finished_at__isnull=False).defer("model", "overall")[:MAX_RUNS])
    for run in runs:
        run.dataset = found
    growing = found.jobs.filter(kind__in=[Job.Kind.IMPORT, Job.Kind.ADD]).alive().first()
    return DatasetFiles(
        dataset=found,
        files=tuple(_file(upload) for upload in uploads if upload.is_imported),
        draft=next((u for u in uploads if not u.is_imported), None) if growing is None else None,
        runs=tuple(RunLine(run, verdict_of(run)) for run in runs if run.additions or run.unplaced_songs),
        growing=growing,
        editable=bool(getattr(user, "is_staff", False) or found.owner_id == user.pk),
    )


def _file(upload: Upload) -> FileReport:
    columns = upload.report.get("columns", ())
    return FileReport(upload, tuple(column for column in columns if column.get("field")))
