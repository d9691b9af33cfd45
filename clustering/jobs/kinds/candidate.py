"""One number of groups of a sweep: try it, and where it is the last, say what to make of them all."""

from __future__ import annotations

import io
import time
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.advice import advise
from clustering.analysis.choosing.candidates import KCandidate, score_k
from clustering.jobs.kinds import Reporter, Save
from clustering.models import Job, Sweep, SweepCandidate, SweepSample


def try_k(job: Job, reporter: Reporter) -> Save:
    """Group the songs of a sweep into the job's number of groups, and measure how that does."""
    sweep = job.sweep
    if sweep is None or job.k is None:
        raise AnalysisError("The advice was deleted.")
    started = time.perf_counter()
    songs = _load_songs(sweep)
    found = score_k(songs, job.k, seed=sweep.seed, progress=reporter.stage(f"Trying {job.k} groups"))
    seconds = round(time.perf_counter() - started, 3)

    def save() -> list[int]:
        SweepCandidate.objects.create(sweep=sweep, **asdict(found))
        return _conclude(sweep) if sweep.count_tried(seconds=seconds) else []

    return save


def _load_songs(sweep: Sweep) -> NDArray[np.float32]:
    sample = SweepSample.objects.get(sweep=sweep)
    songs: NDArray[np.float32] = np.load(io.BytesIO(sample.songs), allow_pickle=False)
    return songs


def _conclude(sweep: Sweep) -> list[int]:
    """Record the advice, and queue the runs that wait for it."""
    scores = KCandidate.__dataclass_fields__
    advice = advise([KCandidate(**row) for row in sweep.candidates.order_by("k").values(*scores)])
    sweep.record_advice(**asdict(advice))
    SweepSample.objects.filter(sweep=sweep).delete()
    return [
        Job.objects.create(
            kind=Job.Kind.CLUSTER, owner=run.owner, dataset=run.dataset, run=run, subject=run.dataset.name
        ).pk
        for run in sweep.runs.filter(finished_at=None).select_related("dataset", "owner")
    ]
