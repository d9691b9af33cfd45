"""What the list of datasets shows: each with a thumbnail of its pinned or newest run, and the jobs that are running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from clustering.jobs.lines import JobLine, lines, listed
from clustering.models import Cluster, Dataset, Job, Run
from clustering.web.components.thumbnails import Dots, clusters_of_runs, dots_of_runs

PAGE = 12


@dataclass(frozen=True, slots=True)
class DatasetCard:
    """One dataset in the list."""

    dataset: Dataset
    run: Run | None
    clusters: tuple[Cluster, ...]
    dots: tuple[Dots, ...]
    runs: int
    job_id: int | None
    job_status: str
    mine: bool


@dataclass(frozen=True, slots=True)
class DatasetsPage:
    """A page of the list of datasets, and the user's jobs that are waiting or running."""

    cards: tuple[DatasetCard, ...]
    jobs: tuple[JobLine, ...]
    before: str
    """Where the next page begins; empty on the last."""

    @classmethod
    def read(cls, user: User | AnonymousUser, *, before: datetime | None = None) -> DatasetsPage:
        """Read the newest datasets that a user may see; those created before a moment where one is given."""
        latest_run = Run.objects.finished().filter(dataset=OuterRef("pk"))
        latest_job = Job.objects.filter(dataset=OuterRef("pk")).order_by("-created_at")
        rows = (
            Dataset.objects.visible_to(user)
            .defer("report")
            .select_related("owner")
            .annotate(
                latest_run=Coalesce(
                    "pinned_run_id", Subquery(latest_run.order_by("-created_at").values("pk")[:1])
                ),
                latest_job=Subquery(latest_job.values("pk")[:1]),
                latest_status=Subquery(latest_job.values("status")[:1]),
                runs_count=Count("runs", filter=Q(runs__finished_at__isnull=False)),
            )
            .order_by("-created_at")
        )
        if before is not None:
            rows = rows.filter(created_at__lt=before)
        datasets: list[Any] = list(rows[: PAGE + 1])  # with the annotations, which a type checker cannot see
        page = datasets[:PAGE]
        runs = Run.objects.without_model().in_bulk([row.latest_run for row in page if row.latest_run])
        clusters = clusters_of_runs(list(runs))
        dots = dots_of_runs(list(runs.values()), clusters)
        return cls(
            cards=tuple(
                DatasetCard(
                    dataset=row,
                    run=runs.get(row.latest_run),
                    clusters=tuple(clusters.get(row.latest_run, ())),
                    dots=dots.get(row.latest_run, ()),
                    runs=row.runs_count,
                    job_id=row.latest_job,
                    job_status=row.latest_status or "",
                    mine=row.owner_id == user.pk,
                )
                for row in page
            ),
            jobs=lines(listed(Job.objects.filter(owner_id=user.pk), alive=True).order_by("created_at")[:20]),
            before=page[-1].created_at.isoformat() if len(datasets) > PAGE else "",
        )
