"""Songs that came after a run was made: how well they fit its groups, and in what they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clustering.analysis.prediction import drift
from clustering.models import Cluster, Run
from clustering.web.charts import Chart
from clustering.web.components.clusters import clusters_of, group_of
from clustering.web.components.fit import Verdict, fit_verdict
from clustering.web.components.formatting import formatted, label_of
from clustering.web.runs.charts.added import before_and_after, group_shares
from clustering.web.runs.pages.visualizations import bin_labels

MAX_CHARTS = 4
NOTABLE = 0.2  # standard deviations: Cohen's "small" effect


@dataclass(frozen=True, slots=True)
class FeatureLine:
    """One feature of the added songs beside the first ones."""

    label: str
    before: str
    after: str
    effect: float
    gap: float
    notable: bool


@dataclass(frozen=True, slots=True)
class Addition:
    """The songs that were placed at one time."""

    at: datetime
    songs: int
    left_out: int
    far: int
    share: float
    low: float
    high: float
    expected: float
    verdict: Verdict
    groups: Chart
    features: tuple[FeatureLine, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class RunAddedPage:
    """The additions of a run, the latest first, and how many songs wait to be placed."""

    additions: tuple[Addition, ...]
    waiting: int
    refusal: str
    """Why the waiting songs cannot be placed; empty where they can."""

    @classmethod
    def read(cls, run: Run) -> RunAddedPage:
        """Read the page with one query: the groups."""
        clusters = clusters_of(run)
        return cls(
            additions=tuple(
                _addition(run, clusters, place, addition)
                for place, addition in enumerate(run.assigned_additions)
            )[::-1],
            waiting=run.unplaced_songs,
            refusal=run.algorithm_spec.assign_refusal,
        )


def _addition(run: Run, clusters: Sequence[Cluster], place: int, addition: drift.Addition) -> Addition:
    found = addition.drift
    features = sorted(found.features, key=lambda feature: -abs(feature.effect))
    groups = [group_of(cluster) for cluster in clusters if not cluster.is_noise]
    return Addition(
        at=addition.at,
        songs=addition.songs,
        left_out=addition.left_out,
        far=found.far,
        share=found.share,
        low=found.low,
        high=found.high,
        expected=found.expected,
        verdict=fit_verdict(found.fit),
        groups=group_shares(
            f"groups-{place}", groups, found.shares_before, found.shares_after, songs=addition.songs
        ),
        features=tuple(
            FeatureLine(
                label=label_of(feature.name),
                before=formatted(feature.name, feature.before, scaled=run.dataset.scaled_features),
                after=formatted(feature.name, feature.after, scaled=run.dataset.scaled_features),
                effect=feature.effect,
                gap=feature.gap,
                notable=abs(feature.effect) >= NOTABLE,
            )
            for feature in features
        ),
        charts=tuple(_chart(run, clusters, place, feature) for feature in features[:MAX_CHARTS]),
    )


def _chart(run: Run, clusters: Sequence[Cluster], place: int, feature: drift.FeatureDrift) -> Chart:
    name = feature.name
    bins = bin_labels(name, run.feature_summaries[name].edges, scaled=run.dataset.scaled_features)
    rows = [cluster.histograms[name] for cluster in clusters]
    before = [sum(column) for column in zip(*rows, strict=True)]
    return before_and_after(f"{name}-{place}", label_of(name), bins, before, feature.counts)
