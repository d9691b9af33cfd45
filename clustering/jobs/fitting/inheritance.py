"""Names and colors from run to run: a group that was there before is called and drawn as it was.

The rule. New groups are compared with those of the dataset's pinned run, or else of its newest, by how their means lie
(z-scores, so that neither the scale nor the unit matters) in the features that both runs use, and paired by the
Hungarian method. Runs that share less than half of their features are not compared. A pair passes on its color within
half a standard deviation on average, and its name within a quarter: on real songs such groups share half of their songs
or more. A name that the software made is passed on only between runs with the same features, for it speaks of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.prediction.matching import match_by_centers
from clustering.models import Cluster, Run
from clustering.models.palette import CLUSTER_COLORS

COLOR_WITHIN = 0.5
NAME_WITHIN = 0.25
SHARED_FEATURES = 0.5


def inherit_names_and_colors(run: Run, clusters: Sequence[Cluster]) -> None:
    """Give a run's new groups, not saved yet, the colors and names of the groups that they were before."""
    before = reference_run(run)
    new = [cluster for cluster in clusters if not cluster.is_noise]
    if before is None:
        return
    old = [cluster for cluster in before.clusters.order_by("index") if not cluster.is_noise]
    shared = [name for name in run.features if name in before.features]
    if not old or len(shared) < SHARED_FEATURES * len({*run.features, *before.features}):
        return
    pairs = [
        (old[match.first], new[match.second], match.distance)
        for match in match_by_centers(_means(old, shared), _means(new, shared))
    ]
    _carry_colors(new, [(there, here) for there, here, apart in pairs if apart <= COLOR_WITHIN])
    near = [(there, here) for there, here, apart in pairs if apart <= NAME_WITHIN]
    for there, here in near:
        here.own_name = there.own_name
        here.inherited_from = there
    if set(run.features) == set(before.features):
        _carry_generated_names(new, near)


def reference_run(run: Run) -> Run | None:
    """Return the run that names and colors come from: the pinned one of the dataset, or else the newest."""
    finished = Run.objects.finished().filter(dataset=run.dataset_id).exclude(pk=run.pk)
    pinned = finished.filter(pk=run.dataset.pinned_run_id).first() if run.dataset.pinned_run_id else None
    return pinned or finished.order_by("-finished_at").first()


def _means(clusters: Sequence[Cluster], features: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[cluster.z.get(name) or 0.0 for name in features] for cluster in clusters])


def _carry_colors(new: Sequence[Cluster], pairs: Sequence[tuple[Cluster, Cluster]]) -> None:
    """Give the others the first colors that are left."""
    carried = {here.index: there.color_index for there, here in pairs}
    taken = set(carried.values())
    free = (color for color in range(len(CLUSTER_COLORS)) if color not in taken)
    for cluster in new:
        if cluster.index in carried:
            cluster.color_index = carried[cluster.index]
        else:
            cluster.color_index = next(free, cluster.index)


def _carry_generated_names(new: Sequence[Cluster], pairs: Sequence[tuple[Cluster, Cluster]]) -> None:
    """Pass on made names where no other group of the run is called so."""
    carried = {here.index: there.generated_name for there, here in pairs}
    while True:
        others = {cluster.generated_name for cluster in new if cluster.index not in carried}
        clashing = [index for index, name in carried.items() if name in others]
        if not clashing:
            break
        for index in clashing:
            del carried[index]
    for cluster in new:
        cluster.generated_name = carried.get(cluster.index, cluster.generated_name)
