"""The first page of a run: what was grouped, how, and what came out."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.analysis.choosing.candidates import SWEEP_ALGORITHM
from clustering.analysis.scaling import SCALERS
from clustering.exports.separation import Separation, interpret_silhouette
from clustering.models import Cluster, Run
from clustering.web.charts import Chart
from clustering.web.charts.groups import size_bars
from clustering.web.components.clusters import clusters_of, group_of
from clustering.web.components.formatting import four_digits, label_of, meaning_of
from clustering.web.components.songs import SongLine, songs_by_id

TOP_SONGS = 40  # in the table, over all groups
MAX_PER_CLUSTER = 5


@dataclass(frozen=True, slots=True)
class FeatureUsed:
    """A feature that the groups were made from."""

    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class RunOverviewPage:
    """What was grouped, how, and what came out: sizes, separation, and the most typical songs."""

    clusters: tuple[Cluster, ...]
    features: tuple[FeatureUsed, ...]
    how: tuple[str, ...]
    sizes: Chart
    top_songs: tuple[SongLine, ...]
    per_cluster: int
    silhouette: str
    separation: Separation | None
    has_genres: bool
    has_artists: bool

    @classmethod
    def read(cls, run: Run) -> RunOverviewPage:
        """Read the page with two queries: the groups and their most typical songs."""
        clusters = clusters_of(run)
        per_cluster = max(1, min(MAX_PER_CLUSTER, TOP_SONGS // max(1, len(clusters))))
        ids = [song for cluster in clusters for song in cluster.exemplars[:per_cluster]]
        songs = songs_by_id(run, clusters, ids)
        top_songs = tuple(songs[song] for song in ids if song in songs)
        return cls(
            clusters=clusters,
            features=tuple(FeatureUsed(label_of(name), meaning_of(name)) for name in run.features),
            how=tuple(how_it_was_made(run)),
            sizes=size_bars([group_of(cluster) for cluster in clusters]),
            top_songs=top_songs,
            per_cluster=per_cluster,
            silhouette=four_digits(run.silhouette),
            separation=interpret_silhouette(run, clusters),
            has_genres=any(song.genres for song in top_songs),
            has_artists=any(song.artist for song in top_songs),
        )


def how_it_was_made(run: Run) -> list[str]:
    """Return the sentences on what was done to the songs."""
    placed = run.songs_count - run.noise_count
    sentences = [
        f"{run.get_algorithm_display()} put {placed:,} songs into {run.k} groups, so that songs in "
        f"one group are alike in {len(run.features)} feature{'' if len(run.features) == 1 else 's'}.",
        run.algorithm_spec.description,
        SCALERS[run.scaler].description,
    ]
    if run.sample_size is not None:
        sentences.append(
            f"The groups, the scale and the map come from {run.fitted_songs:,} songs drawn by lot; each of the "
            f"{placed:,} songs then joined the group whose centre is nearest. Sizes, means, distributions, genres, "
            "decades and scores are those of all; only medians, stability and what shuffled songs score are of the "
            "drawn ones."
        )
    if run.weights:
        weights = [f"{label_of(name)} {weight:g} times" for name, weight in run.weights.items()]
        sentences.append(f"Features counted once, but {', '.join(weights)}.")
    if run.min_cluster_size is not None:
        sentences.append(
            f"A group is where at least {run.min_cluster_size:,} songs crowd. Songs with too few others around "
            f"are in no group: {run.noise_count:,}."
        )
    elif run.k_requested is None:
        reason = run.sweep.reason if run.sweep else ""
        how = "" if run.algorithm == SWEEP_ALGORITHM else ", by what K-Means makes of the songs"
        sentences.append(f"The number of groups, {run.k}, was chosen automatically{how}. {reason}".rstrip())
    else:
        sentences.append(f"The number of groups, {run.k}, was chosen by hand.")
    if run.settings.fills_gaps:
        whose = "all" if run.sample_size is None else "the drawn"
        sentences.append(f"Where a song lacked a value, the middle value of {whose} songs was put in.")
    if run.left_out:
        plural = "song was" if run.left_out == 1 else "songs were"
        sentences.append(f"{run.left_out:,} {plural} left out because a value was missing.")
    sentences.append(f"Seed {run.seed}: the same file and settings give the same groups again.")
    return sentences
