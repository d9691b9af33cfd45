"""Runs: starting them, what they found and how far it can be trusted, and their deletion."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import AfterValidator, Field

from clustering.actions.additions import place_added_songs
from clustering.actions.runs import delete_run, pin_run, start_run
from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.run_settings import MAX_K, MAX_SEED, MAX_WEIGHT, MIN_K, MISSING_LABELS, RunSettings
from clustering.analysis.sampling import MIN_SAMPLE
from clustering.analysis.scaling import SCALERS
from clustering.api.areas.jobs import JobAnswer, accepted, accepted_once
from clustering.api.paging import Paging, page_of
from clustering.api.problems import ProblemError
from clustering.api.rows import editable, visible
from clustering.api.schemas import Answer, ApiRequest, Body, Id, Page, Text, one_of
from clustering.exports.verdict import RunVerdict, verdict_of
from clustering.models import Dataset, Job, Run

router = Router()

MAX_SONGS = 2**31 - 1
NO_RESULTS = "The run “{run}” has no results yet. Look at it when it is done."


def _once_each(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("names a feature twice")
    return names


class SettingsBody(Body):
    """What decides which groups songs fall into; what is left out is as usual."""

    features: Annotated[
        list[Text],
        AfterValidator(_once_each),
        Field(max_length=100, description="None: the usual ones that the dataset has."),
    ] = Field(default_factory=list)
    weights: Annotated[
        dict[Text, Annotated[float, Field(ge=0, le=MAX_WEIGHT)]],
        Field(description="How much features count after scaling; 1 where not named."),
    ] = Field(default_factory=dict)
    scaler: Annotated[str, one_of(SCALERS), Field(json_schema_extra={"enum": list(SCALERS)})] = "standard"
    missing: Annotated[
        str, one_of(MISSING_LABELS), Field(json_schema_extra={"enum": list(MISSING_LABELS)})
    ] = "drop"
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 42
    sample_size: Annotated[
        int | None,
        Field(ge=MIN_SAMPLE, le=MAX_SONGS, description="On how many songs groups are found. Null: all."),
    ] = None

    def settings(self) -> RunSettings:
        """Return the settings."""
        return RunSettings.from_dict(
            RunSettings().to_dict() | self.model_dump(include=set(RunSettings.__slots__))
        )


class RunBody(SettingsBody):
    """The settings of a run."""

    algorithm: Annotated[str, one_of(ALGORITHMS), Field(json_schema_extra={"enum": list(ALGORITHMS)})] = (
        "kmeans"
    )
    n_clusters: Annotated[
        int | None,
        Field(ge=MIN_K, le=MAX_K, description="How many groups. Null: as many as the songs suggest."),
    ] = None
    min_cluster_size: Annotated[
        int | None, Field(ge=MIN_K, le=MAX_SONGS, description="Only of hdbscan: how many songs make a group.")
    ] = None


class SettingsAnswer(Answer):
    """The settings of a run, or of advice on one."""

    features: list[str]
    weights: dict[str, float]
    scaler: str
    missing: str
    algorithm: str
    n_clusters: int | None
    min_cluster_size: int | None
    seed: int
    sample_size: int | None

    @classmethod
    def of(cls, settings: RunSettings) -> SettingsAnswer:
        """Read settings."""
        return cls(**settings.to_dict())


class Score(Answer):
    """A silhouette with its 95 % interval, and what the same songs score without structure."""

    value: float
    low: float | None
    high: float | None
    songs: int | None
    """How many songs it was measured on; the interval has no width where those are all."""
    null: float | None
    """With each feature shuffled by itself. Only what is above it means anything."""
    null_deviation: float | None

    @classmethod
    def of(cls, run: Run) -> Score | None:
        """Read a run's silhouette; None where it has none."""
        if run.silhouette is None:
            return None
        return cls(
            value=run.silhouette,
            low=run.silhouette_low,
            high=run.silhouette_high,
            songs=run.silhouette_songs,
            null=run.null_silhouette,
            null_deviation=run.null_deviation,
        )


class VerdictAnswer(Answer):
    """How clear the groups are, in words."""

    headline: str
    sentences: list[str]
    """What follows from it for the groups."""
    tone: str
    """good, fair or poor."""
    unjudged: list[str]
    """What could not be judged, and why."""

    @classmethod
    def of(cls, verdict: RunVerdict) -> VerdictAnswer:
        """Say the verdict as the pages do."""
        return cls(
            headline=verdict.headline,
            sentences=list(verdict.sentences),
            tone=verdict.tone,
            unjudged=list(verdict.unjudged),
        )


class AssociationAnswer(Answer):
    """How strongly groups go together with genres or decades."""

    cramers_v: float
    by_chance: float


