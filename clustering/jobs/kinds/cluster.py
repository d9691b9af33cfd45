"""From stored songs to groups."""

from __future__ import annotations

from clustering.analysis import AnalysisError
from clustering.analysis.sampling import NEEDS_SAMPLE, suggested_sample
from clustering.jobs.fitting.run import RunWork, group_songs, save_run
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.models import Job


class ClusterSongs(JobKind[RunWork]):
    """Groups the songs of a run's dataset and describes the groups."""

    name = "cluster"
    label = "Find groups"
    works_on = ("dataset", "run")
    step = 4

    def compute(self, job: Job, reporter: Reporter) -> RunWork:
        """Find the groups; of a sample, also measure them."""
        if job.run is None:
            raise AnalysisError("The run was deleted.")
        return group_songs(job.run, reporter)

    def save(self, job: Job, result: RunWork, reporter: Reporter) -> None:
        """Store everything; where all songs are in memory, they are measured meanwhile."""
        save_run(result)

    def remedies(self, job: Job) -> tuple[Link, ...]:
        """Offer the settings, and a sample where all songs did not fit into memory."""
        if job.dataset is None or job.run_id is None:
            return ()
        new, again = (job.dataset.pk,), f"from={job.run_id}"
        settings = Link("run_new", new, "Change the settings", again)
        if job.error_code != NEEDS_SAMPLE:
            return (settings,)
        sample = suggested_sample(job.dataset.songs_count)
        label = f"Run again on a sample of {sample:,} songs"
        return (Link("run_new", new, label, f"{again}&fit_on={sample}", is_primary=True), settings)
