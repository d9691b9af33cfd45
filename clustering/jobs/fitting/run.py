"""From stored songs to a run's groups: load, scale, fit, project, measure, describe, save."""

from __future__ import annotations

import platform
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib.metadata import version

from clustering.analysis import AnalysisError, partition, projection
from clustering.analysis.choosing.reference import Null, measure_null
from clustering.analysis.describing import profiles
from clustering.analysis.describing.naming import name_clusters
from clustering.analysis.run_settings import RunSettings
from clustering.analysis.scores import quality
from clustering.analysis.scores.silhouette import measure_silhouette
from clustering.jobs.fitting.memory import require_memory
from clustering.jobs.fitting.preparation import prepare_songs
from clustering.jobs.fitting.results import (
    Description,
    Findings,
    Grouped,
    Whole,
    count_whole,
    save_findings,
    save_places,
)
from clustering.jobs.fitting.sampled import FoundAll, measure_all, reach_all, save_all
from clustering.jobs.fitting.stability import measure_stability
from clustering.jobs.kind import Reporter
from clustering.models import Run

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas")
"""What the labels and scores of a run can depend on; its notebook reads with pandas."""


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
class RunWork:
    """What is found of a run before anything is stored: of all songs on a sample, or the groups alone."""

    run: Run
    found: Grouped | FoundAll
    watch: Stopwatch


def group_songs(run: Run, reporter: Reporter) -> RunWork:
    """Find the groups of a run; on a sample, also where all songs belong, and measure that."""
    watch = Stopwatch()
    grouped = _group(run, reporter, watch)
    if run.sample_size is None:
        return RunWork(run, grouped, watch)
    with watch.time("fit"):
        grouped, reach = reach_all(run, grouped, reporter.stage("Assigning all songs"))
    description = _describe(run, grouped, reporter, watch)
    with watch.time("measure"):
        found = measure_all(run, grouped, description, reach, reporter.stage("Measuring all songs"))
    return RunWork(run, found, watch)


def save_run(work: RunWork, reporter: Reporter) -> None:
    """Store a run's groups, scores and places of its songs."""
    if isinstance(work.found, FoundAll):
        with work.watch.time("save"):
            save_all(work.run, work.found, reporter.stage("Saving"))
    else:
        _measure_and_save(work.run, work.found, reporter, work.watch)
    _record_work(work.run, work.watch)


def _measure_and_save(run: Run, grouped: Grouped, reporter: Reporter, watch: Stopwatch) -> None:
    """Store where songs landed while the groups are measured.

    That is within the transaction on purpose. PostgreSQL writes on a core of its own, and takes longer for it than
    measuring does: at ten million songs 57 seconds, of which measuring fills 32. A transaction that began after
    measuring would be no shorter, and the run half a minute longer.
    """
    started = time.perf_counter()
    with ThreadPoolExecutor(1, thread_name_prefix="measure") as pool:
        measuring = pool.submit(_measure, run, grouped, reporter, watch)
        counted = save_places(run, grouped)
        found, whole = measuring.result()
    save_findings(run, found, whole, counted, progress=reporter.stage("Saving"))
    measured = watch.seconds["measure"] + watch.seconds["null"]
    longer = time.perf_counter() - started - measured
    watch.seconds["save"] = round(longer, 3)  # than measuring took


def _record_work(run: Run, watch: Stopwatch) -> None:
    watch.seconds["total"] = round(sum(watch.seconds.values()), 3)
    run.record_results(timings=watch.seconds, peak_mb=_peak_mb(), versions=_versions())


def _group(run: Run, reporter: Reporter, watch: Stopwatch) -> Grouped:
    require_memory(
        run.dataset.songs_count,
        len(run.features),
        sample_size=run.sample_size,
        can_sample=run.algorithm_spec.by_centers,
    )
    with watch.time("features"):
        prepared = prepare_songs(run.dataset, run.settings, reporter.stage("Loading features"))
    settings = _settled(run, watch)
    with watch.time("fit"):
        groups = partition.fit_partition(prepared.scaled, settings, progress=reporter.stage("Grouping songs"))
    with watch.time("project"):
        reporter.stage("Drawing the map")(0, 0)
        plane = projection.fit_projection(prepared.scaled)
    return Grouped(prepared=prepared, groups=groups, plane=plane)


def _measure(run: Run, grouped: Grouped, reporter: Reporter, watch: Stopwatch) -> tuple[Findings, Whole]:
    """Measure, describe and count the groups, in a thread and so without the database."""
    with watch.time("measure"):
        silhouette = measure_silhouette(
            grouped.prepared.scaled,
            grouped.groups.labels,
            seed=run.seed,
            progress=reporter.stage("Measuring"),
        )
    description = _describe(run, grouped, reporter, watch)
    with watch.time("measure"):
        found = Findings(**vars(grouped), **vars(description), silhouette=silhouette)
        return found, count_whole(found)


def _describe(run: Run, grouped: Grouped, reporter: Reporter, watch: Stopwatch) -> Description:
    prepared, groups = grouped.prepared, grouped.groups
    scaled = prepared.scaled
    with watch.time("measure"):
        stability = measure_stability(
            run.settings, scaled, groups, progress=reporter.stage("Trying the groups on other songs")
        )
        spread = quality.measure_spread(scaled, groups)
        reporter.stage("Describing the groups")(0, 0)
        edges = profiles.shared_bins(prepared.values, run.features)
        described = profiles.build_profiles(
            prepared.values, scaled, groups, run.features, prepared.scaling.columns, edges
        )
        names = name_clusters(described)
    with watch.time("null"):
        null = _null(run, grouped, reporter)
    return Description(
        null=null,
        stability=stability,
        davies_bouldin=quality.davies_bouldin(spread),
        calinski_harabasz=quality.calinski_harabasz(spread),
        edges=edges,
        profiles=described,
        names=names,
    )


def _null(run: Run, grouped: Grouped, reporter: Reporter) -> Null | None:
    """Measure what as many groups of shuffled songs score; K-Means stands for all that make a given number.

    A silhouette without the songs of no group has nothing to be compared with.
    """
    if not run.algorithm_spec.needs_n_clusters:
        return None
    with suppress(AnalysisError):  # of a sea of repeats, the few songs that are shuffled may be all the same
        return measure_null(
            grouped.prepared.scaled,
            len(grouped.groups.centroids),
            seed=run.seed,
            progress=reporter.stage("Comparing with shuffled songs"),
        )
    return None


def _settled(run: Run, watch: Stopwatch) -> RunSettings:
    """Return the settings of a run; a number of groups that nobody chose is what the sweep advises."""
    settings = run.settings
    if settings.n_clusters is not None or not run.algorithm_spec.needs_n_clusters:
        return settings
    if run.sweep is None or run.sweep.recommended_k is None:
        raise AnalysisError("The advice on the number of groups was deleted. Start the run again.")
    watch.seconds["choose_k"] = run.sweep.seconds  # work for this run too, by whichever workers
    return replace(settings, n_clusters=run.sweep.recommended_k)


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
