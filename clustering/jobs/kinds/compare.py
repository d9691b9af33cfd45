"""Two runs of a dataset: how many songs are in which groups of both, and how far the groupings agree."""

from __future__ import annotations

from clustering.analysis import AnalysisError
from clustering.analysis.prediction.matching import match_by_songs
from clustering.analysis.scores.comparison import measure_agreement
from clustering.jobs.kinds import Reporter, Save
from clustering.models import Job, Run, RunComparison
from clustering.storage import comparisons

GONE = "One of the two runs was deleted, so there is nothing to compare any more. The other run is as it was."


def compare_runs(job: Job, reporter: Reporter) -> Save:
    """Compare the two runs that the job was made for."""
    comparison = RunComparison.objects.select_related("first", "second").filter(job=job).first()
    if comparison is None:
        raise AnalysisError(GONE)
    reporter.stage("Comparing songs")(0, 0)
    both = comparisons.count_songs_in_both(comparison.first, comparison.second)
    places = [_of_groups(run) for run in (comparison.first, comparison.second)]
    reporter.stage("Measuring agreement")(0, 0)
    if not both.table.sum():
        # a run that is being deleted has lost its songs too
        if not RunComparison.objects.filter(pk=comparison.pk).exists():
            raise AnalysisError(GONE)
        raise AnalysisError("The two runs have no song in common: each left out the songs of the other.")
    agreement = measure_agreement(both.table)

    def save() -> list[int]:
        kept = comparison.record(
            table=both.table.tolist(),
            measured_songs=both.measured,
            matches=[list(pair) for pair in match_by_songs(both.table[: places[0], : places[1]])],
            adjusted_rand=agreement.adjusted_rand,
            adjusted_mutual_information=agreement.adjusted_mutual_information,
        )
        if not kept:
            raise AnalysisError(GONE)
        return []

    return save


def _of_groups(run: Run) -> int:
    """Return how many of a run's rows are groups: the songs of no group come last and match nothing."""
    return run.clusters.filter(is_noise=False).count()
