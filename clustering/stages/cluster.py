"""From stored songs to groups: load, scale, choose k, fit, project, measure, describe, save."""

from __future__ import annotations

import platform
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sklearn
from django.utils import timezone
from numpy.typing import NDArray

from clustering.analysis import AnalysisError, choosing_k, partition, profiles, projection, quality
from clustering.analysis.features import FEATURES
from clustering.analysis.naming import ClusterName, name_clusters
from clustering.analysis.progress import Progress
from clustering.analysis.scaling import Scaling, fit_scaling
from clustering.bulk import assignments, songs
from clustering.models import Assignment, Cluster, Job, Run, RunCandidate
from clustering.stages import Reporter, Save

DRAWN_SONGS = 2_000
DRAWN_PER_CLUSTER = 20
POPULAR_SONGS = 100
GENRES_PER_CLUSTER = 12
FEWEST_GENRE_SONGS = 5
ANALYZE_FROM = 10_000


@dataclass
class Stopwatch:
    """Seconds per step of a run."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        """Add the time of the block to a step."""
        started = time.perf_counter()
        yield
        self.seconds[step] = round(self.seconds.get(step, 0.0) + time.perf_counter() - started, 3)


@dataclass(frozen=True)
class Loaded:
    """The songs that take part: ids, feature values without gaps, popularity (NaN where unknown)."""

    song_ids: NDArray[np.int64]
    values: NDArray[np.float32]
    popularity: NDArray[np.float32]
    left_out: int
    medians: dict[str, float]


@dataclass(frozen=True)
class Findings:
    """Everything that a run found, before it is saved."""

    loaded: Loaded
    scaling: Scaling
    candidates: tuple[choosing_k.KCandidate, ...]
    groups: partition.Partition
    plane: projection.Projection
    silhouette: quality.Silhouette
    davies_bouldin: float
    calinski_harabasz: float
    edges: dict[str, tuple[float, ...]]
    profiles: tuple[profiles.Profile, ...]
    names: tuple[ClusterName, ...]


def cluster_songs(job: Job, reporter: Reporter) -> Save:
    """Group the songs of a run's dataset and describe the groups."""
    run = job.run
    if run is None:
        raise AnalysisError("The run was deleted.")
    watch = Stopwatch()
    found = _analyse(run, reporter, watch)

    def save() -> list[int]:
        progress = reporter.stage("Saving")
        with watch.time("save"):
            _save(run, found, progress)
        watch.seconds["total"] = round(sum(watch.seconds.values()), 3)
        run.record_results(timings=watch.seconds, peak_mb=_peak_mb(), versions=_versions())
        return []

    return save


def _analyse(run: Run, reporter: Reporter, watch: Stopwatch) -> Findings:
    with watch.time("features"):
        loaded = _load(run, reporter.stage("Loading features"))
        scaling = fit_scaling(loaded.values, run.features, scaler=run.scaler)
        scaled = scaling.transform(loaded.values)
    k = run.k_requested
    candidates: tuple[choosing_k.KCandidate, ...] = ()
    if k is None:
        with watch.time("choose_k"):
            choice = choosing_k.best_silhouette_k(
                scaled, seed=run.seed, progress=reporter.stage("Choosing the number of groups")
            )
            k, candidates = choice.k, choice.candidates
    with watch.time("fit"):
        groups = partition.fit_kmeans(scaled, k, seed=run.seed, progress=reporter.stage("Grouping songs"))
    with watch.time("project"):
        reporter.stage("Drawing the map")(0, 0)
        plane = projection.fit_projection(scaled)
    with watch.time("measure"):
        silhouette = quality.measure_silhouette(
            scaled, groups.labels, seed=run.seed, progress=reporter.stage("Measuring")
        )
        davies_bouldin = quality.davies_bouldin(scaled, groups)
        calinski_harabasz = quality.calinski_harabasz(scaled, groups)
        reporter.stage("Describing the groups")(0, 0)
        edges = profiles.shared_bins(loaded.values, run.features)
        described = profiles.build_profiles(loaded.values, scaled, groups, run.features)
    return Findings(
        loaded=loaded,
        scaling=scaling,
        candidates=candidates,
        groups=groups,
        plane=plane,
        silhouette=silhouette,
        davies_bouldin=davies_bouldin,
        calinski_harabasz=calinski_harabasz,
        edges=edges,
        profiles=described,
        names=name_clusters(described),
    )


