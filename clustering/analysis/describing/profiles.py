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
"""Where the bars end: the outermost count the few songs beyond, which would squeeze all the others."""

EXEMPLARS = 100
"""Songs nearest the center that are kept for each cluster."""

BORDERLINE = 50
"""Songs between two clusters that are kept for each."""

POPULAR = 100
"""The most popular songs that are kept for each cluster."""

CANDIDATES = 4
"""So many times as many are found, as several may be versions of one song, of which one is kept."""

MAX_EFFECT = 10.0
"""Effects are clipped here: that of a feature without any spread inside and outside would be infinite."""

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


@dataclass(frozen=True, slots=True)
class FeatureSummary:
    """A feature of all songs that a run was fitted to, in real units.

    Attributes
    ----------
    edges : tuple of float
        The bin edges that the histograms of all clusters share.
    mean, deviation : float
    """

    edges: tuple[float, ...]
    mean: float
    deviation: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {"edges": list(self.edges), "mean": self.mean, "deviation": self.deviation}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "FeatureSummary":
        """Return what `to_dict` described."""
        return cls(tuple(data["edges"]), data["mean"], data["deviation"])


@dataclass(frozen=True, slots=True)
class Neighbor:
    """Another cluster, and how many songs of a cluster have it as their second-nearest."""

    index: int
    count: int


