"""Songs that were added to a dataset, among the groups of a run that was made before."""

from __future__ import annotations

import numpy as np
from django.utils import timezone

from clustering.analysis import AnalysisError
from clustering.analysis.prediction.assignment import Assignments, assign_songs
from clustering.analysis.prediction.drift import FAR_PERCENTILE, measure_drift
from clustering.jobs.fitting.preparation import Later, prepare_later_songs
from clustering.jobs.kinds import Reporter, Save
from clustering.models import Job, Run
from clustering.storage import assignments, members


def assign_added_songs(job: Job, reporter: Reporter) -> Save:
    """Place the songs that a run has not seen, by its stored model; the groups stay as they are."""
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
            else "There are no new songs: all are in the run's groups, or were left out."
        )
    reporter.stage("Placing the songs")(0, 0)
    places = assign_songs(later.scaled, run.model, algorithm=run.algorithm)
    reporter.stage("Comparing them with the first songs")(0, 0)
    drift = _drift(run, later, places)

    def save() -> list[int]:
        # whoever was first placed them; a second job that computed at the same time leaves nothing twice
        current = Run.objects.select_for_update().get(pk=run.pk)
        if current.additions != run.additions:
            raise AnalysisError("These songs have just been placed by another job.")
        assignments.copy_assignments(run, _placement(later, places), progress=reporter.stage("Saving"))
        members.list_members_again(run)
        current.record_addition(
            {
                "songs": len(later.song_ids),
                "left_out": later.left_out,
                "after_row": before,
                "at": timezone.now().isoformat(),
                "drift": drift,
            }
        )
        counts = np.bincount(places.labels)
        for cluster in current.clusters.all():
            if cluster.index < len(counts):
                cluster.grow(int(counts[cluster.index]))
        return []

    return save


def _drift(run: Run, later: Later, places: Assignments) -> dict[str, object]:
    clusters = list(run.clusters.filter(is_noise=False))
    # the first songs decide what is far, also when this is not the first addition
    limits = assignments.distance_percentiles(run, FAR_PERCENTILE / 100, up_to_row=run.last_measured_row)
    return measure_drift(
        later.values,
        places.labels,
        places.distances,
        features=run.features,
        overall=run.overall,
        limits=[limits[cluster.index] for cluster in clusters],
        sizes=[cluster.size for cluster in clusters],
        histograms=[cluster.histograms for cluster in clusters],
    ).to_dict()


def _placement(later: Later, places: Assignments) -> assignments.Placement:
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
