"""The groups of a run, and how some songs are divided among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clustering.models import Cluster, Run
from clustering.web.charts.groups import Group


@dataclass(frozen=True, slots=True)
class ClusterShare:
    """How many of some songs are in a group."""

    cluster: Cluster
    count: int
    share: float

    @property
    def lift(self) -> float:
        """How many times as common the group is among these songs as in the whole run."""
        return self.share / self.cluster.share if self.cluster.share else 0.0


def clusters_of(run: Run) -> tuple[Cluster, ...]:
    """Return a run's groups, the largest first."""
    return tuple(run.clusters.order_by("index"))


def group_of(cluster: Cluster) -> Group:
    """Return a group as charts know it."""
    return Group(cluster.name, cluster.color_index, cluster.size)


def cluster_shares(clusters: Iterable[Cluster], counts: Mapping[int, int]) -> tuple[ClusterShare, ...]:
    """Return how songs are divided among groups, the most common first; ``counts`` are by Cluster.index."""
    total = sum(counts.values()) or 1
    shares = (
        ClusterShare(cluster, counts[cluster.index], counts[cluster.index] / total)
        for cluster in clusters
        if cluster.index in counts
    )
    return tuple(sorted(shares, key=lambda share: (-share.count, share.cluster.index)))
