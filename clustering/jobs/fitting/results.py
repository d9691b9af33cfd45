"""What a run found, and how it is written: assignments, clusters and the run's own scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from clustering.analysis import partition, projection
from clustering.analysis.choosing.reference import Null
from clustering.analysis.describing import membership, profiles
from clustering.analysis.describing.naming import ClusterName
from clustering.analysis.progress import Progress
from clustering.analysis.scores.silhouette import ClusterSilhouette, Silhouette, songs_to_measure
from clustering.jobs.fitting.genres import Labels, compare_labels, count_decades
from clustering.jobs.fitting.inheritance import inherit_names_and_colors
from clustering.jobs.fitting.preparation import Prepared
from clustering.models import Assignment, Cluster, GenreCounts, Run
from clustering.models.palette import NOISE_COLOR
from clustering.storage import assignments, members, songs

DRAWN_SONGS = 2_000
DRAWN_PER_CLUSTER = 20
POPULAR_SONGS = 100
ANALYZE_FROM = 10_000
MAX_GENRES = 2_000


@dataclass(frozen=True)
class Grouped:
    """Songs with their groups and their places on the map."""

    prepared: Prepared
    groups: partition.Partition
    plane: projection.Projection


@dataclass(frozen=True)
class Description:
    """What the groups are like, and how good they are but for the silhouette."""

    null: Null | None
    stability: tuple[float | None, ...]
    davies_bouldin: float
    calinski_harabasz: float
    edges: dict[str, tuple[float, ...]]
    profiles: tuple[profiles.Profile, ...]
    names: tuple[ClusterName, ...]


@dataclass(frozen=True)
class Findings(Grouped, Description):
    """Everything that a run found, before all of it is saved."""

    silhouette: Silhouette


@dataclass(frozen=True)
class Whole:
    """What is counted of all songs of a run: those at hand, or all that were placed after a fit on a sample.

    ``sizes`` (groups,) counts the songs of no group as one more group, the last. ``exemplars``, ``popular`` and
    ``borderline`` are song ids of each of the groups, best first; ``neighbors`` (groups, k) says of how many of their
    songs each other group is the second-nearest. ``means`` and ``deviations`` are of each feature, in real units.
    """

    sizes: NDArray[np.int64]
    left_out: int
    inertia: float
    means: NDArray[np.float64]
    deviations: NDArray[np.float64]
    exemplars: Sequence[list[int]]
    popular: Sequence[list[int]]
    borderline: Sequence[list[int]]
    neighbors: NDArray[np.int64]
    decades: Mapping[int, NDArray[np.int64]]


def save_places(run: Run, grouped: Grouped) -> list[assignments.GenreCount]:
    """Write where songs landed, but for those whose silhouette is being measured, and count their genres."""
    placement = _placement(run, grouped)
    ahead = np.ones(len(placement.song_ids), dtype=np.bool_)
    ahead[songs_to_measure(grouped.groups.labels, seed=run.seed)] = False
    rows = np.flatnonzero(ahead)
    for start in range(0, len(rows), assignments.BATCH):
        assignments.copy_assignments(run, placement.some(rows[start : start + assignments.BATCH]))
    rows_of_songs = placement.song_ids - run.dataset.first_song_id
    members.save_members(run, rows_of_songs, placement.cluster, placement.distance)
    if len(rows) >= ANALYZE_FROM:
        songs.refresh_statistics(Assignment._meta.db_table)
    return assignments.count_genres(run)


def _placement(run: Run, grouped: Grouped) -> assignments.Placement:
    groups = grouped.groups
    return assignments.Placement(
        song_ids=grouped.prepared.song_ids,
        cluster=groups.numbered,
        second=groups.second,
        distance=groups.distances,
        x=grouped.plane.coordinates[:, 0],
        y=grouped.plane.coordinates[:, 1],
        sampled=drawn_songs(groups.numbered, seed=run.seed),
        silhouette=np.full(len(groups.labels), np.nan, dtype=np.float32),
        membership=groups.membership,
    )


def save_findings(
    run: Run,
    found: Findings,
    whole: Whole,
    counted: list[assignments.GenreCount],
    *,
    progress: Progress,
) -> None:
    """Write where the songs that were measured landed, the groups and the run's scores."""
    silhouette = found.silhouette
    measured = replace(_placement(run, found).some(silhouette.rows), silhouette=silhouette.values)
    assignments.copy_assignments(run, measured, progress=progress)
    counts = assignments.added(counted, assignments.count_genres(run, measured=True))
    record_findings(run, found, whole, counts)


def record_findings(
    run: Run, found: Findings, whole: Whole, counts: Sequence[assignments.GenreCount]
) -> None:
    """Write the groups and the run's scores."""
    groups, silhouette = found.groups, found.silhouette
    save_genre_counts(run, counts, k=len(found.profiles))
    labels = compare_labels(counts, whole.decades, whole.sizes)
    clusters = _clusters(run, found, whole, labels)
    inherit_names_and_colors(run, clusters)
    Cluster.objects.bulk_create(clusters)
    run.record_results(
        finished_at=timezone.now(),
        k=len(groups.centroids),
        songs_count=int(whole.sizes.sum()),
        noise_count=groups.noise_count,
        left_out=whole.left_out,
        fitted_songs=None if run.sample_size is None else len(groups.labels),
        silhouette=silhouette.mean,
        silhouette_low=silhouette.low,
        silhouette_high=silhouette.high,
        silhouette_songs=silhouette.songs,
        null_silhouette=found.null and found.null.silhouette,
        null_deviation=found.null and found.null.deviation,
        davies_bouldin=found.davies_bouldin,
        calinski_harabasz=found.calinski_harabasz,
        inertia=whole.inertia,
        bic=groups.bic,
        associations=labels.associations,
        explained_variance=list(found.plane.explained_variance),
        model=_model(run, found),
        overall=_overall(run, found, whole),
    )


