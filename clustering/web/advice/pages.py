"""What the pages on the number of groups show: the advice of a dataset, and one sweep with its measures."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from clustering.models import Dataset, Job, Run, Sweep, SweepCandidate
from clustering.models.run import DOUBTFUL_BELOW
from clustering.web.charts import Chart
from clustering.web.charts import sweep as charts
from clustering.web.components.advice import measures_of, tone_of
from clustering.web.components.job_lines import JobLine, line, sample_offered
from clustering.web.components.runs import label_of

MAX_SWEEPS = 50


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One sweep in the list."""

    sweep: Sweep
    features: tuple[str, ...]
    tone: str


@dataclass(frozen=True, slots=True)
class Sweeps:
    """The advice that a dataset has."""

    dataset: Dataset
    rows: tuple[SweepRow, ...]
    editable: bool


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
    progress: JobLine | None
    run: Run | None
    """The newest run that took its number of groups from this sweep."""
    run_job: Job | None
    sample: int | None
    """On how many songs to ask again, where it failed for want of memory and that would do."""
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
        """Return the numbers of groups that the advice names."""
        return tuple(row for row in self.rows if row.recommended or row.serves)


def sweeps_visible_to(user: User | AnonymousUser) -> QuerySet[Sweep]:
    """Return the sweeps of datasets that somebody may see."""
    return Sweep.objects.filter(dataset__in=Dataset.objects.visible_to(user)).select_related("dataset")


def sweeps(user: User | AnonymousUser, dataset_id: int) -> Sweeps | None:
    """Return the advice on a dataset, the newest first, or None when this person may not see it."""
    dataset = Dataset.objects.visible_to(user).filter(pk=dataset_id).first()
    if dataset is None:
        return None
    rows = tuple(
        SweepRow(one, tuple(label_of(name) for name in one.features), tone_of(one))
        for one in dataset.sweeps.all()[:MAX_SWEEPS]
    )
    return Sweeps(dataset, rows, _editable(user, dataset))


def sweep(user: User | AnonymousUser, sweep_id: int) -> SweepPage | None:
    """Return a sweep's page, or None when this person may not see it."""
    found = sweeps_visible_to(user).filter(pk=sweep_id).first()
    if found is None:
        return None
    candidates = tuple(found.candidates.order_by("k"))
    jobs = list(found.jobs.order_by("created_at"))
    first = next((job for job in jobs if job.kind == Job.Kind.SWEEP), None)
    parts = [job for job in jobs if job.kind == Job.Kind.CANDIDATE]
    # the job before the run: where it ends in between, a run with results is read with a job that seems alive, and the
    # page asks again; the other way round it would take the run for one that is made by nobody
    made_by = Job.objects.filter(kind=Job.Kind.CLUSTER, run__sweep=found)
    run_job = made_by.order_by("-run__created_at", "-created_at").first()
    run = found.runs.defer("model", "overall").order_by("-created_at").first()
    made = {} if not candidates else _runs_alike(found)
    progress = None if first is None else line(first, parts)
    return SweepPage(
        sweep=found,
        dataset=found.dataset,
        features=tuple(label_of(name) for name in found.features),
        tone=tone_of(found),
        rows=tuple(_row(one, found, made) for one in candidates),
        charts=charts.measures([measures_of(one) for one in candidates], found.recommended_k)
        if found.is_finished
        else (),
        progress=progress,
        run=run,
        run_job=run_job if run and run_job and run_job.run_id == run.pk else None,
        sample=None if progress is None else sample_offered(found.dataset, progress.error),
        editable=_editable(user, found.dataset),
    )


def _runs_alike(found: Sweep) -> dict[int, int]:
    """Return, by number of groups, the newest finished run with the settings of a sweep."""
    columns = Run.columns_of(found.settings)
    del columns["k_requested"]
    alike = found.dataset.runs.filter(finished_at__isnull=False, **columns)
    return {run.k: run.pk for run in alike.order_by("created_at").only("k") if run.k is not None}


def _row(one: SweepCandidate, found: Sweep, made: dict[int, int]) -> CandidateRow:
    return CandidateRow(
        scores=one,
        run_id=made.get(one.k),
        distrusted=sum(value < DOUBTFUL_BELOW for value in one.jaccard),
        recommended=one.k == found.recommended_k,
        serves=one.k in found.alternatives,
    )


def _editable(user: User | AnonymousUser, dataset: Dataset) -> bool:
    return bool(getattr(user, "is_staff", False) or dataset.owner_id == user.pk)
