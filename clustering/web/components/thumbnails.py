"""The thumbnail of a run: some songs of its map, and the names of its groups; on its own pages a larger one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import F
from django.db.models.functions import Mod

from clustering.models import Assignment, Cluster, Dataset, Run

DOTS = 220
DOTS_OF_SQUARE = 700
MAX_DRAWN = 2_000  # about what a run marks as drawn


@dataclass(frozen=True, slots=True)
class Dots:
    """The songs of one group in a thumbnail, as one path of points."""

    slot: int
    path: str


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """The run that stands for its dataset, drawn small."""

    run: Run
    pinned: bool
    clusters: tuple[Cluster, ...]
    dots: tuple[Dots, ...]

    @classmethod
    def read(cls, dataset: Dataset) -> Thumbnail | None:
        """Read the dataset's pinned run, or else its newest, with three queries."""
        runs = dataset.runs.without_model()
        if dataset.pinned_run_id is not None:
            runs = runs.filter(pk=dataset.pinned_run_id)
        run = runs.latest_finished()
        if run is None:
            return None
        clusters = clusters_of_runs([run.pk])
        return cls(
            run=run,
            pinned=run.pk == dataset.pinned_run_id,
            clusters=tuple(clusters.get(run.pk, ())),
            dots=dots_of_runs([run], clusters).get(run.pk, ()),
        )


def clusters_of_runs(runs: Sequence[int]) -> dict[int, list[Cluster]]:
    """Read what thumbnails show of each run's groups, with one query."""
    grouped: dict[int, list[Cluster]] = defaultdict(list)
    fields = ("run_id", "index", "share", "generated_name", "own_name", "color_index")
    for cluster in Cluster.objects.filter(run__in=runs).only(*fields).order_by("run_id", "index"):
        grouped[cluster.run_id].append(cluster)
    return grouped


def dots_of_runs(runs: Sequence[Run], clusters: dict[int, list[Cluster]]) -> dict[int, tuple[Dots, ...]]:
    """Return some songs of each run's map, evenly through the file, in one query for all runs."""
    parts = [_some_points(run, DOTS) for run in runs]
    if not parts:
        return {}
    points: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    for run_id, x, y, cluster in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        points[run_id].append((x, y, cluster))
    return {run_id: _dots(run_points, clusters[run_id], height=50) for run_id, run_points in points.items()}


def square_dots(run: Run, clusters: Sequence[Cluster]) -> tuple[Dots, ...]:
    """Return some songs of a run's map on a canvas of 100 by 100, with one query."""
    points = [(x, y, cluster) for _, x, y, cluster in _some_points(run, DOTS_OF_SQUARE)]
    return _dots(points, clusters, height=100) if points else ()


def _some_points(run: Run, most: int) -> models.QuerySet[Assignment, tuple[int, float, float, int]]:
    turn = max(1, min(run.songs_count, MAX_DRAWN) // most)
    drawn = Assignment.objects.annotate(turn=Mod(F("song_id"), turn)).filter(run=run, sampled=True, turn=0)
    return drawn.values_list("run_id", "x", "y", "cluster")[: 2 * most]


def _dots(
    points: Sequence[tuple[float, float, int]], clusters: Sequence[Cluster], *, height: int
) -> tuple[Dots, ...]:
    slots = {cluster.index: cluster.color_index for cluster in clusters}
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    low, high = min(p[1] for p in points), max(p[1] for p in points)
    paths: dict[int, list[str]] = defaultdict(list)
    for x, y, group in points:
        # a line without length, which round ends make a dot
        place = (
            f"M{3 + 94 * _share(x, left, right):.1f} {height - 3 - (height - 6) * _share(y, low, high):.1f}h0"
        )
        paths[slots.get(group, 0)].append(place)
    return tuple(Dots(slot, "".join(places)) for slot, places in sorted(paths.items()))


def _share(value: float, low: float, high: float) -> float:
    """Return how far along a value lies; the middle where all values are the same."""
    return (value - low) / (high - low) if high > low else 0.5
