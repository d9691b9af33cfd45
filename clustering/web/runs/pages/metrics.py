"""The numbers of a run: how good the grouping is, and what each group's means are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, FloatField

from clustering.analysis.choosing.candidates import SWEEP_ALGORITHM
from clustering.analysis.describing.membership import UNSURE
from clustering.exports.verdict import RunVerdict, verdict_of, verdict_of_one
from clustering.models import Assignment, Cluster, Run
from clustering.web.charts import Chart, score
from clustering.web.charts.figure import score_range
from clustering.web.charts.groups import silhouette_bars
from clustering.web.components.advice import AdviceOfRun, advice_of
from clustering.web.components.clusters import clusters_of, group_of
from clustering.web.components.formatting import formatted, label_of, meaning_of, percent
from clustering.web.runs.charts.metrics import membership_bars
from clustering.web.runs.charts.silhouettes import silhouette_plot
from clustering.web.runs.pages.borders import BorderLine, read_borders

# in the order of the work, which JSON in PostgreSQL does not keep
STEPS = {
    "features": "Loading",
    "choose_k": "Choosing the number of groups",
    "fit": "Grouping",
    "project": "Map",
    "measure": "Measuring",
    "null": "Random baseline",
    "borders": "Borders",
    "save": "Saving",
    "total": "Total",
}
EXACT = "exact"
QUANTILE_STEPS = 60
FRACTIONS = tuple(round(step / QUANTILE_STEPS, 6) for step in range(QUANTILE_STEPS + 1))
STANDS_OUT = 0.5  # Cohen's d, as for the names


@dataclass(frozen=True, slots=True)
class Metric:
    """One score with what it means and where it should go."""

    name: str
    value: str
    better: str  # "higher" or "lower"
    range: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ClusterScore:
    """How well one group is separated."""

    cluster: Cluster
    silhouette: str
    interval: str
    songs: int
    negative: str
    stability: str
    words: str
    surely: str  # how surely its songs belong, where the algorithm says so


@dataclass(frozen=True, slots=True)
class Certainty:
    """How surely songs belong to their groups."""

    sentence: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Cell:
    """One mean in real units; `direction` is "up" or "down" where the group stands out."""

    value: str
    direction: str


@dataclass(frozen=True, slots=True)
class MeansRow:
    """One group's means, in the columns' order."""

    cluster: Cluster
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A feature at the head of a column."""

    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RunMetricsPage:
    """The scores of a run and of its groups, the groups' means, and how long the work took."""

    silhouette: str
    interval: str
    silhouette_songs: int
    exact: bool
    verdict: RunVerdict | None
    metrics: tuple[Metric, ...]
    per_cluster: tuple[ClusterScore, ...]
    silhouettes: Chart
    borders: tuple[BorderLine, ...]
    certainty: Certainty | None
    plot: Chart | None
    advice: AdviceOfRun | None
    is_borrowed: bool
    """Whether the number of groups was tried with another algorithm than the run's."""
    columns: tuple[Column, ...]
    means: tuple[MeansRow, ...]
    overall: tuple[str, ...]
    seconds: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, run: Run) -> RunMetricsPage:
        """Read the page with three queries: the groups, their silhouettes, and what was tried for their number."""
        clusters = clusters_of(run)
        scored = [cluster for cluster in clusters if not cluster.is_noise]
        groups = [group_of(cluster) for cluster in scored]
        curves = silhouette_curves(run)
        measured = run.silhouette_songs or 0
        return cls(
            silhouette=score(run.silhouette),
            interval=interval(run.silhouette_low, run.silhouette_high),
            silhouette_songs=measured,
            exact=measured >= run.songs_count - run.noise_count and run.silhouette_low == run.silhouette_high,
            verdict=verdict_of(run, clusters),
            metrics=other_metrics(run),
            per_cluster=tuple(cluster_score(cluster, run) for cluster in scored),
            silhouettes=silhouette_bars(
                groups,
                [cluster.silhouette for cluster in scored],
                [interval(cluster.silhouette_low, cluster.silhouette_high) for cluster in scored],
            ),
            borders=read_borders(run, clusters),
            certainty=certainty(run),
            plot=silhouette_plot(groups, curves, run.silhouette) if curves else None,
            advice=advice_of(run),
            is_borrowed=run.algorithm != SWEEP_ALGORITHM,
            columns=tuple(Column(label_of(name), meaning_of(name)) for name in run.features),
            means=tuple(means_row(cluster, run) for cluster in clusters),
            overall=tuple(
                formatted(name, summary.mean, scaled=run.dataset.scaled_features)
                for name, summary in run.feature_summaries.items()
            ),
            seconds=tuple(
                (STEPS.get(name, name), f"{run.timings[name]:.1f} s")
                for name in sorted(run.timings, key=lambda name: [*STEPS, name].index(name))
            ),
            versions=tuple((name, str(version)) for name, version in run.versions.items()),
        )


