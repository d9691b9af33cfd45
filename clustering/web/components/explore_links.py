"""From pictures of a run or a dataset to their songs: the addresses of Explore behind bars, dots and cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clustering.models import Cluster, Dataset, Run
from clustering.storage.kept_columns import EXTRA
from clustering.storage.song_filters import NumberRange, SongFilter
from clustering.web.components.explore import ALL_SONGS, explore_address


def group_links(run: Run, clusters: Iterable[Cluster]) -> list[str]:
    """Return the songs of each group."""
    return [
        explore_address(run.dataset_id, run.pk, SongFilter(groups=(cluster.index,))) for cluster in clusters
    ]


def mean_links(run: Run, clusters: Iterable[Cluster], features: Sequence[str]) -> list[list[str]]:
    """Return for each group and feature the group's songs, those with the most of the feature first."""
    return [
        [
            explore_address(
                run.dataset_id,
                run.pk,
                SongFilter(groups=(cluster.index,)),
                sort=f"-{column_of(run.dataset, name)}",
            )
            for name in features
        ]
        for cluster in clusters
    ]


def bin_links(
    dataset: Dataset, run: Run | None, name: str, edges: Sequence[float], groups: tuple[int, ...] = ()
) -> list[str]:
    """Return the songs in each bin of a histogram; those beyond its ends are in the outermost."""
    column, last = column_of(dataset, name), len(edges) - 2
    number = run.pk if run else ALL_SONGS
    return [
        explore_address(
            dataset.pk,
            number,
            SongFilter(
                ranges=(
                    NumberRange(
                        column, edges[place] if place else None, edges[place + 1] if place < last else None
                    ),
                ),
                groups=groups,
            ),
        )
        for place in range(len(edges) - 1)
    ]


def year_links(dataset: Dataset, periods: Iterable[tuple[int, int]]) -> list[str]:
    """Return the songs of some times, each from its first year to its last."""
    return [
        explore_address(dataset.pk, asked=SongFilter(ranges=(NumberRange("release_year", first, last + 1),)))
        for first, last in periods
    ]


def column_of(dataset: Dataset, name: str) -> str:
    """Return how addresses name a feature of a run."""
    return f"{EXTRA}{name}" if name in dataset.extra_columns else name
