"""The flow of a run, from stored songs to stored clusters: prepare, fit, project, measure, describe, save."""

from __future__ import annotations

import platform
import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version

from clustering.analysis import AnalysisError
from clustering.analysis.partition import fit_partition
from clustering.analysis.projection import fit_projection
from clustering.analysis.run_settings import RunSettings
from clustering.jobs.fitting.description import measure_fit
from clustering.jobs.fitting.memory import require_memory
from clustering.jobs.fitting.preparation import prepare_songs
from clustering.jobs.fitting.result import Fit, RunResult
from clustering.jobs.fitting.sampled import measure_sampled_fit
from clustering.jobs.fitting.saving import (
    Genres,
    save_result,
    write_in_batches,
    write_measured,
    write_unmeasured,
)
from clustering.jobs.fitting.steps import Steps
from clustering.jobs.kind import Reporter
from clustering.models import Run

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas")
"""What the labels and scores of a run can depend on; its notebook reads with pandas."""


@dataclass(frozen=True)
class RunWork:
    """A run before anything of it is stored: on a sample all that it found, else the fit alone."""

    run: Run
    found: Fit | RunResult
    steps: Steps


def group_songs(run: Run, reporter: Reporter) -> RunWork:
    """Find the clusters of a run's songs; those of a sample are measured too."""
    steps = Steps(reporter)
    fit = _fit(run, steps)
    if run.sample_size is None:
        return RunWork(run, fit, steps)
    return RunWork(run, measure_sampled_fit(run, fit, steps), steps)


def save_run(work: RunWork) -> None:
    """Store a run; where all songs are in memory, measure them meanwhile."""
    run, steps = work.run, work.steps
    with steps.time("save"):
        if isinstance(work.found, RunResult):
            result = work.found
            genres = write_in_batches(run, result, steps.report("Saving"))
        else:
            result, genres = _write_while_measuring(run, work.found, steps)
        save_result(run, result, genres)
    run.record_results(
        timings=steps.seconds | {"total": steps.total}, peak_mb=_peak_mb(), versions=_versions()
    )


def _write_while_measuring(run: Run, fit: Fit, steps: Steps) -> tuple[RunResult, Genres]:
    """Write assignments while the clusters are measured, and those of the measured songs after that.

    That is within the transaction on purpose. PostgreSQL writes on a core of its own, and takes longer for it than
    measuring does: at ten million songs 57 seconds, of which measuring fills 32. A transaction that began after
    measuring would be no shorter, and the run half a minute longer.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="measure") as pool:
        measuring = pool.submit(measure_fit, fit, steps)
        genres = write_unmeasured(run, fit)
        result = measuring.result()
    write_measured(run, result, steps.report("Saving"))
    return result, genres


def _fit(run: Run, steps: Steps) -> Fit:
    require_memory(
        run.dataset.songs_count,
        len(run.features),
        sample_size=run.sample_size,
        can_sample=run.algorithm_spec.by_centers,
    )
    with steps.time("features"):
        songs = prepare_songs(run.dataset, run.settings, steps.report("Loading features"))
    settings = _advised_settings(run, steps)
    with steps.time("fit"):
        partition = fit_partition(songs.scaled, settings, progress=steps.report("Grouping songs"))
    with steps.time("project"):
        steps.report("Drawing the map")
        projection = fit_projection(songs.scaled)
    return Fit(songs, partition, projection, run.dataset.scaled_features)


def _advised_settings(run: Run, steps: Steps) -> RunSettings:
    """Return the settings of a run, with the number of clusters that was advised where nobody chose one."""
    settings = run.settings
    if settings.n_clusters is not None or not run.algorithm_spec.needs_n_clusters:
        return settings
    if run.sweep is None or run.sweep.recommended_k is None:
        raise AnalysisError("The advice on the number of groups was deleted. Start the run again.")
    steps.add("choose_k", run.sweep.seconds)  # work for this run too, by whichever workers
    return replace(settings, n_clusters=run.sweep.recommended_k)


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
