"""Two runs of a dataset: how many songs are in which groups of both, and how far the groupings agree."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.analysis import AnalysisError
from clustering.analysis.prediction.matching import match_by_songs
from clustering.analysis.scores.comparison import Agreement, measure_agreement
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.models import Dataset, Job, Run, RunComparison
from clustering.storage import comparisons
from clustering.storage.comparisons import SongsInBoth

GONE = "One of the two runs was deleted, so there is nothing to compare any more. The other run is as it was."


@dataclass(frozen=True)
class Compared:
    """The songs in the groups of both runs, the groups that are alike, and how far the runs agree."""

    comparison: RunComparison
    songs: SongsInBoth
    matches: list[list[int]]
    agreement: Agreement


class CompareRuns(JobKind[Compared]):
    """Compares the two runs that the job was made for."""

    name = "compare"
    label = "Compare runs"

    def compute(self, job: Job, reporter: Reporter) -> Compared:
        """Count the songs of both runs, and measure the agreement."""
        comparison = RunComparison.objects.select_related("first", "second").filter(job=job).first()
        if comparison is None:
            raise AnalysisError(GONE)
        reporter.stage("Comparing songs")(0, 0)
        both = comparisons.count_songs_in_both(comparison.first, comparison.second)
        rows, columns = (_count_groups(run) for run in (comparison.first, comparison.second))
        reporter.stage("Measuring agreement")(0, 0)
        if not both.table.sum():
            # a run that is being deleted has lost its songs too
            if not RunComparison.objects.filter(pk=comparison.pk).exists():
                raise AnalysisError(GONE)
            raise AnalysisError("The two runs have no song in common: each left out the songs of the other.")
        matches = [list(pair) for pair in match_by_songs(both.table[:rows, :columns])]
        return Compared(comparison, both, matches, measure_agreement(both.table))

    def save(self, job: Job, result: Compared, reporter: Reporter) -> None:
        """Keep the result, unless one of the runs was deleted meanwhile."""
        kept = result.comparison.record(
            table=result.songs.table.tolist(),
            measured_songs=result.songs.measured,
            matches=result.matches,
            adjusted_rand=result.agreement.adjusted_rand,
            adjusted_mutual_information=result.agreement.adjusted_mutual_information,
        )
        if not kept:
            raise AnalysisError(GONE)

    def can_retry(self, job: Job, dataset: Dataset) -> bool:
        """Tell whether both runs are there."""
        return RunComparison.objects.filter(job=job).exists()

    def result_page(self, job: Job) -> Link | None:
        """Return the comparison."""
        comparison = RunComparison.objects.filter(job=job).values_list("pk", flat=True).first()
        return super().result_page(job) if comparison is None else Link("comparison", (comparison,))


def _count_groups(run: Run) -> int:
    """Return how many of a run's rows are groups: the songs of no group come last and match nothing."""
    return run.clusters.filter(is_noise=False).count()