class RunAnswer(Answer):
    """One way of grouping a dataset's songs, and its scores."""

    id: Id
    dataset: Id
    name: str
    finished: bool
    k: int | None
    songs: int
    left_out: int
    noise: int
    """Songs in no group."""
    added: int
    """Songs that were placed later; no score counts them."""
    silhouette: Score | None
    davies_bouldin: float | None
    calinski_harabasz: float | None
    inertia: float | None
    bic: float | None
    advice: Id | None
    """The advice that chose its number of groups."""
    settings: SettingsAnswer
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, run: Run) -> RunAnswer:
        """Read a run."""
        return cls(
            id=run.pk,
            dataset=run.dataset_id,
            name=str(run),
            finished=run.is_finished,
            k=run.k,
            songs=run.songs_count,
            left_out=run.left_out,
            noise=run.noise_count,
            added=run.added_songs,
            silhouette=Score.of(run),
            davies_bouldin=run.davies_bouldin,
            calinski_harabasz=run.calinski_harabasz,
            inertia=run.inertia,
            bic=run.bic,
            advice=run.sweep_id,
            settings=SettingsAnswer.of(run.settings),
            created_at=run.created_at,
            finished_at=run.finished_at,
        )


class RunDetails(RunAnswer):
    """A run with the verdict on it, and how it was made."""

    verdict: VerdictAnswer | None
    associations: dict[str, AssociationAnswer]
    """With "genre" and "decade", where these are known."""
    explained_variance: list[float]
    unplaced: int
    """Songs that its dataset has got since."""
    pinned: bool
    job: Id | None
    """What works on it now, or did last. An automatic number of groups is tried first, by an earlier job."""
    seconds: dict[str, float]
    versions: dict[str, str]

    @classmethod
    def of(cls, run: Run) -> RunDetails:
        """Read a run with its dataset, its advice and its groups."""
        found = verdict_of(run, list(run.clusters.order_by("index")[:1])) if run.is_finished else None
        return cls(
            **dict(RunAnswer.of(run)),
            verdict=None if found is None else VerdictAnswer.of(found),
            associations={
                name: AssociationAnswer(cramers_v=one.cramers_v, by_chance=one.by_chance)
                for name, one in run.label_associations.items()
            },
            explained_variance=run.explained_variance,
            unplaced=run.unplaced_songs if run.is_finished else 0,
            pinned=run.dataset.pinned_run_id == run.pk,
            job=run.jobs.order_by("-created_at").values_list("pk", flat=True).first(),
            seconds=run.timings,
            versions={name: str(version) for name, version in run.versions.items()},
        )


class RunChange(Body):
    """What to change."""

    pinned: bool
    """Whether it stands for its dataset; false: the newest does."""


@router.get("datasets/{int:dataset_id}/runs", url_name="dataset_runs", response=Page[RunAnswer])
def list_runs(request: ApiRequest, dataset_id: int, paging: Query[Paging]) -> Page[RunAnswer]:
    """List the runs of a dataset, the newest first."""
    dataset = visible(request, Dataset, dataset_id)
    return page_of(request, dataset.runs.without_model(), paging, RunAnswer.of)


@router.post("datasets/{int:dataset_id}/runs", response={202: JobAnswer})
def start(request: ApiRequest, dataset_id: int, body: RunBody) -> HttpResponse:
    """Group a dataset's songs, into as many groups as they suggest unless you say. `run` of the job is the run."""
    dataset = editable(request, Dataset, dataset_id)

    def make() -> Job:
        return start_run(request.user, dataset, body.settings()).jobs.latest("created_at")

    return accepted_once(request, make)


@router.get("runs/{int:run_id}", url_name="run", response=RunDetails)
def read_run(request: ApiRequest, run_id: int) -> RunDetails:
    """Read a run: its settings, its scores with their uncertainty, and the verdict on it."""
    return RunDetails.of(
        visible(request, Run.objects.select_related("dataset", "sweep").without_model(), run_id)
    )


@router.patch("runs/{int:run_id}", response=RunDetails)
def change_run(request: ApiRequest, run_id: int, body: RunChange) -> RunDetails:
    """Let a run stand for its dataset, or the newest one again."""
    run = _editable(request, run_id)
    pin_run(request.user, run, pinned=body.pinned)
    return RunDetails.of(run)


@router.delete("runs/{int:run_id}", response={202: JobAnswer})
def remove_run(request: ApiRequest, run_id: int) -> HttpResponse:
    """Delete a run with all it found."""
    return accepted(delete_run(request.user, _editable(request, run_id)))


@router.post("runs/{int:run_id}/place", url_name="run_place", response={202: JobAnswer})
def place(request: ApiRequest, run_id: int) -> HttpResponse:
    """Place the songs that came after a run among its groups, which stay as they are."""
    run = _editable(request, run_id)
    return accepted_once(request, lambda: place_added_songs(request.user, run))


def finished_run(request: ApiRequest, run_id: int) -> Run:
    """Return a run with results that somebody may see."""
    run = visible(request, Run.objects.select_related("dataset", "sweep"), run_id)
    if not run.is_finished:
        raise ProblemError("conflict", NO_RESULTS.format(run=run))
    return run


def _editable(request: ApiRequest, run_id: int) -> Run:
    return editable(request, Run.objects.select_related("dataset", "sweep"), run_id)