def _load(run: Run, progress: Progress) -> Loaded:
    matrix = songs.load_matrix(run.dataset, [*run.features, "popularity"], progress=progress)
    values, popularity = matrix.values[:, :-1], matrix.values[:, -1]
    gaps: NDArray[np.bool_] = np.isnan(values)
    empty = [
        name for name, all_gone in zip(run.features, np.asarray(gaps.all(axis=0)), strict=True) if all_gone
    ]
    if empty:
        labels = ", ".join(FEATURES[name].label if name in FEATURES else name for name in empty)
        raise AnalysisError(f"No song has a value for {labels}. Leave it out of the features.")
    medians: dict[str, float] = {}
    if run.missing == Run.Missing.MEDIAN:
        middle = np.nanmedian(values, axis=0)
        medians = dict(zip(run.features, (float(m) for m in middle), strict=True))
        # a song with nothing at all would only be put where the medians meet
        keep = ~np.asarray(gaps.all(axis=1))
        values = np.where(gaps, middle.astype(np.float32), values)
    else:
        keep = ~np.asarray(gaps.any(axis=1))
    if not keep.all():
        values, popularity, ids = values[keep], popularity[keep], matrix.song_ids[keep]
    else:
        ids = matrix.song_ids
    left_out = len(keep) - len(ids)
    if len(ids) < 3:
        raise AnalysisError(
            f"Only {len(ids)} of {len(keep):,} songs have a value for every chosen feature, and at least 3 are "
            "needed. Choose fewer features, or fill gaps with the median."
        )
    return Loaded(ids, np.ascontiguousarray(values), popularity, left_out, medians)


def _save(run: Run, found: Findings, progress: Progress) -> None:
    groups, silhouette = found.groups, found.silhouette
    size = len(groups.labels)
    measured = np.full(size, np.nan, dtype=np.float32)
    measured[silhouette.rows] = silhouette.values
    assignments.copy_assignments(
        run,
        assignments.Placement(
            song_ids=found.loaded.song_ids,
            cluster=groups.labels,
            second=groups.second,
            distance=groups.distances,
            x=found.plane.coordinates[:, 0],
            y=found.plane.coordinates[:, 1],
            sampled=_drawn(groups.labels, seed=run.seed),
            silhouette=measured,
        ),
        progress=progress,
    )
    if size >= ANALYZE_FROM:
        songs.refresh_statistics(Assignment._meta.db_table)
    Cluster.objects.bulk_create(_clusters(run, found))
    RunCandidate.objects.bulk_create(_candidates(run, found.candidates))
    run.record_results(
        finished_at=timezone.now(),
        k=len(found.profiles),
        songs_count=size,
        left_out=found.loaded.left_out,
        silhouette=silhouette.mean,
        silhouette_low=silhouette.low,
        silhouette_high=silhouette.high,
        silhouette_songs=silhouette.songs,
        davies_bouldin=found.davies_bouldin,
        calinski_harabasz=found.calinski_harabasz,
        inertia=groups.inertia,
        explained_variance=list(found.plane.explained_variance),
        model=_model(run, found),
        overall=_overall(run, found),
    )


