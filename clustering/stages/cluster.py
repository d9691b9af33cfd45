"""From stored songs to groups: load, scale, choose k, fit, project, measure, describe, save."""

from __future__ import annotations

import platform
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import sklearn
from numpy.typing import NDArray

from clustering.analysis import AnalysisError, choosing_k, partition, profiles, projection, quality
from clustering.analysis.features import FEATURES
from clustering.analysis.naming import name_clusters
from clustering.analysis.progress import Progress
from clustering.analysis.scaling import fit_scaling
from clustering.analysis.silhouette import measure_silhouette
from clustering.bulk import songs
from clustering.models import Job, Run
from clustering.stages import Reporter, Save
from clustering.stages.findings import Findings, Loaded, save_findings


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
            save_findings(run, found, progress)
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
        silhouette = measure_silhouette(
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


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), "scikit-learn": sklearn.__version__, "numpy": np.__version__}
