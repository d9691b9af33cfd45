"""What the list of datasets shows: each with its latest run as a small picture, and the work going on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Mod

from clustering.models import Assignment, Cluster, Dataset, Job, Run
from clustering.queries.job_lines import JobLine, lines, listed

PAGE = 12
DOTS = 220
MOST_DRAWN = 2_000  # about what a run marks as drawn


@dataclass(frozen=True, slots=True)
class Dot:
    """One song in the small picture, on a canvas of 100 by 50."""

    x: str
    y: str
    slot: int


@dataclass(frozen=True, slots=True)
class DatasetCard:
    """One dataset in the list."""

    dataset: Dataset
    run: Run | None
    clusters: tuple[Cluster, ...]
    dots: tuple[Dot, ...]
    runs: int
    job_id: int | None
    job_status: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Datasets:
    """The page of datasets."""

    cards: tuple[DatasetCard, ...]
    jobs: tuple[JobLine, ...]
    before: str
    """Where the next page begins; empty on the last."""


def datasets(user: User | AnonymousUser, *, before: datetime | None = None) -> Datasets:
    """Return the newest datasets that somebody may see, those before a moment when one is given."""
    latest_run = Run.objects.filter(dataset=OuterRef("pk"), finished_at__isnull=False)
    latest_job = Job.objects.filter(dataset=OuterRef("pk")).order_by("-created_at")
    rows = (
        Dataset.objects.visible_to(user)
        .defer("report")
        .select_related("owner")
        .annotate(
            latest_run=Subquery(latest_run.order_by("-created_at").values("pk")[:1]),
            latest_job=Subquery(latest_job.values("pk")[:1]),
            latest_status=Subquery(latest_job.values("status")[:1]),
            runs_count=Count("runs", filter=Q(runs__finished_at__isnull=False)),
        )
        .order_by("-created_at")
    )
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    found: list[Any] = list(rows[: PAGE + 1])  # with the annotations, which a type checker cannot see
    page = found[:PAGE]
    runs = Run.objects.defer("model", "overall").in_bulk([row.latest_run for row in page if row.latest_run])
    clusters = _clusters(list(runs))
    dots = _dots(list(runs.values()), clusters)
    return Datasets(
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
        before=page[-1].created_at.isoformat() if len(found) > PAGE else "",
    )


def _clusters(runs: Sequence[int]) -> dict[int, list[Cluster]]:
    grouped: dict[int, list[Cluster]] = defaultdict(list)
    fields = ("run_id", "index", "share", "generated_name", "own_name", "color_index")
    for cluster in Cluster.objects.filter(run__in=runs).only(*fields).order_by("run_id", "index"):
        grouped[cluster.run_id].append(cluster)
    return grouped


def _dots(runs: Sequence[Run], clusters: dict[int, list[Cluster]]) -> dict[int, tuple[Dot, ...]]:
    """Return some songs of each run's map, evenly through the file, in one query for all runs."""
    parts = [
        Assignment.objects.annotate(turn=Mod(F("song_id"), max(1, min(run.songs_count, MOST_DRAWN) // DOTS)))
        .filter(run=run, sampled=True, turn=0)
        .values_list("run_id", "x", "y", "cluster")[: 2 * DOTS]
        for run in runs
    ]
    if not parts:
        return {}
    points: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    for run_id, x, y, cluster in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        points[run_id].append((x, y, cluster))
    return {run_id: _picture(found, clusters[run_id]) for run_id, found in points.items()}


def _picture(points: Sequence[tuple[float, float, int]], clusters: Sequence[Cluster]) -> tuple[Dot, ...]:
    slots = {cluster.index: cluster.color_index for cluster in clusters}
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    low, high = min(p[1] for p in points), max(p[1] for p in points)
    width, height = (right - left) or 1.0, (high - low) or 1.0
    return tuple(
        Dot(f"{3 + 94 * (x - left) / width:.1f}", f"{47 - 44 * (y - low) / height:.1f}", slots.get(group, 0))
        for x, y, group in points
    )
