"""What each cluster sounds like: its features in real units, and which songs show it best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.features import CIRCULAR
from clustering.analysis.partition import Partition

BINS = 24
"""Bars of a histogram."""

OUTER_PERCENTILES = (0.5, 99.5)
"""Where the bars end: the outermost take in the few songs beyond, which would squeeze all the others."""

EXEMPLARS = 100
"""Songs nearest the center that are kept for each cluster."""

BORDERLINE = 50
"""Songs between two clusters that are kept for each."""

MAX_EFFECT = 10.0
"""An effect is cut here: a feature without any spread inside and outside would have an endless one."""

BinEdges = dict[str, tuple[float, ...]]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Profile:
    """One cluster in numbers. Every mapping is by feature.

    Attributes
    ----------
    index, size : int
        The cluster's number and how many songs it has.
    share : float
        Its part of all songs, from 0 to 1.
    means, medians, deviations : dict
        In real units; deviations are standard deviations within the cluster.
    z : dict
        The cluster's mean less the overall mean, in overall standard deviations.
    effects : dict
        Cohen's d of the cluster's songs against all the other songs.
    scaled_means : dict
        Means of the scaled values.
    histograms : dict
        Counts in the shared bins (`shared_bins`).
    exemplars : tuple of int
        Positions of the songs nearest the center, the nearest first; the songs of no group have none.
    borderline : tuple of int
        Positions of the songs that the next cluster misses by the least, the closest call first.
    is_noise : bool
        Whether these are the songs that are in no cluster.
    """

    index: int
    size: int
    share: float
    means: dict[str, float]
    medians: dict[str, float]
    deviations: dict[str, float]
    z: dict[str, float]
    effects: dict[str, float]
    scaled_means: dict[str, float]
    histograms: dict[str, tuple[int, ...]]
    exemplars: tuple[int, ...]
    borderline: tuple[int, ...]
    is_noise: bool = False


def shared_bins(values: npt.NDArray[Any], features: Sequence[str], bins: int = BINS) -> BinEdges:
    """Return the edges of the bars that all clusters' histograms share.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        Raw values.
    features : sequence of str
        The name of each column.
    bins : int
        How many bars.

    Returns
    -------
    dict of str to tuple of float
        ``bins + 1`` edges from the 0.5th to the 99.5th percentile.

    Examples
    --------
    >>> import numpy as np
    >>> shared_bins(np.array([[0.0], [1.0], [1.0]]), ["energy"], bins=2)["energy"][1:]
    (0.505, 1.0)
    """
    edges = {}
    for column, name in enumerate(features):
        one = values[:, column]
        low, high = np.percentile(one, OUTER_PERCENTILES)
        if low == high:  # nearly all songs have one value: show the whole range instead
            low, high = float(one.min()), float(one.max())
        if low == high:
            low, high = low - 0.5, high + 0.5
        edges[name] = tuple(float(edge) for edge in np.linspace(low, high, bins + 1))
    return edges


def build_profiles(
    values: npt.NDArray[Any],
    scaled: npt.NDArray[Any],
    partition: Partition,
    features: Sequence[str],
    scaled_columns: Sequence[str] | None = None,
    edges: BinEdges | None = None,
) -> tuple[Profile, ...]:
    """Describe each cluster.

    Of a feature that goes round (`CIRCULAR`) mean and median are its most common value, and it never stands
    out: between two keys there is no middle.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        Raw values without gaps.
    scaled : ndarray of shape (n, d)
        The same songs, scaled.
    partition : Partition
    features : sequence of str
        The name of each column.
    scaled_columns : sequence of str, optional
        The name of each scaled column, where they are not those of the features.
    edges : dict, optional
        The `shared_bins` of the values, where they are known already.

    Returns
    -------
    tuple of Profile
        In the clusters' order; the songs of no group, where there are any, come last.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.partition import fit_kmeans
    >>> songs = np.array([[0.1], [0.2], [0.3], [0.8], [0.9]])
    >>> first, second = build_profiles(songs, songs, fit_kmeans(songs, 2, seed=0), ["energy"])
    >>> first.size, round(first.means["energy"], 3), first.exemplars
    (3, 0.2, (1, 0, 2))
    """
    bars = edges or shared_bins(values, features)
    labels, clusters = partition.numbered, len(partition.centroids)
    order = np.argsort(labels, kind="stable")
    sizes = np.bincount(labels, minlength=clusters)
    ends = np.cumsum(sizes)
    members = [order[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    # Measured from the overall mean, so that a sum of squares of durations keeps its digits.
    middle = values.mean(axis=0, dtype=np.float64)
    # a cluster at a time: all of them in double precision would take more memory than all else
    means, variances, medians = np.stack([_moments(values[rows], middle) for rows in members], axis=1)
    overall = np.sqrt((sizes @ (variances + np.square(means))) / len(values))
    z = np.divide(means, overall, out=np.zeros_like(means), where=overall > 0)
    effects = effects_of(sizes, means, variances)

    def by_name(numbers: Floats, names: Sequence[str]) -> dict[str, float]:
        return dict(zip(names, (float(number) for number in numbers), strict=True))

    by_feature = partial(by_name, names=features)

    return tuple(
        _without_middles(values, members[profile.index], profile, features)
        for profile in (
            Profile(
                index=cluster,
                size=int(sizes[cluster]),
                share=float(sizes[cluster] / len(values)),
                means=by_feature(means[cluster] + middle),
                medians=by_feature(medians[cluster] + middle),
                deviations=by_feature(np.sqrt(variances[cluster])),
                z=by_feature(z[cluster]),
                effects=by_feature(effects[cluster]),
                scaled_means=dict(
                    zip(
                        scaled_columns or features,
                        scaled[rows].mean(axis=0, dtype=np.float64).tolist(),
                        strict=True,
                    )
                ),
                histograms=count_bars(values[rows], features, bars),
                exemplars=smallest(partition.distances[rows], rows, EXEMPLARS) if cluster < clusters else (),
                borderline=_borderline(scaled, partition, rows)
                if cluster < clusters
                else smallest(partition.distances[rows], rows, BORDERLINE),
                is_noise=cluster == clusters,
            )
            for cluster, rows in enumerate(members)
        )
    )


def _moments(values: npt.NDArray[Any], middle: Floats) -> Floats:
    """Return the mean, the variance and the median of each column less its middle, one below the other."""
    moments = np.empty((3, len(middle)))
    # column by column: what lies side by side is added up and sorted several times faster
    for column, one in enumerate(np.ascontiguousarray(values.T)):
        centred = one - middle[column]
        moments[:, column] = centred.mean(), centred.var(), _median(one) - middle[column]
    return moments


def _median(values: npt.NDArray[Any]) -> float:
    """Return what `numpy.median` does, a tenth of the time: NumPy finds one place much faster than two."""
    half = len(values) // 2
    values = np.partition(values, half)
    if len(values) % 2:
        return float(values[half])
    return (float(values[:half].max()) + float(values[half])) / 2


def _without_middles(
    values: npt.NDArray[Any], rows: npt.NDArray[Any], profile: Profile, features: Sequence[str]
) -> Profile:
    """Give features that go round their most common value, in which no cluster stands out."""
    for column, name in enumerate(features):
        if name in CIRCULAR:
            found, counts = np.unique(values[rows, column], return_counts=True)
            common = {name: float(found[counts.argmax()])}
            profile = replace(
                profile,
                means=profile.means | common,
                medians=profile.medians | common,
                z=profile.z | {name: 0.0},
                effects=profile.effects | {name: 0.0},
            )
    return profile


def effects_of(sizes: npt.NDArray[Any], means: Floats, variances: Floats) -> Floats:
    """Return Cohen's d of each cluster against all the other songs, with the pooled standard deviation."""
    inside = sizes[:, None].astype(np.float64)
    outside = sizes.sum() - inside
    squares = inside * (variances + np.square(means))
    sums = inside * means
    there = np.where(outside > 0, outside, 1)
    other_means = (sums.sum(axis=0) - sums) / there
    other_squares = squares.sum(axis=0) - squares - there * np.square(other_means)
    freedom = np.maximum(inside + outside - 2, 1)
    pooled = np.sqrt(np.maximum(inside * variances + other_squares, 0) / freedom)
    gap = np.where(outside > 0, means - other_means, 0.0)
    endless = np.sign(gap) * MAX_EFFECT
    effects = np.divide(gap, pooled, out=endless, where=pooled > 0)
    cut: Floats = np.clip(effects, -MAX_EFFECT, MAX_EFFECT)
    return cut