def count_whole(found: Findings) -> Whole:
    """Count the songs that are at hand, which are all."""
    prepared, groups = found.prepared, found.groups
    labels, size = groups.numbered, len(found.profiles)
    sizes = np.bincount(labels, minlength=size)
    neighbors = np.bincount(labels.astype(np.int64) * size + groups.second, minlength=size * size)
    return Whole(
        sizes=sizes,
        left_out=prepared.left_out,
        inertia=groups.inertia,
        means=prepared.values.mean(axis=0, dtype=np.float64),
        deviations=prepared.values.std(axis=0, dtype=np.float64),
        exemplars=[_ids(prepared, profile.exemplars) for profile in found.profiles],
        popular=[_popular(found, index) for index in range(size)],
        borderline=[_ids(prepared, profile.borderline) for profile in found.profiles],
        neighbors=neighbors.reshape(size, size),
        decades=count_decades(labels, prepared.release_year, size),
    )


def _ids(prepared: Prepared, rows: tuple[int, ...]) -> list[int]:
    return [int(i) for i in prepared.song_ids[list(rows)]]


def drawn_songs(labels: NDArray[np.int32], *, seed: int) -> NDArray[np.bool_]:
    """Choose the songs of the small map: in proportion, but no cluster without its share."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros(len(labels), dtype=np.bool_)
    for cluster in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == cluster)
        wanted = max(DRAWN_PER_CLUSTER, round(DRAWN_SONGS * len(members) / len(labels)))
        drawn[rng.choice(members, size=min(wanted, len(members)), replace=False)] = True
    return drawn


def _clusters(run: Run, found: Findings, whole: Whole, labels: Labels) -> list[Cluster]:
    clusters = []
    for profile, name, silhouette in zip_longest(
        found.profiles, found.names, found.silhouette.per_cluster
    ):  # the songs of no group have no silhouette
        clusters.append(
            Cluster(
                run=run,
                index=profile.index,
                size=profile.size,
                share=profile.share,
                generated_name=name.name,
                sentence=name.sentence,
                color_index=NOISE_COLOR if profile.is_noise else profile.index,
                is_noise=profile.is_noise,
                **_silhouette_fields(silhouette),
                stability=None if profile.is_noise else found.stability[profile.index],
                means=profile.means,
                medians=profile.medians,
                deviations=profile.deviations,
                z=profile.z,
                effects=profile.effects,
                scaled_means=profile.scaled_means,
                histograms=profile.histograms,
                exemplars=whole.exemplars[profile.index],
                popular=whole.popular[profile.index],
                borderline=whole.borderline[profile.index],
                genres=labels.genres[profile.index],
                decades=labels.decades[profile.index],
                neighbors=_neighbors(whole.neighbors[profile.index], profile.index),
            )
        )
    return clusters


def _silhouette_fields(silhouette: ClusterSilhouette | None) -> dict[str, float | None]:
    if silhouette is None:
        return {}
    return {
        "silhouette": silhouette.mean,
        "silhouette_low": silhouette.low,
        "silhouette_high": silhouette.high,
        "silhouette_songs": silhouette.songs,
        "silhouette_share_negative": silhouette.share_negative,
    }


def _popular(found: Findings, index: int) -> list[int]:
    members = np.flatnonzero(found.groups.numbered == index)
    members = members[~np.isnan(found.prepared.popularity[members])]
    best = np.argsort(-found.prepared.popularity[members], kind="stable")[:POPULAR_SONGS]
    return [int(i) for i in found.prepared.song_ids[members[best]]]


def _neighbors(counts: NDArray[np.int64], index: int) -> list[dict[str, int]]:
    """Return which groups are the second-nearest of a group's songs, and of how many."""
    order = np.argsort(-counts, kind="stable")
    return [{"index": int(i), "count": int(counts[i])} for i in order if counts[i] and i != index]


def save_genre_counts(run: Run, found: Sequence[assignments.GenreCount], *, k: int) -> None:
    """Keep how many songs of each genre are in each group of a run; of very many genres the most common."""
    counts: dict[str, list[int]] = {}
    for one in found:
        counts.setdefault(one.genre, [0] * k)[one.cluster] = one.count
    most = sorted(counts, key=lambda genre: (-sum(counts[genre]), genre))[:MAX_GENRES]
    GenreCounts.objects.create(run=run, counts={genre: counts[genre] for genre in most})


def _model(run: Run, found: Findings) -> dict[str, Any]:
    groups = found.groups
    return {
        "scaling": found.prepared.scaling.to_dict(),
        "centroids": groups.centroids.tolist(),
        "axes": found.plane.axes.tolist(),
        "pca_mean": found.plane.mean.tolist(),
        "axis_words": list(projection.axis_words(found.plane, found.prepared.scaling.columns)),
        "medians": found.prepared.medians,
    } | _only_of_some(groups)


def _only_of_some(groups: partition.Partition) -> dict[str, Any]:
    """Return what only some algorithms find: how surely songs belong, a tree, parameters of their own."""
    some: dict[str, Any] = {}
    if groups.membership is not None:
        some["membership"] = asdict(membership.measure_membership(groups))
    if groups.tree is not None:
        some["tree"] = asdict(groups.tree)
    if groups.parameters:
        some["parameters"] = {name: values.tolist() for name, values in groups.parameters.items()}
    return some


def _overall(run: Run, found: Findings, whole: Whole) -> dict[str, Any]:
    return {
        name: {
            "edges": list(found.edges[name]),
            "mean": float(whole.means[i]),
            "deviation": float(whole.deviations[i]),
        }
        for i, name in enumerate(run.features)
    }
