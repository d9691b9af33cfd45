"""One group from top to bottom: how far to trust it, what it sounds like, its songs, genres and edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clustering.analysis.describing.labels import Frequency
from clustering.analysis.scores.association import Association
from clustering.analysis.scores.effects import effect_interval
from clustering.models import Cluster, Run
from clustering.storage.song_filters import SongFilter
from clustering.web.charts import Chart, score, with_links
from clustering.web.components.clusters import clusters_of, group_of
from clustering.web.components.explore import explore_address
from clustering.web.components.explore_links import bin_links, mean_links
from clustering.web.components.formatting import label_of, percent
from clustering.web.components.songs import SongLine, songs_by_id
from clustering.web.components.tracks import Track, track
from clustering.web.runs.charts.cluster import Effect, against_the_rest, effect_bars
from clustering.web.runs.charts.silhouettes import silhouette_plot
from clustering.web.runs.pages.borders import ClusterBorders, borders_by_cluster
from clustering.web.runs.pages.insights import effect_words, mean_of_others
from clustering.web.runs.pages.metrics import interval, silhouette_curves
from clustering.web.runs.pages.stability import Stability, interpret_stability
from clustering.web.runs.pages.visualizations import bin_labels

SONGS_SHOWN = 10
BORDERLINE_SHOWN = 10
NEIGHBORS_SHOWN = 4
WEAK, STRONG = 0.2, 0.5  # of Cramér's V beyond chance


@dataclass(frozen=True, slots=True)
class Difference:
    """One feature of the group beside the other songs."""

    track: Track
    """From the lowest to the highest value of the dataset: the group, and beside it all other songs."""
    effect: str
    words: str


@dataclass(frozen=True, slots=True)
class Neighbor:
    """Another group that is the next nearest for some of the songs."""

    cluster: Cluster
    share: str
    count: int


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A genre or a decade in the group; `bar` is from 0 to 100."""

    name: str
    count: int
    share: str
    lift: str
    bar: float
    songs: str
    """Where Explore shows them."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The genres or decades of the group, and how far they tell the groups of the run apart."""

    rows: tuple[LabelRow, ...]
    association: str


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """One group: how far to trust it, what sets it apart, its songs, its genres and decades."""

    cluster: Cluster
    clusters: tuple[Cluster, ...]
    inherited_from: Cluster | None
    """The group of an earlier run that its name and color come from."""
    stability: str
    trust: Stability | None
    silhouette: str
    silhouette_interval: str
    nearer_to_another: str
    plot: Chart | None
    neighbors: tuple[Neighbor, ...]
    borders: ClusterBorders | None
    effects: Chart
    differences: tuple[Difference, ...]
    genres: Labels
    decades: Labels
    typical: tuple[SongLine, ...]
    popular: tuple[SongLine, ...]
    borderline: tuple[SongLine, ...]
    distributions: tuple[Chart, ...]

    @classmethod
    def read(cls, run: Run, index: int) -> ClusterPage | None:
        """Read the page with three queries: the groups, songs, silhouettes; nothing where there is no such group."""
        clusters = clusters_of(run)
        if index >= len(clusters):
            return None
        cluster = clusters[index]
        typical, popular = cluster.exemplars[:SONGS_SHOWN], cluster.popular[:SONGS_SHOWN]
        edge = cluster.borderline[:BORDERLINE_SHOWN]
        songs = songs_by_id(run, clusters, {*typical, *popular, *edge})
        curves = silhouette_curves(run, cluster=index)
        sorted_here = mean_links(run, [cluster], by_effect(cluster, run))[0]

        def here(**asked: Any) -> str:
            return explore_address(run.dataset_id, run.pk, SongFilter(groups=(index,), **asked))

        negative = cluster.silhouette_share_negative
        return cls(
            cluster=cluster,
            clusters=clusters,
            inherited_from=inherited_from(cluster),
            stability="" if cluster.stability is None else f"{cluster.stability:.2f}",
            trust=None if cluster.stability is None else interpret_stability(cluster.stability),
            silhouette=score(cluster.silhouette),
            silhouette_interval=interval(cluster.silhouette_low, cluster.silhouette_high),
            nearer_to_another="" if negative is None else percent(negative),
            plot=silhouette_plot([group_of(cluster)], {0: curves[index]}, run.silhouette) if curves else None,
            neighbors=neighbors(cluster, clusters),
            borders=borders_by_cluster(run, clusters).get(index),
            effects=with_links(
                effect_bars(group_of(cluster), effects(cluster, run)), sorted_here, rows=sorted_here
            ),
            differences=differences(cluster, run),
            genres=Labels(
                label_rows(
                    [(row.genre, row, here(genres=(row.genre,))) for row in cluster.genre_frequencies]
                ),
                association_words(run.label_associations.get("genre"), "genre"),
            ),
            decades=Labels(
                label_rows(
                    [
                        (f"{row.decade}s", row, here(decades=(row.decade,)))
                        for row in cluster.decade_frequencies
                    ]
                ),
                association_words(run.label_associations.get("decade"), "decade"),
            ),
            typical=tuple(songs[song] for song in typical if song in songs),
            popular=tuple(songs[song] for song in popular if song in songs),
            borderline=tuple(songs[song] for song in edge if song in songs),
            distributions=distributions(cluster, clusters, run),
        )