def count_bars(
    values: npt.NDArray[Any], features: Sequence[str], edges: Mapping[str, tuple[float, ...]]
) -> dict[str, tuple[int, ...]]:
    """Count the songs in each of the bars that `shared_bins` has made."""
    counts = {}
    for column, name in enumerate(features):
        bins = len(edges[name]) - 1
        low, high = edges[name][0], edges[name][-1]
        # Bars of one width: a division finds the bar, several times faster than a search among the edges.
        bars = (values[:, column].astype(np.float64) - low) * (bins / (high - low))
        np.clip(bars, 0, bins - 1, out=bars)
        counts[name] = tuple(np.bincount(bars.astype(np.intp), minlength=bins).tolist())
    return counts


def smallest(numbers: npt.NDArray[Any], rows: npt.NDArray[Any], count: int) -> tuple[int, ...]:
    """Return the rows with the smallest numbers, the smallest first, earlier rows first among equals."""
    chosen = np.arange(len(rows))
    if len(rows) > count:
        limit = np.partition(numbers, count - 1)[count - 1]
        chosen = np.flatnonzero(numbers <= limit)
    ranked = chosen[np.argsort(numbers[chosen], kind="stable")][:count]
    return tuple(rows[ranked].tolist())


def _borderline(scaled: npt.NDArray[Any], partition: Partition, rows: npt.NDArray[Any]) -> tuple[int, ...]:
    if len(partition.centroids) < 2:
        return ()
    nexts = partition.centroids.astype(np.float32)[partition.second[rows]]
    gaps = scaled[rows] - nexts
    apart = np.sqrt(np.einsum("ij,ij->i", gaps, gaps))
    return smallest(apart - partition.distances[rows], rows, BORDERLINE)
