"""Writing what a run found: the assignments of its songs, its clusters and its scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from itertools import zip_longest

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from clustering.analysis.describing.labels import Labels, compare_labels
from clustering.analysis.describing.profiles import BORDERLINE, EXEMPLARS, POPULAR, FeatureSummary, Neighbor
from clustering.analysis.progress import Progress
from clustering.analysis.scores.silhouette import ClusterSilhouette, songs_to_measure
from clustering.jobs.fitting.inheritance import inherit_names_and_colors
from clustering.jobs.fitting.result import Fit, RunResult
from clustering.jobs.fitting.sampled import assign_in_batches
from clustering.models import Assignment, Cluster, Run
from clustering.models.palette import NOISE_COLOR
from clustering.storage import assignments, members, songs
from clustering.storage.genre_counts import GenreTally, save_genre_counts
from clustering.storage.song_columns import save_run_columns
from clustering.storage.song_versions import one_version_lists

Genres = Mapping[str, NDArray[np.int64]]
"""How many songs of each genre are in each cluster, (k,)."""

MAP_SONGS = 2_000
MAP_SONGS_PER_CLUSTER = 20
ANALYZE_FROM = 10_000


def write_unmeasured(run: Run, fit: Fit) -> Genres:
    """Write the assignments of all songs but those whose silhouette is being measured, and count the genres of all."""
    placement = _placement(run, fit)
    unmeasured = np.ones(len(placement.song_ids), dtype=np.bool_)
    unmeasured[songs_to_measure(fit.partition.labels, seed=run.seed)] = False
    rows = np.flatnonzero(unmeasured)
    for start in range(0, len(rows), assignments.BATCH):
        assignments.copy_assignments(run, placement.some(rows[start : start + assignments.BATCH]))
    row_numbers = placement.song_ids - run.dataset.first_song_id
    members.save_members(run, row_numbers, placement.cluster, placement.distance)
    if len(rows) >= ANALYZE_FROM:
        songs.refresh_statistics(Assignment._meta.db_table)
    save_run_columns(run, placement)
    tally = GenreTally(run.dataset, int(placement.cluster.max()) + 1)
    tally.add(placement.song_ids, placement.cluster)
    return tally.genres()


def write_measured(run: Run, result: RunResult, progress: Progress) -> None:
    """Write the assignments of the songs whose silhouette was measured."""
    silhouette = result.scores.silhouette
    placement = _placement(run, result.fit).some(silhouette.rows)
    assignments.copy_assignments(run, replace(placement, silhouette=silhouette.values), progress=progress)


def _placement(run: Run, fit: Fit) -> assignments.Placement:
    partition = fit.partition
    return assignments.Placement(
        song_ids=fit.songs.song_ids,
        cluster=partition.numbered,
        second=partition.second,
        distance=partition.distances,
        x=fit.projection.coordinates[:, 0],
        y=fit.projection.coordinates[:, 1],
        sampled=sample_for_map(partition.numbered, seed=run.seed),
        silhouette=np.full(len(partition.labels), np.nan, dtype=np.float32),
        membership=partition.membership,
    )


def write_in_batches(run: Run, result: RunResult, progress: Progress) -> Genres:
    """Assign all songs once more and write that, and count their genres."""
    fit, scores = result.fit, result.scores
    on_map = fit.songs.song_ids[sample_for_map(fit.partition.labels, seed=run.seed)]
    tally = GenreTally(run.dataset, len(result.description.profiles))
    for batch, places in assign_in_batches(run, fit, progress):
        tally.add(batch.song_ids, places.labels)
        silhouettes = np.full(len(batch.song_ids), np.nan, dtype=np.float32)
        _, in_batch, in_sample = np.intersect1d(
            batch.song_ids, scores.measured_ids, assume_unique=True, return_indices=True
        )
        silhouettes[in_batch] = scores.silhouette.values[in_sample]
        placement = assignments.Placement(
            song_ids=batch.song_ids,
            cluster=places.labels,
            second=places.second,
            distance=places.distances,
            x=places.coordinates[:, 0],
            y=places.coordinates[:, 1],
            sampled=np.isin(batch.song_ids, on_map),
            silhouette=silhouettes,
        )
        assignments.copy_assignments(run, placement)
    members.list_members_again(run)
    if result.totals.sizes.sum() >= ANALYZE_FROM:
        songs.refresh_statistics(Assignment._meta.db_table)
    save_run_columns(run)
    return tally.genres()


def sample_for_map(labels: NDArray[np.int32], *, seed: int) -> NDArray[np.bool_]:
    """Choose the songs of the small map: a random sample of each cluster by its share, but at least twenty."""
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(labels), dtype=np.bool_)
    for cluster in range(int(labels.max()) + 1):
        rows = np.flatnonzero(labels == cluster)
        count = max(MAP_SONGS_PER_CLUSTER, round(MAP_SONGS * len(rows) / len(labels)))
        chosen[rng.choice(rows, size=min(count, len(rows)), replace=False)] = True
    return chosen


def save_result(run: Run, result: RunResult, genres: Genres) -> None:
    """Write the clusters and scores of a run whose assignments are written."""
    save_genre_counts(run, genres)
    labels = compare_labels(genres, result.totals.decades, result.totals.sizes)
    clusters = _clusters(run, result, labels)
    inherit_names_and_colors(run, clusters)
    Cluster.objects.bulk_create(clusters)
    partition, scores, totals = result.fit.partition, result.scores, result.totals
    run.record_results(
        finished_at=timezone.now(),
        k=len(partition.centroids),
        songs_count=int(totals.sizes.sum()),
        noise_count=partition.noise_count,
        left_out=totals.left_out,
        fitted_songs=None if run.sample_size is None else len(partition.labels),
        silhouette=scores.silhouette.mean,
        silhouette_low=scores.silhouette.low,
        silhouette_high=scores.silhouette.high,
        silhouette_songs=scores.silhouette.songs,
        null_silhouette=scores.null and scores.null.silhouette,
        null_deviation=scores.null and scores.null.deviation,
        null_cloud_silhouette=scores.cloud and scores.cloud.silhouette,
        null_cloud_deviation=scores.cloud and scores.cloud.deviation,
        borders=scores.borders.to_dict() if scores.borders else {},
        davies_bouldin=scores.davies_bouldin,
        calinski_harabasz=scores.calinski_harabasz,
        inertia=totals.inertia,
        bic=partition.bic,
        associations={name: asdict(association) for name, association in labels.associations.items()},
        explained_variance=list(result.fit.projection.explained_variance),
        model=result.fit.model.to_dict(),
        overall={name: summary.to_dict() for name, summary in _summaries(result).items()},
    )


def _summaries(result: RunResult) -> dict[str, FeatureSummary]:
    totals, edges = result.totals, result.description.columns.edges
    return {
        name: FeatureSummary(edges[name], float(mean), float(deviation))
        for name, mean, deviation in zip(edges, totals.means, totals.deviations, strict=True)
    }


def _clusters(run: Run, result: RunResult, labels: Labels) -> list[Cluster]:
    description, scores, totals = result.description, result.scores, result.totals
    exemplars = one_version_lists(totals.exemplars, EXEMPLARS)
    popular = one_version_lists(totals.popular, POPULAR)
    borderline = one_version_lists(totals.borderline, BORDERLINE)
    clusters = []
    for profile, name, silhouette in zip_longest(
        description.profiles, description.names, scores.silhouette.per_cluster
    ):  # the songs of no cluster have no silhouette
        index = profile.index
        clusters.append(
            Cluster(
                run=run,
                index=index,
                size=profile.size,
                share=profile.share,
                generated_name=name.name,
                sentence=name.sentence,
                color_index=NOISE_COLOR if profile.is_noise else index,
                is_noise=profile.is_noise,
                **_silhouette_fields(silhouette),
                stability=None if profile.is_noise else scores.stability[index],
                means=profile.means,
                medians=profile.medians,
                deviations=profile.deviations,
                z=profile.z,
                effects=profile.effects,
                scaled_means=profile.scaled_means,
                histograms=profile.histograms,
                exemplars=exemplars[index],
                popular=popular[index],
                borderline=borderline[index],
                genres=[asdict(genre) for genre in labels.genres[index]],
                decades=[asdict(decade) for decade in labels.decades[index]],
                neighbors=[asdict(neighbor) for neighbor in _neighbors(totals.neighbors[index], index)],
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


def _neighbors(counts: NDArray[np.int64], index: int) -> list[Neighbor]:
    """Return the second-nearest clusters of a cluster's songs, those of most songs first."""
    order = np.argsort(-counts, kind="stable").tolist()
    return [Neighbor(other, int(counts[other])) for other in order if counts[other] and other != index]
