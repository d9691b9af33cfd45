"""The beginning of advice on the number of groups: draw the songs, then one job for each number."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.candidates import draw_songs
from clustering.analysis.choosing.single_features import FeaturePart, split_features
from clustering.analysis.features import CIRCULAR
from clustering.analysis.partition import distinct_songs
from clustering.jobs.fitting.memory import require_memory
from clustering.jobs.fitting.preparation import PreparedSongs, prepare_songs
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.jobs.kinds.candidate import enqueue_trials
from clustering.models import Job, Sweep, SweepSample


@dataclass(frozen=True)
class SweepSongs:
    """The scaled songs (n, d) that all numbers are tried on.

    With how many of them differ, up to the most groups, and the features that fall into parts by themselves.
    """

    sweep: Sweep
    scaled: NDArray[np.float32]
    distinct: int
    parts: Mapping[str, Sequence[FeaturePart]]
    seconds: float


class StartSweep(JobKind[SweepSongs]):
    """Draws and scales the songs of a sweep once, for all the numbers that are tried on them."""

    name = "sweep"
    label = "Advise on the number of groups"
    works_on = ("dataset", "sweep")
    parts_stage = "Trying numbers of groups"

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
        parts = _split(prepared, rows, seed=sweep.seed, reporter=reporter)
        return SweepSongs(sweep, songs, distinct, parts, seconds=round(time.perf_counter() - started, 3))

    def save(self, job: Job, result: SweepSongs, reporter: Reporter) -> None:
        """Keep the songs until all numbers are tried, and enqueue the trial of each."""
        sweep = result.sweep
        written = io.BytesIO()
        np.save(written, result.scaled, allow_pickle=False)
        SweepSample.objects.create(sweep=sweep, songs=written.getvalue())
        k_high = min(sweep.k_high, result.distinct)
        sweep.begin(songs=len(result.scaled), k_high=k_high, parts=result.parts, seconds=result.seconds)
        enqueue_trials(job, sweep, sweep.ks)

    def progress_page(self, job: Job) -> Link | None:
        """Return the sweep, where all its numbers are seen together."""
        return None if job.sweep_id is None else Link("sweep", (job.sweep_id,))


def _split(
    prepared: PreparedSongs, rows: NDArray[np.int64], *, seed: int, reporter: Reporter
) -> dict[str, Sequence[FeaturePart]]:
    """Return the features that fall into parts, in real units; a circular one has no low and no high."""
    names = prepared.preparation.scaling.features
    found = split_features(
        prepared.values[rows], seed=seed, progress=reporter.stage("Looking at each feature")
    )
    return {
        name: parts
        for name, parts in zip(names, found, strict=True)
        if len(parts) > 1 and name not in CIRCULAR
    }
