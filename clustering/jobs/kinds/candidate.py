"""One number of groups of a sweep: try it, and where it is the last, say what to make of them all."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.advice import advise, wider_range
from clustering.analysis.choosing.candidates import KCandidate, score_k
from clustering.analysis.choosing.unjudged import name_unjudged
from clustering.analysis.features import feature_named
from clustering.analysis.partition import distinct_songs
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.jobs.kinds.cluster import ClusterSongs
from clustering.jobs.kinds.complete_advice import CompleteAdvice, load_array
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
    label = "Test a number of groups"
    works_on = ("dataset", "sweep")
    is_part = True

    def compute(self, job: Job, reporter: Reporter) -> Trial:
        """Score the number."""
        sweep = job.sweep
        if sweep is None or job.k is None:
            raise AnalysisError("The advice was deleted.")
        started = time.perf_counter()
        songs = _load_songs(sweep)
        scores = score_k(songs, job.k, seed=sweep.seed, progress=reporter.stage(f"Testing {job.k} groups"))
        return Trial(sweep, scores, seconds=round(time.perf_counter() - started, 3))

    def save(self, job: Job, result: Trial, reporter: Reporter) -> None:
        """Keep the scores; the last of the sweep lets the range go on, or says what to make of it."""
        sweep = result.sweep
        SweepCandidate.objects.create(sweep=sweep, **asdict(result.scores))
        # not in `compute`: only the last trial to be saved sees all the others
        if not sweep.count_tried(seconds=result.seconds):
            return
        candidates = _load_candidates(sweep)
        further = _further_numbers(sweep, candidates)
        if further:
            sweep.widen(further[-1])
            enqueue_trials(job, sweep, further)
        else:
            _conclude(job, sweep, candidates)

    def queue(self, job: Job) -> str:
        """Return the short one: it is tried on a sample."""
        return "short"

    def progress_page(self, job: Job) -> Link | None:
        """Return the sweep, where all its numbers are seen together."""
        return None if job.sweep_id is None else Link("sweep", (job.sweep_id,))


def enqueue_trials(job: Job, sweep: Sweep, ks: Iterable[int]) -> None:
    """Enqueue the trial of each number, for the person and the run of a job of the same sweep."""
    for k in ks:
        enqueue(
            TryCandidate,
            owner=job.owner,
            dataset=sweep.dataset,
            run=job.run,
            sweep=sweep,
            k=k,
            subject=job.subject,
        )


def _load_songs(sweep: Sweep) -> NDArray[np.float32]:
    return load_array(SweepSample.objects.only("songs").get(sweep=sweep).songs)


def _load_candidates(sweep: Sweep) -> list[KCandidate]:
    scores = KCandidate.__dataclass_fields__
    return [KCandidate(**row) for row in sweep.candidates.order_by("k").values(*scores)]


def _further_numbers(sweep: Sweep, candidates: Sequence[KCandidate]) -> range:
    """Return the numbers that are still to be tried, at most as many groups as songs differ."""
    further = wider_range(candidates)
    if not further:
        return further
    distinct = len(distinct_songs(_load_songs(sweep), further[-1]))
    return range(further.start, min(further.stop, distinct + 1))


def _conclude(job: Job, sweep: Sweep, candidates: Sequence[KCandidate]) -> None:
    """Record the advice, enqueue the runs that wait for it, and then what completes it."""
    labels = [feature_named(name).label for name in sweep.features]
    unjudged = name_unjudged(_load_songs(sweep), labels)
    sweep.record_advice(**asdict(advise(candidates)), unjudged=list(unjudged))
    for run in sweep.runs.filter(finished_at=None).select_related("dataset", "owner"):
        enqueue(ClusterSongs, owner=run.owner, dataset=run.dataset, run=run, subject=run.dataset.name)
    enqueue(CompleteAdvice, owner=job.owner, dataset=sweep.dataset, sweep=sweep, subject=job.subject)
