"""One number of groups of a sweep: try it, and where it is the last, say what to make of them all."""

from __future__ import annotations

import io
import time
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.advice import advise
from clustering.analysis.choosing.candidates import KCandidate, score_k
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.jobs.kinds.cluster import ClusterSongs
from clustering.jobs.queue import enqueue
from clustering.models import Job, Sweep, SweepCandidate, SweepSample


@dataclass(frozen=True)
class Trial:
    """The scores of one number of groups, and how long they took."""

    sweep: Sweep
    scores: KCandidate
    seconds: float


class TryCandidate(JobKind[Trial]):
    """Groups the songs of a sweep into the job's number of groups, and measures how that does."""

    name = "candidate"
    label = "Try a number of groups"
    works_on = ("dataset", "sweep")
    is_part = True

    def compute(self, job: Job, reporter: Reporter) -> Trial:
        """Score the number."""
        sweep = job.sweep
        if sweep is None or job.k is None:
            raise AnalysisError("The advice was deleted.")
        started = time.perf_counter()
        songs = _load_songs(sweep)
        scores = score_k(songs, job.k, seed=sweep.seed, progress=reporter.stage(f"Trying {job.k} groups"))
        return Trial(sweep, scores, seconds=round(time.perf_counter() - started, 3))

    def save(self, job: Job, result: Trial, reporter: Reporter) -> None:
        """Keep the scores; the last of the sweep records the advice and enqueues the runs that wait for it."""
        sweep = result.sweep
        SweepCandidate.objects.create(sweep=sweep, **asdict(result.scores))
        if sweep.count_tried(seconds=result.seconds):
            _conclude(sweep)

    def queue(self, job: Job) -> str:
        """Return the short one: it is tried on a sample."""
        return "short"

    def progress_page(self, job: Job) -> Link | None:
        """Return the sweep, where all its numbers are seen together."""
        return None if job.sweep_id is None else Link("sweep", (job.sweep_id,))


def _load_songs(sweep: Sweep) -> NDArray[np.float32]:
    sample = SweepSample.objects.get(sweep=sweep)
    songs: NDArray[np.float32] = np.load(io.BytesIO(sample.songs), allow_pickle=False)
    return songs


def _conclude(sweep: Sweep) -> None:
    # not in `compute`: only the last trial to be saved sees all the others
    scores = KCandidate.__dataclass_fields__
    advice = advise([KCandidate(**row) for row in sweep.candidates.order_by("k").values(*scores)])
    sweep.record_advice(**asdict(advice))
    SweepSample.objects.filter(sweep=sweep).delete()
    for run in sweep.runs.filter(finished_at=None).select_related("dataset", "owner"):
        enqueue(ClusterSongs, owner=run.owner, dataset=run.dataset, run=run, subject=run.dataset.name)