def inherited_from(cluster: Cluster) -> Cluster | None:
    """Return the group that this one was called after, where there is one still."""
    if cluster.inherited_from_id is None:
        return None
    earlier = Cluster.objects.select_related("run").only(
        "index",
        "own_name",
        "generated_name",
        *(f"run__{name}" for name in ("k", "k_requested", "own_name", "words", "copy", "created_at")),
    )
    return earlier.filter(pk=cluster.inherited_from_id).first()


def neighbors(cluster: Cluster, clusters: Sequence[Cluster]) -> tuple[Neighbor, ...]:
    """Return the groups next to this one, by how many of its songs would go there first."""
    by_index = {one.index: one for one in clusters}
    return tuple(
        Neighbor(by_index[row.index], percent(row.count / max(1, cluster.size)), row.count)
        for row in cluster.neighbor_clusters
    )[:NEIGHBORS_SHOWN]


def effects(cluster: Cluster, run: Run) -> list[Effect]:
    """Return the group's effect sizes with their intervals, the largest first."""
    outside = run.songs_count - cluster.size
    rows = []
    for name in by_effect(cluster, run):
        size = cluster.effects.get(name) or 0.0
        low, high = (
            effect_interval(size, cluster.size, outside) if min(cluster.size, outside) > 1 else (size, size)
        )
        rows.append(Effect(label_of(name), size, low, high))
    return rows


def by_effect(cluster: Cluster, run: Run) -> list[str]:
    """Return the run's features, the ones in which the group differs most first."""
    return sorted(run.features, key=lambda name: -abs(cluster.effects.get(name) or 0.0))


def differences(cluster: Cluster, run: Run) -> tuple[Difference, ...]:
    """Write each feature of the group beside that of all the other songs."""
    return tuple(
        Difference(
            track=track(
                run.dataset, name, cluster.means.get(name), beside=mean_of_others(cluster, run, name)
            ),
            effect=one.words,
            words=effect_words(name, one.effect),
        )
        for name, one in zip(by_effect(cluster, run), effects(cluster, run), strict=True)
    )


def label_rows(labels: Sequence[tuple[str, Frequency, str]]) -> tuple[LabelRow, ...]:
    """Write genres or decades with their counts and how much more common they are here than overall."""
    most = max((frequency.share for _, frequency, _ in labels), default=1) or 1
    return tuple(
        LabelRow(
            name=name,
            count=frequency.count,
            share=percent(frequency.share),
            lift=f"{frequency.lift:.1f}×",
            bar=100 * frequency.share / most,
            songs=songs,
        )
        for name, frequency, songs in labels
    )


def association_words(association: Association | None, kind: str) -> str:
    """Write how strongly the groups of the run go together with genres or decades."""
    if association is None:
        return ""
    value, chance = association.cramers_v, association.by_chance
    numbers = f"Cramér's V is {value:.2f} out of 1, where chance alone gives about {chance:.2f}"
    plural = f"{kind}s"
    if value < chance + WEAK:
        return (
            f"The groups are hardly related to {plural}: {numbers}. So a {kind} that is common here doesn't describe "
            "the group."
        )
    if value < chance + STRONG:
        return (
            f"The groups are partly related to {plural}: {numbers}. Still, songs of every common {kind} are in several "
            "groups."
        )
    return f"The groups follow {plural} closely: {numbers}."


def distributions(cluster: Cluster, clusters: Sequence[Cluster], run: Run) -> tuple[Chart, ...]:
    """Draw each feature of the group against all the other songs."""
    charts = []
    for name in by_effect(cluster, run):
        edges, own = run.feature_summaries[name].edges, cluster.histograms[name]
        others = [other.histograms[name] for other in clusters if other is not cluster]
        rest = [sum(counts) for counts in zip(*others, strict=True)] or [0] * len(own)
        bins = bin_labels(name, edges, scaled=run.dataset.scaled_features)
        chart = against_the_rest(name, label_of(name), bins, group_of(cluster), own, rest)
        here = bin_links(run.dataset, run, name, edges, (cluster.index,))
        there = bin_links(
            run.dataset, run, name, edges, tuple(other.index for other in clusters if other is not cluster)
        )
        charts.append(with_links(chart, [here, there], rows=here))
    return tuple(charts)
