"""Songs that came after a run was made: how well they fit its groups, and in what they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.dateparse import parse_datetime

from clustering.analysis.algorithms import NO_LATER_SONGS
from clustering.charts import Chart
from clustering.charts.run_added import before_and_after, group_shares
from clustering.models import Cluster, Run
from clustering.queries.runs.pictures import bin_label
from clustering.queries.runs.shared import clusters_of, formatted, group_of, label_of

MOST_CHARTS = 4
NOTABLE = 0.2  # standard deviations: Cohen's "small" effect

VERDICTS = {
    "few": (
        "Too few songs to tell",
        "With fewer than 30 songs, nothing can be said about how well all that may come would fit.",
        "fair",
    ),
    "fits": (
        "They fit",
        "About as many of the added songs lie far from their group's centre as of the first ones. The groups describe "
        "them too.",
        "good",
    ),
    "partly": (
        "Most of them fit",
        "More of the added songs lie far from their group's centre than of the first ones. The groups still describe "
        "most of them; if these songs matter to you, run it again with all songs and compare.",
        "fair",
    ),
    "poorly": (
        "They do not fit",
        "Many of the added songs are unlike anything that these groups were found in. Run it again with all songs: "
        "there may be groups that this run does not know.",
        "poor",
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well added songs fit, in words."""

    title: str
    sentence: str
    level: str
    advise_again: bool


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

    at: datetime | None
    songs: int
    left_out: int
    far: int
    share: float
    low: float
    high: float
    verdict: Verdict
    groups: Chart
    features: tuple[FeatureLine, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class RunAdded:
    """The page: each addition, the latest first, and what waits to be placed."""

    additions: tuple[Addition, ...]
    waiting: int
    refusal: str
    """Why the waiting songs cannot be placed; empty where they can."""


def run_added(run: Run) -> RunAdded:
    """Read the page with one query: the groups."""
    clusters = clusters_of(run)
    return RunAdded(
        additions=tuple(
            _addition(run, clusters, place, addition) for place, addition in enumerate(run.additions)
        )[::-1],
        waiting=run.unplaced_songs,
        refusal=NO_LATER_SONGS if run.algorithm == Run.Algorithm.HDBSCAN else "",
    )


def verdict_of(run: Run) -> Verdict | None:
    """Return how well the last songs fit that were placed in a run."""
    return _verdict(run.additions[-1]["drift"]["fit"]) if run.additions else None


def _verdict(fit: str) -> Verdict:
    return Verdict(*VERDICTS[fit], advise_again=fit in ("partly", "poorly"))


def _addition(run: Run, clusters: Sequence[Cluster], place: int, addition: Mapping[str, Any]) -> Addition:
    drift = addition["drift"]
    moved = sorted(drift["features"], key=lambda one: -abs(one["effect"]))
    groups = [group_of(cluster) for cluster in clusters if not cluster.no_group]
    return Addition(
        at=parse_datetime(addition["at"]),
        songs=addition["songs"],
        left_out=addition["left_out"],
        far=drift["far"],
        share=drift["share"],
        low=drift["low"],
        high=drift["high"],
        verdict=_verdict(drift["fit"]),
        groups=group_shares(
            f"groups-{place}", groups, drift["shares_before"], drift["shares_after"], songs=addition["songs"]
        ),
        features=tuple(
            FeatureLine(
                label=label_of(one["name"]),
                before=formatted(one["name"], one["before"]),
                after=formatted(one["name"], one["after"]),
                effect=one["effect"],
                gap=one["gap"],
                notable=abs(one["effect"]) >= NOTABLE,
            )
            for one in moved
        ),
        charts=tuple(_chart(run, clusters, place, one) for one in moved[:MOST_CHARTS]),
    )


def _chart(run: Run, clusters: Sequence[Cluster], place: int, one: Mapping[str, Any]) -> Chart:
    name = one["name"]
    bins = [bin_label(name, low, high) for low, high in pairwise(run.overall[name]["edges"])]
    rows = [cluster.histograms.get(name) or [0] * len(bins) for cluster in clusters]
    before = [sum(column) for column in zip(*rows, strict=True)]
    return before_and_after(f"{name}-{place}", label_of(name), bins, before, one["counts"])