@dataclass(frozen=True, slots=True)
class ProfileColumns:
    """The columns that profiles are made of.

    Attributes
    ----------
    features : tuple of str
        The name of each column of raw values.
    scaled : tuple of str
        The name of each column of scaled values; a circular feature has two.
    edges : dict of str to tuple of float
        The bin edges of each feature's histogram, as `shared_bins` returns them.
    """

    features: tuple[str, ...]
    scaled: tuple[str, ...]
    edges: BinEdges

    @classmethod
    def of(
        cls, values: npt.NDArray[Any], features: Sequence[str], scaled: Sequence[str] | None = None
    ) -> "ProfileColumns":
        """Return the columns of raw values (n, d); scaled ones are called like the features where not given."""
        return cls(tuple(features), tuple(scaled or features), shared_bins(values, features))

    def by_feature(self, numbers: Floats) -> dict[str, float]:
        """Return numbers (d,) by the feature that each belongs to."""
        return dict(zip(self.features, numbers.tolist(), strict=True))

    def by_scaled(self, numbers: Floats) -> dict[str, float]:
        """Return numbers, one for each scaled column, by the names of these."""
        return dict(zip(self.scaled, numbers.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class ClusterMoments:
    """Means and variances of the features in each of k clusters, in real units.

    Attributes
    ----------
    sizes : ndarray of shape (k,)
        How many songs each cluster has.
    overall_mean : ndarray of shape (d,)
        The mean of all songs, from which squares are summed: those of durations keep their digits so.
    offsets : ndarray of shape (k, d)
        The mean of each cluster less the overall mean.
    variances : ndarray of shape (k, d)
        Within each cluster.
    """

    sizes: npt.NDArray[np.int64]
    overall_mean: Floats
    offsets: Floats
    variances: Floats

    @property
    def means(self) -> Floats:
        """The mean of each cluster."""
        return self.offsets + self.overall_mean

    @property
    def overall_deviation(self) -> Floats:
        """The standard deviation of each feature over all songs."""
        squares = self.sizes @ (self.variances + np.square(self.offsets))
        deviation: Floats = np.sqrt(squares / self.sizes.sum())
        return deviation

    @property
    def z(self) -> Floats:
        """The offset of each cluster's mean in overall standard deviations."""
        deviation = self.overall_deviation
        return np.divide(self.offsets, deviation, out=np.zeros_like(self.offsets), where=deviation > 0)

    @property
    def effects(self) -> Floats:
        """Cohen's d of each cluster against all the other songs, with the pooled standard deviation."""
        inside = self.sizes[:, None].astype(np.float64)
        outside = self.sizes.sum() - inside
        squares = inside * (self.variances + np.square(self.offsets))
        sums = inside * self.offsets
        divisor = np.where(outside > 0, outside, 1)
        other_means = (sums.sum(axis=0) - sums) / divisor
        other_squares = squares.sum(axis=0) - squares - divisor * np.square(other_means)
        freedom = np.maximum(inside + outside - 2, 1)
        pooled = np.sqrt(np.maximum(inside * self.variances + other_squares, 0) / freedom)
        difference = np.where(outside > 0, self.offsets - other_means, 0.0)
        infinite = np.sign(difference) * MAX_EFFECT
        effects = np.divide(difference, pooled, out=infinite, where=pooled > 0)
        clipped: Floats = np.clip(effects, -MAX_EFFECT, MAX_EFFECT)
        return clipped


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
    for name, column in zip(features, values.T, strict=True):
        low, high = np.percentile(column, OUTER_PERCENTILES)
        if low == high:  # nearly all songs have one value: show the whole range instead
            low, high = float(column.min()), float(column.max())
        if low == high:
            low, high = low - 0.5, high + 0.5
        edges[name] = tuple(float(edge) for edge in np.linspace(low, high, bins + 1))
    return edges


def build_profiles(
    values: npt.NDArray[Any], scaled: npt.NDArray[Any], partition: Partition, columns: ProfileColumns
) -> tuple[Profile, ...]:
    """Describe each cluster.

    Of a circular feature (`CIRCULAR`), mean and median are its most common value, and it never stands out:
    there is no middle between two keys.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        Raw values without gaps.
    scaled : ndarray of shape (n, s)
        The same songs, scaled.
    partition : Partition
    columns : ProfileColumns
        What the columns of both are called, and the bins of the histograms.

    Returns
    -------
    tuple of Profile
        In the clusters' order; the songs of no group, where there are any, come last.

    Examples
    --------
    >>> import numpy as np
    >>> from clustering.analysis.partition import fit_kmeans
    >>> songs = np.array([[0.1], [0.2], [0.3], [0.8], [0.9]])
    >>> columns = ProfileColumns.of(songs, ["energy"])
    >>> first, second = build_profiles(songs, songs, fit_kmeans(songs, 2, seed=0), columns)
    >>> first.size, round(first.means["energy"], 3), first.exemplars
    (3, 0.2, (1, 0, 2))
    """
    members = _members(partition)
    moments, medians = _measure_moments(values, members)
    means, z, effects = moments.means, moments.z, moments.effects
    clusters, profiles = len(partition.centroids), []
    for cluster, rows in enumerate(members):
        is_noise = cluster == clusters
        nearest = partial(smallest, partition.distances[rows], rows)
        profile = Profile(
            index=cluster,
            size=len(rows),
            share=len(rows) / len(values),
            means=columns.by_feature(means[cluster]),
            medians=columns.by_feature(medians[cluster]),
            deviations=columns.by_feature(np.sqrt(moments.variances[cluster])),
            z=columns.by_feature(z[cluster]),
            effects=columns.by_feature(effects[cluster]),
            scaled_means=columns.by_scaled(scaled[rows].mean(axis=0, dtype=np.float64)),
            histograms=count_bars(values[rows], columns.edges),
            exemplars=() if is_noise else nearest(CANDIDATES * EXEMPLARS),
            borderline=nearest(CANDIDATES * BORDERLINE) if is_noise else _borderline(scaled, partition, rows),
            is_noise=is_noise,
        )
        profiles.append(_without_middles(profile, values, rows, columns.features))
    return tuple(profiles)


def _members(partition: Partition) -> list[npt.NDArray[np.intp]]:
    """Return the rows of each cluster's songs; those of no group, where there are any, are one more."""
    labels = partition.numbered
    sizes = np.bincount(labels, minlength=len(partition.centroids))
    return np.split(np.argsort(labels, kind="stable"), np.cumsum(sizes)[:-1])


def _measure_moments(
    values: npt.NDArray[Any], members: Sequence[npt.NDArray[np.intp]]
) -> tuple[ClusterMoments, Floats]:
    """Return the moments of each cluster, and its medians (k, d)."""
    overall_mean = values.mean(axis=0, dtype=np.float64)
    # a cluster at a time: all of them in double precision would take more memory than all else
    offsets, variances, medians = np.stack([_moments(values[rows], overall_mean) for rows in members], axis=1)
    sizes = np.array([len(rows) for rows in members])
    return ClusterMoments(sizes, overall_mean, offsets, variances), medians + overall_mean


def _moments(values: npt.NDArray[Any], center: Floats) -> Floats:
    """Return the mean, the variance and the median of each column less its center, one below the other."""
    moments = np.empty((3, len(center)))
    # contiguous columns: NumPy adds them up and sorts them several times faster
    for place, column in enumerate(np.ascontiguousarray(values.T)):
        centered = column - center[place]
        moments[:, place] = centered.mean(), centered.var(), _median(column) - center[place]
    return moments


def _median(values: npt.NDArray[Any]) -> float:
    """Return what `numpy.median` does, a tenth of the time: NumPy finds one place much faster than two."""
    half = len(values) // 2
    values = np.partition(values, half)
    if len(values) % 2:
        return float(values[half])
    return (float(values[:half].max()) + float(values[half])) / 2


def _without_middles(
    profile: Profile, values: npt.NDArray[Any], rows: npt.NDArray[Any], features: Sequence[str]
) -> Profile:
    """Give circular features their most common value, in which no cluster stands out."""
    for column, name in enumerate(features):
        if name in CIRCULAR:
            distinct, counts = np.unique(values[rows, column], return_counts=True)
            most_common = {name: float(distinct[counts.argmax()])}
            profile = replace(
                profile,
                means=profile.means | most_common,
                medians=profile.medians | most_common,
                z=profile.z | {name: 0.0},
                effects=profile.effects | {name: 0.0},
            )
    return profile


def count_bars(values: npt.NDArray[Any], edges: BinEdges) -> dict[str, tuple[int, ...]]:
    """Count the songs in each of the bars that `shared_bins` has made, of one column of values after the other."""
    counts = {}
    for name, column in zip(edges, values.T, strict=True):
        bins = len(edges[name]) - 1
        low, high = edges[name][0], edges[name][-1]
        # Bars of one width: a division finds the bar, several times faster than a search among the edges.
        bars = (column.astype(np.float64) - low) * (bins / (high - low))
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
    return smallest(apart - partition.distances[rows], rows, CANDIDATES * BORDERLINE)
