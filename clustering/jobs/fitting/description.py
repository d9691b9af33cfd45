"""Measuring and describing the clusters of songs that are all in memory: a run's own, or those of its sample."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.borders import Borders, follow_centers, measure_borders
from clustering.analysis.choosing.candidates import draw_songs
from clustering.analysis.choosing.reference import Null, measure_cloud_null, measure_null
from clustering.analysis.describing.labels import count_decades
from clustering.analysis.describing.naming import name_clusters
from clustering.analysis.describing.profiles import CANDIDATES, POPULAR, ProfileColumns, build_profiles
from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.progress import Progress
from clustering.analysis.run_settings import MIN_K, RunSettings
from clustering.analysis.scores.cluster_stability import Resampling, jaccard_stability
from clustering.analysis.scores.quality import calinski_harabasz, davies_bouldin, measure_spread
from clustering.analysis.scores.silhouette import measure_silhouette
from clustering.analysis.threads import one_thread
from clustering.jobs.fitting.preparation import PreparedSongs
from clustering.jobs.fitting.result import Description, Fit, RunResult, Scores, Totals
from clustering.jobs.fitting.steps import Steps


def measure_fit(fit: Fit, steps: Steps) -> RunResult:
    """Measure, describe and count the clusters of all songs, without the database: it is called in a thread."""
    songs, partition = fit.songs, fit.partition
    seed = songs.preparation.settings.seed
    progress = steps.report("Measuring")
    # the silhouette takes as long as all the rest: both at once, each on one core
    with steps.time("measure"), one_thread(), ThreadPoolExecutor(1, thread_name_prefix="silhouette") as pool:
        measuring = pool.submit(
            measure_silhouette, songs.scaled, partition.labels, seed=seed, progress=progress
        )
        quietly = replace(steps, reporter=Beside(measuring))
        stability = measure_stability(fit, quietly)
        spread = measure_spread(songs.scaled, partition)
        description = describe(fit, quietly)
        totals = _count(fit, description)
        silhouette = measuring.result()
    scores = Scores(
        silhouette=silhouette,
        measured_ids=songs.song_ids[silhouette.rows],
        stability=stability,
        null=measure_shuffled(fit, steps),
        cloud=measure_one_cloud(fit, steps),
        borders=find_borders(fit, steps),
        davies_bouldin=davies_bouldin(spread),
        calinski_harabasz=calinski_harabasz(spread),
    )
    return RunResult(fit, scores, description, totals)


@dataclass(frozen=True)
class Beside:
    """Reports nothing of what is done beside work that is reported, but stops where that was stopped."""

    work: Future[Any]

    def stage(self, name: str) -> Progress:
        """Return the callback that raises what ended the other work."""

        def progress(done: int, total: int) -> None:
            if self.work.done():
                self.work.result()

        return progress


def describe(fit: Fit, steps: Steps) -> Description:
    """Describe and name the clusters of a fit."""
    steps.report("Describing the groups")
    songs, scaling = fit.songs, fit.songs.preparation.scaling
    columns = ProfileColumns.of(songs.values, scaling.features, scaling.columns)
    profiles = build_profiles(songs.values, songs.scaled, fit.partition, columns)
    return Description(columns, profiles, name_clusters(profiles, scaled=fit.scaled))


def measure_stability(fit: Fit, steps: Steps) -> tuple[float | None, ...]:
    """Return Hennig's mean Jaccard index of each cluster."""
    settings, songs, k = fit.songs.preparation.settings, fit.songs.scaled, len(fit.partition.centroids)
    algorithm = ALGORITHMS[settings.algorithm]
    refit = algorithm.refit or algorithm.fit

    def refit_sample(sample: NDArray[np.float32], seed: int) -> NDArray[np.int32]:
        return refit(sample, _size_of_refit(settings, k, len(sample) / len(songs)), seed=seed).labels

    return jaccard_stability(
        songs,
        fit.partition.labels,
        Resampling(refit_sample, settings.seed, algorithm.stability_songs),
        clusters=k,
        progress=steps.report("Testing stability on other samples"),
    )


