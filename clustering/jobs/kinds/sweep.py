"""The beginning of advice on the number of groups: draw the songs, then one job for each number."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.candidates import draw_songs
from clustering.analysis.partition import distinct_songs
from clustering.jobs.fitting.memory import require_memory
from clustering.jobs.fitting.preparation import prepare_songs
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.jobs.kinds.candidate import enqueue_trials
from clustering.models import Job, Sweep, SweepSample


@dataclass(frozen=True)
class SweepSongs:
    """The songs (n, d) that all numbers are tried on, and how many of them differ, up to the most groups."""

    sweep: Sweep
    scaled: NDArray[np.float32]
    values: NDArray[np.float32]
    distinct: int
    seconds: float


class StartSweep(JobKind[SweepSongs]):
    """Draws and scales the songs of a sweep once, for all the numbers that are tried on them."""

    name = "sweep"
    label = "Find the best number of groups"
    works_on = ("dataset", "sweep")
    parts_stage = "Finding the best number of groups"

    def compute(self, job: Job, reporter: Reporter) -> SweepSongs:
        """Load, scale and draw the songs."""
        sweep = job.sweep
        if sweep is None:
            raise AnalysisError("The advice was deleted.")
        started = time.perf_counter()
        require_memory(
            sweep.dataset.songs_count,
            len(sweep.features),
            sample_size=sweep.sample_size,
            can_sample=job.run is None or job.run.algorithm_spec.by_centers,
        )
        prepared = prepare_songs(sweep.dataset, sweep.settings, reporter.stage("Loading features"))
        rows = draw_songs(len(prepared.scaled), seed=sweep.seed)
        songs = np.ascontiguousarray(prepared.scaled[rows])
        distinct = len(distinct_songs(songs, sweep.k_high))
        if distinct < sweep.k_low:
            raise AnalysisError(
                f"There are only {distinct} distinct songs, too few for {sweep.k_low} groups. Add songs or features."
            )
        return SweepSongs(
            sweep, songs, prepared.values[rows], distinct, seconds=round(time.perf_counter() - started, 3)
        )

    def save(self, job: Job, result: SweepSongs, reporter: Reporter) -> None:
        """Keep the songs until the advice is complete, and enqueue the trial of each number."""
        sweep = result.sweep
        SweepSample.objects.create(sweep=sweep, songs=_written(result.scaled), values=_written(result.values))
        k_high = min(sweep.k_high, result.distinct)
        sweep.begin(songs=len(result.scaled), k_high=k_high, seconds=result.seconds)
        enqueue_trials(job, sweep, sweep.ks)

    def progress_page(self, job: Job) -> Link | None:
        """Return the sweep, where all its numbers are seen together."""
        return None if job.sweep_id is None else Link("sweep", (job.sweep_id,))


def _written(songs: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    np.save(file, songs, allow_pickle=False)
    return file.getvalue()
