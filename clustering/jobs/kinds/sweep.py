"""The beginning of advice on the number of groups: draw the songs, then one job for each number."""

from __future__ import annotations

import io
import time

import numpy as np

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.candidates import draw_songs
from clustering.analysis.partition import distinct_songs
from clustering.jobs.fitting.memory import require_memory
from clustering.jobs.fitting.preparation import prepare_songs
from clustering.jobs.kinds import Reporter, Save
from clustering.models import Job, Sweep, SweepSample


def sweep_songs(job: Job, reporter: Reporter) -> Save:
    """Draw and scale the songs of a sweep once, for all the numbers that are tried on them."""
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
    scaled = prepare_songs(sweep.dataset, sweep.settings, reporter.stage("Loading features")).scaled
    songs = np.ascontiguousarray(scaled[draw_songs(len(scaled), seed=sweep.seed)])
    distinct = len(distinct_songs(songs, sweep.k_high))
    if distinct < sweep.k_low:
        raise AnalysisError(
            f"There are only {distinct} distinct songs, too few for {sweep.k_low} groups. Add songs or features."
        )
    seconds = round(time.perf_counter() - started, 3)

    def save() -> list[int]:
        written = io.BytesIO()
        np.save(written, songs, allow_pickle=False)
        SweepSample.objects.create(sweep=sweep, songs=written.getvalue())
        sweep.begin(songs=len(songs), k_high=min(sweep.k_high, distinct), seconds=seconds)
        return [_candidate_job(job, sweep, k).pk for k in sweep.ks]

    return save


def _candidate_job(job: Job, sweep: Sweep, k: int) -> Job:
    return Job.objects.create(
        kind=Job.Kind.CANDIDATE,
        owner=job.owner,
        dataset=job.dataset,
        run=job.run,
        sweep=sweep,
        k=k,
        subject=job.subject,
    )
