"""The first page of a run: what was grouped, how, and what came out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from clustering.analysis.choosing.candidates import SWEEP_ALGORITHM
from clustering.analysis.scaling import SCALERS
from clustering.exports.verdict import RunVerdict, verdict_of
from clustering.models import Cluster, Run, Sweep
from clustering.web.components.clusters import clusters_of
from clustering.web.components.formatting import label_of, meaning_of
from clustering.web.components.single_features import SplitFeature, split_features_of
from clustering.web.components.songs import SongLine, first_versions, songs_by_id
from clustering.web.components.thumbnails import Dots, square_dots
from clustering.web.runs.pages.borders import ClusterBorders, borders_by_cluster
from clustering.web.runs.pages.group_numbers import GroupNumbers
from clustering.web.runs.pages.insights import Trait, traits

SONGS_SHOWN = 3  # of each group
CHIPS_SHOWN = 3
SPLIT_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FeatureUsed:
    """A feature that the groups were made from."""

    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group on one line of the page: what stands out, some of its songs, how sharp its borders are."""

    cluster: Cluster
    chips: tuple[Trait, ...]
    songs: tuple[SongLine, ...]
    borders: ClusterBorders | None


@dataclass(frozen=True, slots=True)
class RunOverviewPage:
    """What was grouped, how, and what came out: a small map, and a row for each group."""

    rows: tuple[GroupRow, ...]
    dots: tuple[Dots, ...]
    features: tuple[FeatureUsed, ...]
    how: tuple[str, ...]
    verdict: RunVerdict | None
    numbers: GroupNumbers | None
    split_features: tuple[SplitFeature, ...]

    @classmethod
    def read(cls, run: Run, *, can_start: bool = False) -> RunOverviewPage:
        """Read the page with three queries for groups, songs and the map, and two for what else could be chosen."""
        clusters = clusters_of(run)
        borders = borders_by_cluster(run, clusters)
        songs = _typical_songs(run, clusters)
        return cls(
            rows=tuple(
                GroupRow(
                    cluster=cluster,
                    chips=traits(cluster, run)[:CHIPS_SHOWN],
                    songs=songs.get(cluster.index, ()),
                    borders=borders.get(cluster.index),
                )
                for cluster in clusters
            ),
            dots=square_dots(run, clusters),
            features=tuple(FeatureUsed(label_of(name), meaning_of(name)) for name in run.features),
            how=tuple(how_it_was_made(run)),
            verdict=verdict_of(run, clusters),
            numbers=GroupNumbers.read(run, can_start=can_start),
            split_features=_worth_telling(run),
        )


def _worth_telling(run: Run) -> tuple[SplitFeature, ...]:
    """Return the few features that fall into parts by themselves; where there are many, the groups themselves do."""
    if run.advice is None or run.advice.verdict == Sweep.Verdict.CLEAR or len(run.features) == 1:
        return ()
    found = split_features_of(run.advice)
    return found if len(found) <= SPLIT_SHOWN else ()


def _typical_songs(run: Run, clusters: Sequence[Cluster]) -> dict[int, tuple[SongLine, ...]]:
    """Return the most typical songs of each group; one that is in two groups in two versions is of the first."""
    ids = [cluster.exemplars[: 2 * SONGS_SHOWN] for cluster in clusters]
    songs = songs_by_id(run, clusters, chain.from_iterable(ids))
    shown: dict[int, list[SongLine]] = defaultdict(list)
    for line in first_versions(songs[song] for song in chain.from_iterable(ids) if song in songs):
        shown[line.cluster.index].append(line)
    return {index: tuple(lines[:SONGS_SHOWN]) for index, lines in shown.items()}


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
            f"The groups, the scaling and the map come from a random sample of {run.fitted_songs:,} songs; each of "
            f"the {placed:,} songs then joined the nearest group. Sizes, means, distributions, genres, decades and "
            "scores are those of all songs; medians, stability and the random baseline are those of the sample."
        )
    if run.weights:
        weights = [f"{label_of(name)} {weight:g} times" for name, weight in run.weights.items()]
        sentences.append(f"Weights: {', '.join(weights)}; all other features count once.")
    if run.min_cluster_size is not None:
        sentences.append(
            f"Groups have at least {run.min_cluster_size:,} songs; {run.noise_count:,} songs without enough neighbors "
            "are in no group."
        )
    elif run.k_requested is None:
        reason = run.sweep.reason if run.sweep else ""
        how = "" if run.algorithm == SWEEP_ALGORITHM else ", by testing with K-Means"
        sentences.append(f"The number of groups, {run.k}, was chosen automatically{how}. {reason}".rstrip())
    else:
        sentences.append(f"The number of groups, {run.k}, was chosen by hand.")
    if run.settings.fills_gaps:
        whose = "all songs" if run.sample_size is None else "the sample"
        sentences.append(f"Missing values were filled with the median of {whose}.")
    if run.left_out:
        plural = "song was" if run.left_out == 1 else "songs were"
        sentences.append(f"{run.left_out:,} {plural} skipped because a value was missing.")
    sentences.append(f"Random seed {run.seed}: the same file and settings give the same groups.")
    return sentences
