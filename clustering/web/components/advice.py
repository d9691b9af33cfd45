"""What several pages say of the advice on the number of groups."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.models import Run, Sweep, SweepCandidate
from clustering.web.charts import Chart
from clustering.web.charts.sweep import Measures, measures

MEASURES_OF_RUN = 2  # silhouette and stability; the sweep's own page has the rest
TONES = {Sweep.Verdict.CLEAR: "good", Sweep.Verdict.WEAK: "fair", Sweep.Verdict.NONE: "poor"}


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
    tried = [measures_of(one) for one in run.sweep.candidates.order_by("k")]
    return AdviceOfRun(run.sweep, tone_of(run.sweep), measures(tried, run.k)[:MEASURES_OF_RUN])


def measures_of(one: SweepCandidate) -> Measures:
    return Measures(
        k=one.k,
        silhouette=(one.silhouette, one.silhouette_low, one.silhouette_high),
        null=None
        if one.null_silhouette is None or one.null_deviation is None
        else (one.null_silhouette, one.null_deviation),
        stability=None
        if one.stability is None or one.stability_low is None or one.stability_high is None
        else (one.stability, one.stability_low, one.stability_high),
        gap=None if one.gap is None or one.gap_error is None else (one.gap, one.gap_error),
        davies_bouldin=one.davies_bouldin,
        calinski_harabasz=one.calinski_harabasz,
        inertia=one.inertia,
        smallest_cluster=one.smallest_cluster,
    )


def tone_of(found: Sweep) -> str:
    return TONES[Sweep.Verdict(found.verdict)] if found.verdict else ""
