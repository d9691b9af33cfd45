"""Runs whose clusters were found on a sample: all songs are read, assigned and counted in batches.

They are read three times and never held: to count the clusters, which are numbered by their sizes; to measure them;
and to write the assignments once all is known. Reading is cheap beside writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.describing.accumulation import ClusterAccumulator, TopK
from clustering.analysis.describing.labels import count_decades
from clustering.analysis.describing.naming import name_clusters
from clustering.analysis.partition import assign, numbered_by
from clustering.analysis.partition.result import refuse_empty
from clustering.analysis.prediction.assignment import Assignments, assign_songs
from clustering.analysis.progress import Progress
from clustering.analysis.scores.quality import calinski_harabasz, davies_bouldin
from clustering.analysis.scores.silhouette import SAMPLED_SONGS, SilhouetteAccumulator, sample_sizes
from clustering.jobs.fitting.description import (
    describe,
    find_borders,
    measure_one_cloud,
    measure_shuffled,
    measure_stability,
)
from clustering.jobs.fitting.preparation import PreparedSongs, prepare_in_batches
from clustering.jobs.fitting.result import Fit, RunResult, Scores, Totals
from clustering.jobs.fitting.steps import Steps
from clustering.models import Run


@dataclass(frozen=True)
class SilhouetteSample:
    """A random sample of each cluster: ``song_ids`` (n,) ascending, ``scaled`` (n, d) and ``labels`` (n,)."""

    song_ids: NDArray[np.int64]
    scaled: NDArray[np.float32]
    labels: NDArray[np.int32]


@dataclass(frozen=True)
class ClusterCounts:
    """All songs by cluster: ``sizes`` (k,), and ``means`` (k, d) of the scaled songs."""

    sizes: NDArray[np.int64]
    means: NDArray[np.float64]
    left_out: int


def measure_sampled_fit(run: Run, fit: Fit, steps: Steps) -> RunResult:
    """Measure, describe and count the clusters by all songs, wherever sums over batches tell; else by the sample."""
    with steps.time("fit"):
        fit, counts, sample = _count_clusters(run, fit, steps.report("Assigning all songs"))
    with steps.time("measure"):
        stability = measure_stability(fit, steps)
        description = describe(fit, steps)
    null, cloud = measure_shuffled(fit, steps), measure_one_cloud(fit, steps)
    borders = find_borders(fit, steps)
    with steps.time("measure"):
        accumulator = ClusterAccumulator(
            description.columns,
            centers=fit.partition.centroids,
            means=counts.means,
            origin=fit.songs.values.mean(axis=0, dtype=np.float64),
        )
        silhouettes = SilhouetteAccumulator(
            sample.scaled,
            sample.labels,
            clusters=len(counts.sizes),
            origin=counts.sizes @ counts.means / counts.sizes.sum(),
        )
        decades: Counter[tuple[int, int]] = Counter()
        for batch, places in assign_in_batches(run, fit, steps.report("Measuring all songs")):
            accumulator.add(batch, places)
            silhouettes.add(batch.scaled, places.labels)
            decades.update(_decades_of(batch, places, len(counts.sizes)))
        profiles = accumulator.complete(description.profiles)
        scores = Scores(
            silhouette=silhouettes.estimate(),
            measured_ids=sample.song_ids,
            stability=stability,
            null=null,
            cloud=cloud,
            borders=borders,
            davies_bouldin=davies_bouldin(accumulator.spread),
            calinski_harabasz=calinski_harabasz(accumulator.spread),
        )
        return RunResult(
            fit,
            scores,
            replace(description, profiles=profiles, names=name_clusters(profiles, scaled=fit.scaled)),
            _totals(accumulator, counts.left_out, decades),
        )


def assign_in_batches(run: Run, fit: Fit, progress: Progress) -> Iterator[tuple[PreparedSongs, Assignments]]:
    """Yield all songs of a run, and where they belong."""
    for batch in prepare_in_batches(run.dataset, fit.songs.preparation, progress):
        yield batch, assign_songs(batch.scaled, fit.model, algorithm=run.algorithm)


def _count_clusters(run: Run, fit: Fit, progress: Progress) -> tuple[Fit, ClusterCounts, SilhouetteSample]:
    """Count all songs by cluster, number the clusters by that, and sample the songs whose silhouette is measured."""
    centroids = fit.partition.centroids
    k, width = centroids.shape
    sizes, sums, left_out = np.zeros(k, dtype=np.int64), np.zeros((k, width)), 0
    samples = [TopK(SAMPLED_SONGS) for _ in range(k)]
    rng = np.random.default_rng(run.seed)
    for batch in prepare_in_batches(run.dataset, fit.songs.preparation, progress):
        labels = assign(batch.scaled, centroids).labels
        sizes += np.bincount(labels, minlength=k)
        for column in range(width):
            sums[:, column] += np.bincount(labels, weights=batch.scaled[:, column], minlength=k)
        random = rng.random(len(labels))
        for cluster, sample in enumerate(samples):
            rows = np.flatnonzero(labels == cluster)
            sample.add(random[rows], batch.song_ids[rows], batch.scaled[rows])
        left_out += batch.left_out
    refuse_empty(sizes)  # of songs between two centers, a batch may round one to the other
    partition, former = numbered_by(fit.partition, sizes)
    sizes, means = sizes[former], (sums / sizes[:, None])[former]
    measured = _silhouette_sample([samples[number] for number in former], sizes)
    return replace(fit, partition=partition), ClusterCounts(sizes, means, left_out), measured


def _silhouette_sample(samples: list[TopK], sizes: NDArray[np.int64]) -> SilhouetteSample:
    chosen = [sample.columns(size) for sample, size in zip(samples, sample_sizes(sizes), strict=True)]
    song_ids, scaled = (np.concatenate(column) for column in zip(*chosen, strict=True))
    labels = np.repeat(np.arange(len(sizes), dtype=np.int32), [len(ids) for ids, _ in chosen])
    order = np.argsort(song_ids)
    return SilhouetteSample(song_ids[order], scaled[order], labels[order])


def _decades_of(batch: PreparedSongs, places: Assignments, clusters: int) -> dict[tuple[int, int], int]:
    """Count the songs of a batch by decade and cluster."""
    return {
        (decade, cluster): int(count)
        for decade, counts in count_decades(places.labels, batch.release_year, clusters).items()
        for cluster, count in enumerate(counts)
    }


def _totals(accumulator: ClusterAccumulator, left_out: int, decades: Counter[tuple[int, int]]) -> Totals:
    moments, clusters = accumulator.moments, range(len(accumulator.sizes))
    return Totals(
        sizes=accumulator.sizes,
        left_out=left_out,
        inertia=accumulator.inertia,
        means=moments.overall_mean,
        deviations=moments.overall_deviation,
        exemplars=[nearest.ids for nearest in accumulator.exemplars],
        popular=[popular.ids for popular in accumulator.popular],
        borderline=[borderline.ids for borderline in accumulator.borderline],
        neighbors=accumulator.neighbors,
        decades={
            decade: np.array([decades[decade, cluster] for cluster in clusters])
            for decade in sorted({decade for decade, _ in decades})
        },
    )
