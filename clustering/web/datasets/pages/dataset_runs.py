"""All runs of a dataset in one table, sorted by a column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from clustering.jobs.kinds.cluster import ClusterSongs
from clustering.models import Dataset, Job, Run
from clustering.web.components.formatting import label_of

MAX_RUNS = 200
SORT_DEFAULT = "-started"

# what a column sorts by; a run without results comes last, whichever way
SORTS: dict[str, Callable[[Run], Any]] = {
    "groups": lambda run: run.k,
    "algorithm": lambda run: run.get_algorithm_display(),
    "silhouette": lambda run: run.silhouette,
    "davies_bouldin": lambda run: run.davies_bouldin,
    "calinski_harabasz": lambda run: run.calinski_harabasz,
    "songs": lambda run: run.songs_count or None,
    "scaler": lambda run: run.get_scaler_display(),
    "started": lambda run: run.created_at,
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in the list; `job_id` leads to its progress while there are no results."""

    run: Run
    job_id: int | None
    job_status: str
    features: tuple[str, ...]
    pinned: bool

    @property
    def status_words(self) -> str:
        """The status of its job, as text."""
        return str(Job.Status(self.job_status).label) if self.job_status else "Not started"


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: what it is called, what a click on it sorts by, and how it is sorted now."""

    name: str
    label: str
    number: bool
    hint: str
    sort: str
    direction: str
    """"ascending", "descending" or nothing."""


@dataclass(frozen=True, slots=True)
class DatasetRunsPage:
    """The rows and headings of the table of runs."""

    rows: tuple[RunRow, ...]
    headings: tuple[Heading, ...]
    total: int
    can_compare: bool

    @classmethod
    def read(cls, dataset: Dataset, *, sort: str = SORT_DEFAULT, most: int = MAX_RUNS) -> DatasetRunsPage:
        """Read the newest runs with two queries, sorted as asked; an unknown column sorts by the start."""
        if sort.removeprefix("-") not in SORTS:
            sort = SORT_DEFAULT
        job = Job.objects.filter(run=OuterRef("pk"), kind=ClusterSongs.name).order_by("-created_at")
        runs: list[Any] = list(
            dataset.runs.without_model()
            .annotate(job_id=Subquery(job.values("pk")[:1]), job_status=Subquery(job.values("status")[:1]))
            .order_by("-created_at")[:most]
        )
        rows = tuple(
            RunRow(
                run=run,
                job_id=run.job_id,
                job_status=run.job_status or "",
                features=tuple(label_of(name) for name in run.features),
                pinned=run.pk == dataset.pinned_run_id,
            )
            for run in _sorted(runs, sort)
        )
        return cls(
            rows=rows,
            headings=tuple(
                _heading(*column, sort)
                for column in (
                    ("groups", "Run", False, "Sorted by the number of groups"),
                    ("silhouette", "Silhouette ↑", True, "Higher is better"),
                    ("davies_bouldin", "Davies–Bouldin ↓", True, "Lower is better"),
                    ("calinski_harabasz", "Calinski–Harabasz ↑", True, "Higher is better"),
                    ("songs", "Songs", True, ""),
                    ("algorithm", "Algorithm", False, ""),
                    ("scaler", "Features and scaling", False, "Sorted by scaling"),
                    ("started", "Created", False, ""),
                )
            ),
            total=len(runs) if len(runs) < most else dataset.runs.count(),
            can_compare=sum(run.is_finished for run in runs) > 1,
        )


def _sorted(runs: list[Any], sort: str) -> list[Any]:
    value = SORTS[sort.removeprefix("-")]
    known = [run for run in runs if value(run) is not None]
    known.sort(key=value, reverse=sort.startswith("-"))
    return known + [run for run in runs if value(run) is None]


def _heading(name: str, label: str, number: bool, hint: str, sort: str) -> Heading:
    now = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
    # numbers and times are first looked at from their high end
    first, other = (f"-{name}", name) if number or name == "started" else (name, f"-{name}")
    return Heading(name, label, number, hint, other if sort == first else first, now)
