"""What pages show beside the advice on the number of groups, and no verdict rests on: measured once it is there."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.candidates import KReference, score_reference
from clustering.analysis.choosing.single_features import FeaturePart, split_features
from clustering.analysis.features import CIRCULAR
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.models import Job, Sweep, SweepSample


@dataclass(frozen=True)
class Completed:
    """The features that fall into parts, and what songs without groups score in each number of groups."""

    sweep: Sweep
    parts: Mapping[str, Sequence[FeaturePart]]
    references: Sequence[KReference]


class CompleteAdvice(JobKind[Completed]):
    """Looks at each feature alone, and compares every number of groups with songs without groups.

    That is more work than the verdict itself, so nobody's first groups wait for it.
    """

    name = "complete_advice"
    label = "Complete the advice"
    works_on = ("dataset", "sweep")

    def compute(self, job: Job, reporter: Reporter) -> Completed:
        """Measure the songs of the sweep that were kept for it."""
        sweep = job.sweep
        if sweep is None:
            raise AnalysisError("The advice was deleted.")
        sample = SweepSample.objects.get(sweep=sweep)
        parts = _split(sweep, load_array(sample.values), reporter)
        songs = load_array(sample.songs)
        references = [
            score_reference(
                songs, k, seed=sweep.seed, progress=reporter.stage(f"Comparing {k} groups with chance")
            )
            for k in sweep.ks
        ]
        return Completed(sweep, parts, references)

    def save(self, job: Job, result: Completed, reporter: Reporter) -> None:
        """Keep both with the advice; the songs are no longer needed."""
        result.sweep.record_parts(result.parts)
        for reference in result.references:
            result.sweep.candidates.filter(k=reference.k).update(**asdict(reference))
        SweepSample.objects.filter(sweep=result.sweep).delete()

    def queue(self, job: Job) -> str:
        """Return the short one: it looks at a sample."""
        return "short"

    def result_page(self, job: Job) -> Link | None:
        """Return the sweep."""
        return None if job.sweep_id is None else Link("sweep", (job.sweep_id,))


def load_array(written: bytes | memoryview) -> NDArray[np.float32]:
    """Read an array of a sweep's songs."""
    songs: NDArray[np.float32] = np.load(io.BytesIO(written), allow_pickle=False)
    return songs


def _split(sweep: Sweep, values: NDArray[np.float32], reporter: Reporter) -> dict[str, Sequence[FeaturePart]]:
    """Return the features that fall into parts, in real units; a circular one has no low and no high."""
    names = sweep.settings.features
    found = split_features(values, seed=sweep.seed, progress=reporter.stage("Looking at each feature"))
    return {
        name: parts
        for name, parts in zip(names, found, strict=True)
        if len(parts) > 1 and name not in CIRCULAR
    }
