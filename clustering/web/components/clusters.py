"""The groups of a run, as several pages read them."""

from __future__ import annotations

from clustering.models import Cluster, Run
from clustering.web.charts.groups import Group


def clusters_of(run: Run) -> tuple[Cluster, ...]:
    """Return a run's groups, the largest first."""
    return tuple(run.clusters.order_by("index"))


def group_of(cluster: Cluster) -> Group:
    """Return a group as charts know it."""
    return Group(cluster.name, cluster.color_index, cluster.size)
