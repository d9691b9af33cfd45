"""What the pages on the number of groups show: the advice of a dataset, and one sweep with its measures."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from clustering.analysis.choosing.advice import HANDY_NUMBERS
from clustering.jobs.kinds.candidate import TryCandidate
from clustering.jobs.kinds.cluster import ClusterSongs
from clustering.jobs.kinds.complete_advice import CompleteAdvice
from clustering.jobs.kinds.sweep import StartSweep
from clustering.jobs.lines import JobLine, line, sample_offered
from clustering.models import Dataset, Job, Run, Sweep, SweepCandidate
from clustering.models.cluster import DOUBTFUL_BELOW
from clustering.web.charts import Chart
from clustering.web.charts.sweep import measures
from clustering.web.components.advice import measures_of, tone_of
from clustering.web.components.formatting import label_of
from clustering.web.components.single_features import SplitFeature, split_features_of

MAX_SWEEPS = 50


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One sweep in the list."""

    sweep: Sweep
    features: tuple[str, ...]
    tone: str


@dataclass(frozen=True, slots=True)
class SweepsPage:
    """The advice that a dataset has."""

    dataset: Dataset
    rows: tuple[SweepRow, ...]
    editable: bool

    @classmethod
    def read(cls, dataset: Dataset, user: User | AnonymousUser) -> SweepsPage:
        """Read the advice on a dataset, the newest first."""
        rows = tuple(
            SweepRow(sweep, tuple(label_of(name) for name in sweep.features), tone_of(sweep))
            for sweep in dataset.sweeps.all()[:MAX_SWEEPS]
        )
        return cls(dataset, rows, dataset.is_editable_by(user))


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One number of groups: its scores, and the run that was made with it."""

    scores: SweepCandidate
    run_id: int | None
    distrusted: int
    """How many of its groups do not come out again."""
    recommended: bool
    serves: bool


@dataclass(frozen=True, slots=True)
class SweepPage:
    """A sweep, how far it is, and what to make of it."""

    sweep: Sweep
    dataset: Dataset
    features: tuple[str, ...]
    tone: str
    rows: tuple[CandidateRow, ...]
    charts: tuple[Chart, ...]
    split_features: tuple[SplitFeature, ...]
    progress: JobLine | None
    run: Run | None
    """The newest run that took its number of groups from this sweep."""
    run_job: Job | None
    sample: int | None
    """On how many songs to ask again, where it failed for want of memory and that would do."""
    added_since: int
    """How many songs were added since."""
    is_incomplete: bool
    """Whether the comparison with songs without groups is still being measured."""
    editable: bool

    @property
    def is_alive(self) -> bool:
        """Whether something is still being done, here or for the run that waits."""
        sweeping = not self.sweep.is_finished and self.progress is not None
        return bool(
            (sweeping and self.progress and self.progress.status in Job.ALIVE)
            or (self.run_job is not None and self.run_job.is_alive)
        )

    @property
    def choices(self) -> tuple[CandidateRow, ...]:
        """Return the numbers of groups that the advice names; where there are no groups, the handy ones."""
        handy = HANDY_NUMBERS if self.sweep.verdict == Sweep.Verdict.NONE else ()
        return tuple(row for row in self.rows if row.recommended or row.serves or row.scores.k in handy)

    @classmethod
    def read(cls, sweep: Sweep, user: User | AnonymousUser) -> SweepPage:
        """Read a sweep with what was tried, its jobs, and the run that came of it."""
        candidates = tuple(sweep.candidates.order_by("k"))
        jobs = list(sweep.jobs.order_by("created_at"))
        first = next((job for job in jobs if job.kind == StartSweep.name), None)
        parts = [job for job in jobs if job.kind == TryCandidate.name]
        # The job is read before the run: where it ends in between, a run with results comes with a job that seems
        # alive, and the page asks again. The other way round the run would seem to be made by no job.
        made_by = Job.objects.filter(kind=ClusterSongs.name, run__sweep=sweep)
        run_job = made_by.order_by("-run__created_at", "-created_at").first()
        run = sweep.runs.without_model().order_by("-created_at").first()
        run_ids = _run_ids_by_k(sweep) if candidates else {}
        progress = None if first is None else line(first, parts)
        return cls(
            sweep=sweep,
            dataset=sweep.dataset,
            features=tuple(label_of(name) for name in sweep.features),
            tone=tone_of(sweep),
            rows=tuple(_row(candidate, sweep, run_ids) for candidate in candidates),
            charts=measures([measures_of(candidate) for candidate in candidates], sweep.recommended_k)
            if sweep.is_finished
            else (),
            split_features=split_features_of(sweep),
            progress=progress,
            run=run,
            run_job=run_job if run and run_job and run_job.run_id == run.pk else None,
            sample=None if progress is None else sample_offered(sweep.dataset, progress.error_code),
            added_since=sweep.count_songs_added_since(),
            is_incomplete=any(job.kind == CompleteAdvice.name and job.is_alive for job in jobs),
            editable=sweep.dataset.is_editable_by(user),
        )


def _run_ids_by_k(sweep: Sweep) -> dict[int, int]:
    """Return, by number of groups, the newest finished run with the settings of a sweep."""
    columns = Run.columns_of(sweep.settings)
    del columns["k_requested"]
    alike = sweep.dataset.runs.finished().filter(**columns)
    return {run.k: run.pk for run in alike.order_by("created_at").only("k") if run.k is not None}


def _row(candidate: SweepCandidate, sweep: Sweep, run_ids: dict[int, int]) -> CandidateRow:
    return CandidateRow(
        scores=candidate,
        run_id=run_ids.get(candidate.k),
        distrusted=sum(value < DOUBTFUL_BELOW for value in candidate.jaccard),
        recommended=candidate.k == sweep.recommended_k,
        serves=candidate.k in sweep.alternatives,
    )
