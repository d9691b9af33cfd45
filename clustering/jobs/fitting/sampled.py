"""All songs of a run whose groups were found on a sample: read, placed and counted in batches.

They are read three times, and none is held: to count the groups, which are numbered by their sizes; to measure them;
and to write where the songs landed, when all is known. Reading is cheap beside writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import partition
from clustering.analysis.describing.accumulation import ClusterAccumulator, Songs, TopK
from clustering.analysis.describing.naming import name_clusters
from clustering.analysis.partition.result import refuse_empty
from clustering.analysis.prediction.assignment import Assignments, assign_songs
from clustering.analysis.progress import Progress
from clustering.analysis.scores.quality import calinski_harabasz, davies_bouldin
from clustering.analysis.scores.silhouette import SAMPLED_SONGS, SilhouetteAccumulator, songs_wanted
from clustering.jobs.fitting.genres import count_decades
from clustering.jobs.fitting.preparation import Prepared, prepare_in_batches
from clustering.jobs.fitting.results import (
    ANALYZE_FROM,
    POPULAR_SONGS,
    Description,
    Findings,
    Grouped,
    Whole,
    drawn_songs,
    record_findings,
)
from clustering.models import Assignment, Run
from clustering.storage import assignments, members, songs


@dataclass(frozen=True)
class Reach:
    """How far the groups of a sample reach among all songs.

    ``sizes`` (k,), ``means`` (k, d) of the scaled songs, and of all songs those drawn by lot whose silhouette is to be
    measured: ``song_ids`` (n,) ascending, ``scaled`` (n, d) and ``labels`` (n,).
    """

    sizes: NDArray[np.int64]
    means: NDArray[np.float64]
    left_out: int
    song_ids: NDArray[np.int64]
    scaled: NDArray[np.float32]
    labels: NDArray[np.int32]


@dataclass(frozen=True)
class FoundAll:
    """Everything that is known of a run, and which songs have a silhouette."""

    findings: Findings
    whole: Whole
    measured: NDArray[np.int64]


def reach_all(run: Run, grouped: Grouped, progress: Progress) -> tuple[Grouped, Reach]:
    """Count the songs of each group, number the groups by that, and draw the songs to measure."""
    k, width = grouped.groups.centroids.shape
    sizes, sums, left_out = np.zeros(k, dtype=np.int64), np.zeros((k, width)), 0
    lots = [TopK(SAMPLED_SONGS) for _ in range(k)]
    rng = np.random.default_rng(run.seed)
    for batch in prepare_in_batches(run.dataset, run.settings, grouped.prepared, progress):
        labels = partition.assign(batch.scaled, grouped.groups.centroids).labels
        sizes += np.bincount(labels, minlength=k)
        for column in range(width):
            sums[:, column] += np.bincount(labels, weights=batch.scaled[:, column], minlength=k)
        numbers = rng.random(len(labels))
        for cluster, lot in enumerate(lots):
            rows = np.flatnonzero(labels == cluster)
            lot.add(numbers[rows], batch.song_ids[rows], batch.scaled[rows])
        left_out += batch.left_out
    refuse_empty(sizes)  # of songs between two centers, a batch may round one to the other
    groups, former = partition.numbered_by(grouped.groups, sizes)
    sizes, sums = sizes[former], sums[former]
    drawn = [lots[old].columns(wanted) for old, wanted in zip(former, songs_wanted(sizes), strict=True)]
    song_ids, scaled = (np.concatenate(column) for column in zip(*drawn, strict=True))
    labels = np.repeat(np.arange(k, dtype=np.int32), [len(ids) for ids, _ in drawn])
    order = np.argsort(song_ids)
    reach = Reach(sizes, sums / sizes[:, None], left_out, song_ids[order], scaled[order], labels[order])
    return replace(grouped, groups=groups), reach


def measure_all(
    run: Run, grouped: Grouped, description: Description, reach: Reach, progress: Progress
) -> FoundAll:
    """Put what is true of all songs in the place of what was found of the sample, wherever batches can be added up."""
    k, prepared = len(reach.sizes), grouped.prepared
    tally = ClusterAccumulator(
        run.features,
        description.edges,
        centers=grouped.groups.centroids,
        means=reach.means,
        middle=prepared.values.mean(axis=0, dtype=np.float64),
        popular=POPULAR_SONGS,
    )
    middle = reach.sizes @ reach.means / reach.sizes.sum()
    compared = SilhouetteAccumulator(reach.scaled, reach.labels, clusters=k, middle=middle)
    decades: Counter[tuple[int, int]] = Counter()
    for batch, places in _placed(run, grouped, progress):
        tally.add(Songs(batch.song_ids, batch.values, batch.scaled, batch.popularity), places)
        compared.add(batch.scaled, places.labels)
        for decade, counts in count_decades(places.labels, batch.release_year, k).items():
            decades.update({(decade, cluster): int(count) for cluster, count in enumerate(counts)})
    profiles = tally.complete(description.profiles, prepared.scaling.columns)
    of_all = replace(
        description,
        davies_bouldin=davies_bouldin(tally.spread()),
        calinski_harabasz=calinski_harabasz(tally.spread()),
        profiles=profiles,
        names=name_clusters(profiles),
    )
    return FoundAll(
        Findings(**vars(grouped), **vars(of_all), silhouette=compared.estimate()),
        _whole(tally, reach, decades),
        reach.song_ids,
    )


def save_all(run: Run, found: FoundAll, progress: Progress) -> None:
    """Write where all songs landed, the groups and the run's scores."""
    findings = found.findings
    sample = findings.prepared.song_ids
    drawn = sample[drawn_songs(findings.groups.labels, seed=run.seed)]
    for batch, places in _placed(run, findings, progress):
        silhouettes = np.full(len(batch.song_ids), np.nan, dtype=np.float32)
        _, here, there = np.intersect1d(
            batch.song_ids, found.measured, assume_unique=True, return_indices=True
        )
        silhouettes[here] = findings.silhouette.values[there]
        placement = assignments.Placement(
            song_ids=batch.song_ids,
            cluster=places.labels,
            second=places.second,
            distance=places.distances,
            x=places.coordinates[:, 0],
            y=places.coordinates[:, 1],
            sampled=np.isin(batch.song_ids, drawn),
            silhouette=silhouettes,
        )
        assignments.copy_assignments(run, placement)
    members.list_members_again(run)
    if found.whole.sizes.sum() >= ANALYZE_FROM:
        songs.refresh_statistics(Assignment._meta.db_table)
    record_findings(run, findings, found.whole, assignments.count_genres(run))


def _placed(run: Run, grouped: Grouped, progress: Progress) -> Iterator[tuple[Prepared, Assignments]]:
    model: dict[str, Any] = {
        "centroids": grouped.groups.centroids,
        "axes": grouped.plane.axes,
        "pca_mean": grouped.plane.mean,
    }
    for batch in prepare_in_batches(run.dataset, run.settings, grouped.prepared, progress):
        yield batch, assign_songs(batch.scaled, model, algorithm=run.algorithm)


def _whole(tally: ClusterAccumulator, reach: Reach, decades: Counter[tuple[int, int]]) -> Whole:
    means, deviations = tally.overall()
    return Whole(
        sizes=tally.sizes,
        left_out=reach.left_out,
        inertia=tally.inertia,
        means=means,
        deviations=deviations,
        exemplars=[one.ids for one in tally.exemplars],
        popular=[one.ids for one in tally.popular],
        borderline=[one.ids for one in tally.borderline],
        neighbors=tally.neighbors,
        decades={
            decade: np.array([decades[decade, cluster] for cluster in range(len(tally.sizes))])
            for decade in sorted({decade for decade, _ in decades})
        },
    )
