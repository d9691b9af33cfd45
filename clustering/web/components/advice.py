"""What several pages say of the advice on the number of groups."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.exports.verdict import TONES
from clustering.models import Run, Sweep, SweepCandidate
from clustering.web.charts import Chart
from clustering.web.charts.sweep import Measures, measures

MEASURES_OF_RUN = 2  # silhouette and stability; the sweep's own page has the rest


@dataclass(frozen=True, slots=True)
class AdviceOfRun:
    """The sweep that chose a run's number of groups, in short."""

    sweep: Sweep
    tone: str
    charts: tuple[Chart, ...]


def advice_of(run: Run) -> AdviceOfRun | None:
    """Return what chose a run's number of groups, with one query beside the sweep itself."""
    if run.sweep is None:
        return None
    tried = [measures_of(candidate) for candidate in run.sweep.candidates.order_by("k")]
    return AdviceOfRun(run.sweep, tone_of(run.sweep), measures(tried, run.k)[:MEASURES_OF_RUN])


def measures_of(candidate: SweepCandidate) -> Measures:
    return Measures(
        k=candidate.k,
        silhouette=(candidate.silhouette, candidate.silhouette_low, candidate.silhouette_high),
        null=None
        if candidate.null_silhouette is None or candidate.null_deviation is None
        else (candidate.null_silhouette, candidate.null_deviation),
        cloud=candidate.null_cloud_silhouette,
        stability=None
        if candidate.stability is None or candidate.stability_low is None or candidate.stability_high is None
        else (candidate.stability, candidate.stability_low, candidate.stability_high),
        gap=None
        if candidate.gap is None or candidate.gap_error is None
        else (candidate.gap, candidate.gap_error),
        davies_bouldin=candidate.davies_bouldin,
        calinski_harabasz=candidate.calinski_harabasz,
        inertia=candidate.inertia,
        smallest_cluster=candidate.smallest_cluster,
    )


def tone_of(sweep: Sweep) -> str:
    return TONES[Sweep.Verdict(sweep.verdict)] if sweep.verdict else ""