def _drawn(labels: NDArray[np.int32], *, seed: int) -> NDArray[np.bool_]:
    """Choose the songs of the small map: in proportion, but no cluster without its share."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros(len(labels), dtype=np.bool_)
    for cluster in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == cluster)
        wanted = max(DRAWN_PER_CLUSTER, round(DRAWN_SONGS * len(members) / len(labels)))
        drawn[rng.choice(members, size=min(wanted, len(members)), replace=False)] = True
    return drawn


def _clusters(run: Run, found: Findings) -> list[Cluster]:
    genres = _genres(run, found)
    ids = found.loaded.song_ids
    clusters = []
    for profile, name, silhouette in zip(
        found.profiles, found.names, found.silhouette.per_cluster, strict=True
    ):
        clusters.append(
            Cluster(
                run=run,
                index=profile.index,
                size=profile.size,
                share=profile.share,
                generated_name=name.name,
                sentence=name.sentence,
                color_index=profile.index,
                silhouette=silhouette.mean,
                silhouette_low=silhouette.low,
                silhouette_high=silhouette.high,
                silhouette_songs=silhouette.songs,
                silhouette_share_negative=silhouette.share_negative,
                means=profile.means,
                medians=profile.medians,
                deviations=profile.deviations,
                z=profile.z,
                effects=profile.effects,
                scaled_means=profile.scaled_means,
                histograms=profile.histograms,
                exemplars=[int(i) for i in ids[list(profile.exemplars)]],
                popular=_popular(found, profile.index),
                borderline=[int(i) for i in ids[list(profile.borderline)]],
                genres=genres.get(profile.index, []),
            )
        )
    return clusters


def _popular(found: Findings, index: int) -> list[int]:
    members = np.flatnonzero(found.groups.labels == index)
    members = members[~np.isnan(found.loaded.popularity[members])]
    best = np.argsort(-found.loaded.popularity[members], kind="stable")[:POPULAR_SONGS]
    return [int(i) for i in found.loaded.song_ids[members[best]]]


def _genres(run: Run, found: Findings) -> dict[int, list[dict[str, Any]]]:
    """Compare how often each genre is in a cluster with how often it is anywhere."""
    counts = assignments.count_genres(run)
    overall: dict[str, int] = {}
    for row in counts:
        overall[row.genre] = overall.get(row.genre, 0) + row.count
    sizes = {profile.index: profile.size for profile in found.profiles}
    total = len(found.groups.labels)
    genres: dict[int, list[dict[str, Any]]] = {}
    for row in counts:
        if overall[row.genre] < FEWEST_GENRE_SONGS:
            continue
        share = row.count / sizes[row.cluster]
        lift = share / (overall[row.genre] / total)
        genres.setdefault(row.cluster, []).append(
            {"genre": row.genre, "count": row.count, "share": share, "lift": lift}
        )
    for index, rows in genres.items():
        rows.sort(key=lambda row: (-row["count"], row["genre"]))
        genres[index] = sorted(rows[:GENRES_PER_CLUSTER], key=lambda row: (-row["lift"], row["genre"]))
    return genres


def _candidates(run: Run, candidates: tuple[choosing_k.KCandidate, ...]) -> list[RunCandidate]:
    return [
        RunCandidate(
            run=run,
            k=c.k,
            silhouette=c.silhouette,
            silhouette_low=c.silhouette_low,
            silhouette_high=c.silhouette_high,
            davies_bouldin=c.davies_bouldin,
            calinski_harabasz=c.calinski_harabasz,
            inertia=c.inertia,
            smallest_cluster=c.smallest_cluster,
        )
        for c in candidates
    ]


def _model(run: Run, found: Findings) -> dict[str, Any]:
    return {
        "scaling": found.scaling.to_dict(),
        "centroids": found.groups.centroids.tolist(),
        "axes": found.plane.axes.tolist(),
        "pca_mean": found.plane.mean.tolist(),
        "axis_words": list(projection.axis_words(found.plane, run.features)),
        "medians": found.loaded.medians,
    }


def _overall(run: Run, found: Findings) -> dict[str, Any]:
    values = found.loaded.values
    means = values.mean(axis=0, dtype=np.float64)
    deviations = values.std(axis=0, dtype=np.float64)
    return {
        name: {"edges": list(found.edges[name]), "mean": float(means[i]), "deviation": float(deviations[i])}
        for i, name in enumerate(run.features)
    }


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), "scikit-learn": sklearn.__version__, "numpy": np.__version__}
