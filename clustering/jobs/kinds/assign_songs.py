"""Songs that were added to a dataset, among the groups of a run that was made before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from clustering.analysis import AnalysisError
from clustering.analysis.prediction.assignment import Assignments, assign_songs
from clustering.analysis.prediction.drift import FAR_PERCENTILE, Addition, Drift, FirstSongs, measure_drift
from clustering.jobs.fitting.preparation import PreparedSongs, prepare_later_songs
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.models import Job, Run
from clustering.storage import assignments, members
from clustering.storage.song_columns import save_run_columns


@dataclass(frozen=True)
class AssignedSongs:
    """The songs that a run had not seen, where they belong, and how far they differ from its own."""

    run: Run
    after_row: int
    songs: PreparedSongs
    places: Assignments
    drift: Drift


class AssignSongs(JobKind[AssignedSongs]):
    """Places the songs that a run has not seen, by its stored model; the groups stay as they are."""

    name = "assign"
    label = "Place added songs"
    works_on = ("dataset", "run")

    def compute(self, job: Job, reporter: Reporter) -> AssignedSongs:
        """Find where the songs belong, and compare them with the first ones."""
        run = job.run
        if run is None or not run.is_finished:
            raise AnalysisError("The run was deleted, or has no groups yet.")
        before = assignments.last_row(run)
        later = prepare_later_songs(run, after=before, progress=reporter.stage("Loading features"))
        if not len(later.song_ids):
            raise AnalysisError(
                f"None of the {later.left_out:,} new songs has a value for every feature of this run, so none can be "
                "placed. Make a run with other features, or one that fills gaps."
                if later.left_out
                else "There are no new songs: all are in the run’s groups or were skipped."
            )
        reporter.stage("Placing the songs")(0, 0)
        places = assign_songs(later.scaled, run.fitted_model, algorithm=run.algorithm)
        reporter.stage("Comparing them with the original songs")(0, 0)
        return AssignedSongs(run, before, later, places, _measure_drift(run, later, places))

    def save(self, job: Job, result: AssignedSongs, reporter: Reporter) -> None:
        """Store the places, and let the groups grow."""
        run, places = result.run, result.places
        # another job may have assigned them meanwhile: of two, the first to save wins
        current = Run.objects.select_for_update().get(pk=run.pk)
        if current.additions != run.additions:
            raise AnalysisError("These songs have just been placed by another job.")
        assignments.copy_assignments(run, _placement(result), progress=reporter.stage("Saving"))
        members.list_members_again(run)
        save_run_columns(run)
        current.record_addition(
            Addition(
                songs=len(result.songs.song_ids),
                left_out=result.songs.left_out,
                after_row=result.after_row,
                at=timezone.now(),
                drift=result.drift,
            )
        )
        counts = np.bincount(places.labels)
        for cluster in current.clusters.all():
            if cluster.index < len(counts):
                cluster.grow(int(counts[cluster.index]))

    def result_page(self, job: Job) -> Link | None:
        """Return what became of the added songs."""
        return super().result_page(job) if job.run_id is None else Link("run_added", (job.run_id,))


def _measure_drift(run: Run, later: PreparedSongs, places: Assignments) -> Drift:
    clusters = list(run.clusters.filter(is_noise=False))
    # the first songs decide what is far, also when this is not the first addition
    limits = assignments.distance_percentiles(run, FAR_PERCENTILE / 100, up_to_row=run.last_measured_row)
    first = FirstSongs(
        features=run.feature_summaries,
        sizes=[cluster.size for cluster in clusters],
        limits=[limits[cluster.index] for cluster in clusters],
        histograms=[cluster.histograms for cluster in clusters],
    )
    return measure_drift(later.values, places.labels, places.distances, first)


def _placement(assigned: AssignedSongs) -> assignments.Placement:
    later, places = assigned.songs, assigned.places
    size = len(later.song_ids)
    return assignments.Placement(
        song_ids=later.song_ids,
        cluster=places.labels,
        second=places.second,
        distance=places.distances,
        x=places.coordinates[:, 0],
        y=places.coordinates[:, 1],
        sampled=np.zeros(size, dtype=np.bool_),
        silhouette=np.full(size, np.nan, dtype=np.float32),
        membership=places.membership,
    )
