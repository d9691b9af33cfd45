"""What a run found, as JSON: the same names for the page's download and for the command line."""

from __future__ import annotations

from typing import Any

from clustering.analysis.partition import NOISE_LABEL
from clustering.models import Cluster, Run

CANDIDATE_SCORES = (
    "k",
    "silhouette",
    "silhouette_low",
    "silhouette_high",
    "davies_bouldin",
    "calinski_harabasz",
    "inertia",
    "stability",
    "null_silhouette",
    "null_cloud_silhouette",
    "smallest_cluster",
)


def profiles_json(run: Run) -> dict[str, Any]:
    """Return what a run found of each cluster, as JSON."""
    return {
        "dataset": run.dataset.name,
        "run": run_summary(run) | {"missing": run.missing, "model": run.model, "versions": run.versions},
        "clusters": [
            cluster_summary(cluster)
            | {
                "silhouette": cluster.silhouette,
                "stands_apart": stands_apart(cluster, run),
                "medians": cluster.medians,
                "deviations": cluster.deviations,
                "effects": cluster.effects,
                "genres": cluster.genres,
            }
            for cluster in run.clusters.all()
        ],
    }


def run_summary(run: Run) -> dict[str, Any]:
    """Return the settings and scores of a run that every JSON of it has."""
    return {
        "id": run.pk,
        "algorithm": run.algorithm,
        "k": run.k,
        "scaler": run.scaler,
        "features": run.features,
        "seed": run.seed,
        "songs": run.songs_count,
        "left_out": run.left_out,
        "silhouette": run.silhouette,
        "silhouette_low": run.silhouette_low,
        "silhouette_high": run.silhouette_high,
        "silhouette_songs": run.silhouette_songs,
        "null_silhouette": run.null_silhouette,
        "null_cloud_silhouette": run.null_cloud_silhouette,
        "parts_apart": run.found_borders and run.found_borders.parts_apart,
        "davies_bouldin": run.davies_bouldin,
        "calinski_harabasz": run.calinski_harabasz,
        "inertia": run.inertia,
        "explained_variance": run.explained_variance,
    } | _only_of_some(run)


def _only_of_some(run: Run) -> dict[str, Any]:
    """Return what is asked or found by some algorithms only."""
    some: dict[str, Any] = {"weights": run.weights} if run.weights else {}
    if run.sample_size is not None:
        some |= {"fit_on": run.sample_size, "fitted_songs": run.fitted_songs}
    if run.min_cluster_size is not None:
        some |= {"min_cluster_size": run.min_cluster_size, "no_group": run.noise_count}
    if run.bic is not None:
        some |= {"bic": run.bic}
    return some


def advice_summary(run: Run) -> dict[str, Any] | None:
    """Return the advice that chose a run's number of groups, if that was not chosen by hand."""
    sweep = run.sweep
    if sweep is None:
        return None
    return {
        "verdict": sweep.verdict,
        "recommended_k": sweep.recommended_k,
        "alternatives": sweep.alternatives,
        "reason": sweep.reason,
        "groups_apart": sweep.groups_apart,
        "may_be_more": sweep.may_be_more,
        "draws": sweep.draws,
        "draws_agree": sweep.draws_agree,
        "unjudged": sweep.unjudged,
        "split_features": sweep.feature_parts,
        "candidates": list(sweep.candidates.order_by("k").values(*CANDIDATE_SCORES)),
    }


def stands_apart(cluster: Cluster, run: Run) -> bool | None:
    """Tell whether the songs thin out all around a cluster; None where that was not looked at."""
    borders = run.found_borders
    return None if borders is None or cluster.is_noise else borders.stands_apart(cluster.index)


def cluster_summary(cluster: Cluster) -> dict[str, Any]:
    """Return what every JSON of a cluster has."""
    return {
        "index": NOISE_LABEL if cluster.is_noise else cluster.index,
        "name": cluster.name,
        "description": cluster.sentence,
        "size": cluster.size,
        "share": cluster.share,
        "means": cluster.means,
        "z": cluster.z,
    }