def interval(low: float | None, high: float | None) -> str:
    """Write a 95 % interval; a score of all songs has none, for nothing was left to chance."""
    if low is None or high is None:
        return ""
    return EXACT if low == high else score_range(low, high)


def other_metrics(run: Run) -> tuple[Metric, ...]:
    """Return the scores beside the silhouette, each with its meaning."""
    bic = Metric(
        "Bayesian information criterion (BIC)",
        score(run.bic),
        "lower",
        "any number",
        "How well the mixture fits, minus a penalty for complexity. Compare it between mixtures on the same songs "
        "and features: the lowest has the best number of groups.",
    )
    return (
        Metric(
            "Davies–Bouldin",
            score(run.davies_bouldin),
            "lower",
            "from 0 upwards",
            "How wide the groups are, compared with how far apart their centers are. Below 1 is compact; 1.5 to 2.5 "
            "is usual for music.",
        ),
        Metric(
            "Calinski–Harabasz",
            score(run.calinski_harabasz),
            "higher",
            "from 0 upwards",
            "How much of the variance lies between groups rather than within them. It grows with the number of "
            "songs, so compare it only between runs on the same songs.",
        ),
        Metric(
            "Inertia",
            score(run.inertia),
            "lower",
            "from 0 upwards",
            "The squared distances of all songs to the center of their group, added up. It always falls with more "
            "groups, so compare it only between runs with the same number of groups.",
        ),
        *([bic] if run.bic is not None else []),
    )


def certainty(run: Run) -> Certainty | None:
    """Return how surely songs belong to their groups; None where the algorithm does not say."""
    membership = run.fitted_model.membership
    if membership is None:
        return None
    return Certainty(
        f"For each song, {run.get_algorithm_display()} computes {run.algorithm_spec.membership}: "
        f"{percent(membership.mean)} on average. {percent(membership.unsure)} of the songs are below "
        f"{percent(UNSURE)} and could just as well be in another group.",
        membership_bars(membership.counts),
    )


def cluster_score(cluster: Cluster, run: Run) -> ClusterScore:
    """Write one group's silhouette, and how surely its songs belong."""
    membership = run.fitted_model.membership
    return ClusterScore(
        cluster=cluster,
        silhouette=score(cluster.silhouette),
        interval=interval(cluster.silhouette_low, cluster.silhouette_high),
        songs=cluster.silhouette_songs or 0,
        negative=""
        if cluster.silhouette_share_negative is None
        else percent(cluster.silhouette_share_negative),
        stability="" if cluster.stability is None else f"{cluster.stability:.2f}",
        words=verdict_of_one(cluster, run),
        surely=percent(membership.clusters[cluster.index]) if membership else "",
    )


def means_row(cluster: Cluster, run: Run) -> MeansRow:
    """Write one group's means and mark those that stand out."""
    return MeansRow(
        cluster,
        tuple(
            Cell(
                formatted(name, cluster.means.get(name), scaled=run.dataset.scaled_features),
                _direction(cluster, name),
            )
            for name in run.features
        ),
    )


def _direction(cluster: Cluster, feature: str) -> str:
    effect = cluster.effects.get(feature) or 0.0
    return "" if abs(effect) < STANDS_OUT else "up" if effect > 0 else "down"


class Quantiles(Aggregate):
    """The quantiles at even steps from the lowest to the highest value, as one array."""

    function = "percentile_cont"
    template = f"%(function)s(ARRAY{list(FRACTIONS)}) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field: Any = ArrayField(FloatField())


def silhouette_curves(run: Run, *, cluster: int | None = None) -> dict[int, list[float]]:
    """Return the quantiles of each group's silhouettes, with one query."""
    measured = Assignment.objects.filter(run=run, silhouette__isnull=False)
    if cluster is not None:
        measured = measured.filter(cluster=cluster)
    return dict(measured.values_list("cluster").annotate(curve=Quantiles("silhouette")).order_by("cluster"))