def _size_of_refit(settings: RunSettings, k: int, share: float) -> int:
    """Return the number of clusters, or the smallest size of one: in a share of the songs it is as much smaller."""
    if ALGORITHMS[settings.algorithm].needs_n_clusters:
        return k
    return max(MIN_K, round((settings.min_cluster_size or MIN_K) * share))


def measure_shuffled(fit: Fit, steps: Steps) -> Null | None:
    """Measure what as many clusters of shuffled songs score, found by K-Means whatever the algorithm of the run.

    Where the algorithm decides on the number of clusters, the silhouette leaves songs out and there is nothing to
    compare it with.
    """
    settings = fit.songs.preparation.settings
    with steps.time("null"):
        if not ALGORITHMS[settings.algorithm].needs_n_clusters:
            return None
        with suppress(
            AnalysisError
        ):  # where nearly all songs are alike, the few that are shuffled may all be
            return measure_null(
                fit.songs.scaled,
                len(fit.partition.centroids),
                seed=settings.seed,
                progress=steps.report("Computing the random baseline"),
            )
        return None


def measure_one_cloud(fit: Fit, steps: Steps) -> Null | None:
    """Measure what as many clusters of one cloud score, with the songs' correlations, where `measure_shuffled` does."""
    settings, songs = fit.songs.preparation.settings, fit.songs.scaled
    with steps.time("null"):
        if not ALGORITHMS[settings.algorithm].needs_n_clusters:
            return None
        drawn = songs[draw_songs(len(songs), seed=settings.seed)]
        with suppress(AnalysisError):
            return measure_cloud_null(
                drawn,
                len(fit.partition.centroids),
                seed=settings.seed,
                progress=steps.report("Computing the one-cloud baseline"),
            )
        return None


def find_borders(fit: Fit, steps: Steps) -> Borders | None:
    """Find out which clusters stand apart, on a sample; None where they are not those of the nearest center."""
    seed, partition = fit.songs.preparation.settings.seed, fit.partition
    with steps.time("borders"):
        rows = draw_songs(len(fit.songs.scaled), seed=seed)
        songs, labels = fit.songs.scaled[rows], partition.labels[rows]
        if len(partition.centroids) < MIN_K or not follow_centers(songs, labels, partition.centroids):
            return None
        return measure_borders(
            songs, partition.centroids, seed=seed, progress=steps.report("Checking the borders")
        )


def _count(fit: Fit, description: Description) -> Totals:
    songs, partition, profiles = fit.songs, fit.partition, description.profiles
    labels, k = partition.numbered, len(profiles)
    neighbors = np.bincount(labels.astype(np.int64) * k + partition.second, minlength=k * k)
    return Totals(
        sizes=np.bincount(labels, minlength=k),
        left_out=songs.left_out,
        inertia=partition.inertia,
        means=songs.values.mean(axis=0, dtype=np.float64),
        deviations=songs.values.std(axis=0, dtype=np.float64),
        exemplars=[songs.song_ids[list(profile.exemplars)].tolist() for profile in profiles],
        popular=[_most_popular(songs, np.flatnonzero(labels == cluster)) for cluster in range(k)],
        borderline=[songs.song_ids[list(profile.borderline)].tolist() for profile in profiles],
        neighbors=neighbors.reshape(k, k),
        decades=count_decades(labels, songs.release_year, k),
    )


def _most_popular(songs: PreparedSongs, rows: NDArray[np.intp]) -> list[int]:
    rows = rows[~np.isnan(songs.popularity[rows])]
    best = np.argsort(-songs.popularity[rows], kind="stable")[: CANDIDATES * POPULAR]
    ids: list[int] = songs.song_ids[rows[best]].tolist()
    return ids
