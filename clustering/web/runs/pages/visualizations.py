"""The charts of a run: the map, a heatmap of means, bars, profiles, tree and distributions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from clustering.analysis.features import FEATURES
from clustering.models import Assignment, Cluster, Run
from clustering.models.song import title_of
from clustering.web.charts import Chart, Point, with_links
from clustering.web.charts.groups import Group
from clustering.web.components.clusters import clusters_of, group_of
from clustering.web.components.explore_links import bin_links, group_links, mean_links
from clustering.web.components.formatting import formatted, label_of
from clustering.web.runs.charts.tree import tree_lines
from clustering.web.runs.charts.visualizations import (
    Axis,
    distribution,
    feature_bars,
    group_profiles,
    means_heatmap,
    song_map,
)

KEY_FEATURES = ("energy", "acousticness", "valence", "instrumentalness", "speechiness")
MAX_TITLE_LENGTH = 70


@dataclass(frozen=True, slots=True)
class Choice:
    """A feature, or another attribute of songs, that a page offers to show."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """The part of the page that shows one feature's distribution."""

    choices: tuple[Choice, ...]
    chosen: str
    chart: Chart

    @classmethod
    def read(cls, run: Run, clusters: Sequence[Cluster] | None = None, *, feature: str = "") -> Distribution:
        """Return the distribution of one feature, of the run's first where it has none of that name."""
        clusters = clusters_of(run) if clusters is None else clusters
        chosen = feature if feature in run.features else run.features[0]
        edges = run.feature_summaries[chosen].edges
        bins = bin_labels(chosen, edges, scaled=run.dataset.scaled_features)
        counts = [cluster.histograms.get(chosen) or [0] * len(bins) for cluster in clusters]
        return cls(
            choices=tuple(Choice(name, label_of(name)) for name in run.features),
            chosen=chosen,
            chart=with_links(
                distribution(label_of(chosen), bins, [group_of(cluster) for cluster in clusters], counts),
                [bin_links(run.dataset, run, chosen, edges, (cluster.index,)) for cluster in clusters],
                rows=bin_links(run.dataset, run, chosen, edges),
            ),
        )


@dataclass(frozen=True, slots=True)
class RunVisualizationsPage:
    """The charts of a run; those that its features or its algorithm do not allow are None."""

    map: Chart
    heatmap: Chart
    features: Chart | None
    profiles: Chart | None
    tree: Chart | None
    distribution: Distribution

    @classmethod
    def read(cls, run: Run, *, feature: str = "") -> RunVisualizationsPage:
        """Read the page with two queries: the groups, and the sample of songs on the map."""
        clusters = clusters_of(run)
        groups = [group_of(cluster) for cluster in clusters]
        shares = [
            name for name in run.features if name in FEATURES and FEATURES[name].high == 1 and name != "mode"
        ]
        shares = [name for name in shares if name not in run.dataset.scaled_features]
        key_features = [name for name in KEY_FEATURES if name in shares] or shares[: len(KEY_FEATURES)]
        by_group = group_links(run, clusters)
        return cls(
            map=with_links(
                song_map(groups, sampled_songs(run, clusters), axes(run)),
                [[address] for address in by_group],
                rows=by_group,
            ),
            heatmap=_heatmap(run, clusters, by_group),
            features=with_links(
                feature_bars(groups, *labels_and_means(clusters, key_features)),
                mean_links(run, clusters, key_features),
                rows=by_group,
            )
            if key_features
            else None,
            profiles=_profiles(run, clusters, shares, by_group) if shares else None,
            tree=tree(run, groups),
            distribution=Distribution.read(run, clusters, feature=feature),
        )


def _profiles(run: Run, clusters: Sequence[Cluster], shares: Sequence[str], by_group: Sequence[str]) -> Chart:
    chart = group_profiles(
        [group_of(cluster) for cluster in clusters],
        *labels_and_means(clusters, shares),
        [run.feature_summaries[name].mean for name in shares],
    )
    return with_links(chart, [*mean_links(run, clusters, shares), [""]], rows=[*by_group, ""])


def _heatmap(run: Run, clusters: Sequence[Cluster], by_group: Sequence[str]) -> Chart:
    chart = means_heatmap(
        [group_of(cluster) for cluster in clusters],
        [label_of(name) for name in run.features],
        [[cluster.scaled_means.get(name) for name in run.features] for cluster in clusters],
        [
            [
                formatted(name, cluster.means.get(name), scaled=run.dataset.scaled_features)
                for name in run.features
            ]
            for cluster in clusters
        ],
    )
    cells = [address for row in mean_links(run, clusters, run.features) for address in row]
    return with_links(chart, cells, rows=by_group)


def tree(run: Run, groups: Sequence[Group]) -> Chart | None:
    """Return the tree of a hierarchical run's groups."""
    stored = run.fitted_model.tree
    return tree_lines(groups, stored.sizes, stored.clusters, stored.merges) if stored else None


def bin_labels(feature: str, edges: Sequence[float], *, scaled: Collection[str] = ()) -> list[str]:
    """Write where the bins of a histogram lie."""
    return [bin_label(feature, low, high, scaled=scaled) for low, high in pairwise(edges)]


def bin_label(feature: str, low: float, high: float, *, scaled: Collection[str] = ()) -> str:
    """Write where a bin lies; a range too narrow for the unit's digits is written with more of them."""
    first, last = formatted(feature, low, scaled=scaled), formatted(feature, high, scaled=scaled)
    return (f"{low:.3g} – {high:.3g}" if first == last else f"{first} – {last}").replace("-", "−")


def sampled_songs(run: Run, clusters: Sequence[Cluster]) -> list[list[Point]]:
    """Read the random sample of songs that the small map shows, by group."""
    points: list[list[Point]] = [[] for _ in clusters]
    drawn = Assignment.objects.filter(run=run, sampled=True).order_by("song_id")
    columns = ("cluster", "x", "y", "song__title", "song__artist", "song__external_id", "song__row_number")
    for cluster, x, y, title, artist, external_id, row_number in drawn.values_list(*columns):
        words = title_of(title, external_id, row_number)
        words = f"{words} – {artist}" if artist else words
        short = words if len(words) <= MAX_TITLE_LENGTH else f"{words[: MAX_TITLE_LENGTH - 1]}…"
        points[cluster].append(Point(x, y, short))
    return points


def axes(run: Run) -> tuple[Axis, Axis]:
    """Return what the map's two axes show."""
    shares = [*run.explained_variance, 0.0, 0.0]
    words = run.fitted_model.axis_words
    return Axis(shares[0], words[0]), Axis(shares[1], words[1])


def labels_and_means(
    clusters: Sequence[Cluster], features: Sequence[str]
) -> tuple[list[str], list[list[float | None]]]:
    """Return the features' labels, and each group's means of them."""
    means = [[cluster.means.get(name) for name in features] for cluster in clusters]
    return [label_of(name) for name in features], means
