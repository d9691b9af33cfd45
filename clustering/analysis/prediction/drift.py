"""How added songs differ from those that a run was fitted to, and whether to fit it again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from clustering.analysis.describing.profiles import FeatureSummary
from clustering.analysis.scores.effects import Z_95

FAR_PERCENTILE = 99.0
"""A song is far when it is farther from its center than this percentile of its cluster's first songs."""

MUCH_FARTHER = 0.04
"""From here on the clusters do not fit: of a hundred songs, four more are far than of songs like the first ones."""

SURE = 4.0
"""So many standard errors above what songs like the first ones give, more songs have to be far."""

TIMES = 2.5
"""And so many times as many: where groups are few songs at the end of a heavy tail, twice as many are no rare thing."""

SHIFT = 0.2
"""The least difference of two means that counts, in standard deviations: Cohen's "small" effect."""

SHIFT_CHANCE = 0.01
"""The chance that songs like the first ones pass for others in any of the features."""

FEW = 30
"""Fewer added songs say nothing about further ones."""

Fit = Literal["few", "fits", "shifted", "partly", "poorly"]


@dataclass(frozen=True, slots=True)
class FirstSongs:
    """The songs that a run was fitted to.

    Attributes
    ----------
    features : mapping of str to FeatureSummary
        In the order of the run's features.
    sizes : sequence of int
        How many of them each cluster has.
    limits : sequence of float
        The distance to each cluster's center within which 99 of 100 of its songs are: the lowest that one of them has.
    histograms : sequence of mapping
        Of each cluster: counts between the edges, by feature.
    """

    features: Mapping[str, FeatureSummary]
    sizes: Sequence[int]
    limits: Sequence[float]
    histograms: Sequence[Mapping[str, Sequence[int]]]


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """One feature of the added songs beside the first ones, in real units.

    Attributes
    ----------
    name : str
    before, after : float
        The means.
    effect : float
        Their difference in standard deviations of the first songs.
    gap : float
        The largest difference of the two cumulative distributions over the bin edges: 0 alike, 1 apart.
    counts : tuple of int
        Added songs in each bin; those beyond the edges are in the outermost ones.
    """

    name: str
    before: float
    after: float
    effect: float
    gap: float
    counts: tuple[int, ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FeatureDrift:
        """Return what `dataclasses.asdict` described."""
        return cls(**{**data, "counts": tuple(data["counts"])})


@dataclass(frozen=True, slots=True)
class Drift:
    """How well added songs fit a run.

    Attributes
    ----------
    songs, far : int
        How many there are, and how many of them are far from their centers.
    share, low, high : float
        The share that is far, with its 95 % interval.
    expected : float
        The share that would be far of songs like the first ones: 1 %, and more where clusters have few songs.
    fit : {"few", "fits", "shifted", "partly", "poorly"}
        With "shifted", no more songs are far, but some features differ.
    shifted : tuple of str
        The features whose means surely differ, by 0.2 standard deviations or more.
    shares_before, shares_after : tuple of float
        The share of the first and of the added songs in each cluster.
    features : tuple of FeatureDrift
    """

    songs: int
    far: int
    share: float
    low: float
    high: float
    expected: float
    fit: Fit
    shifted: tuple[str, ...]
    shares_before: tuple[float, ...]
    shares_after: tuple[float, ...]
    features: tuple[FeatureDrift, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Drift:
        """Return what `to_dict` described."""
        return cls(
            **{
                **data,
                "shifted": tuple(data["shifted"]),
                "shares_before": tuple(data["shares_before"]),
                "shares_after": tuple(data["shares_after"]),
                "features": tuple(FeatureDrift.from_dict(feature) for feature in data["features"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Addition:
    """Songs that were added to a dataset after a run, and assigned to its clusters.

    Attributes
    ----------
    songs, left_out : int
        How many were assigned, and how many lack a feature of the run.
    after_row : int
        They come after this row of the dataset.
    at : datetime
        When they were assigned.
    drift : Drift
        How they differ from the songs that the run was fitted to.
    """

    songs: int
    left_out: int
    after_row: int
    at: datetime
    drift: Drift

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Addition:
        """Return what `to_dict` described."""
        drift = Drift.from_dict(data["drift"])
        return cls(**{**data, "at": datetime.fromisoformat(data["at"]), "drift": drift})


def measure_drift(
    values: npt.NDArray[Any], labels: npt.NDArray[Any], distances: npt.NDArray[Any], first: FirstSongs
) -> Drift:
    """Compare added songs with those that a run was fitted to.

    Centers are nearer to the songs that they are the means of than to others: without a song, the center of its m
    songs were m / (m - 1) times as far from it. That is the distance that counts, as if each of the first songs had
    been held out. And the highest of m distances is exceeded by one in m + 1 songs of the same kind, which is more
    than one in a hundred where m is small (`expected`).

    Parameters
    ----------
    values : ndarray of shape (n, d)
        The added songs in real units, in the order of the features of `first`.
    labels, distances : ndarray of shape (n,)
        Their clusters, and their distances to the centers of these.
    first : FirstSongs

    Returns
    -------
    Drift

    Examples
    --------
    >>> energy = FeatureSummary(edges=(0.0, 0.5, 1.0), mean=0.5, deviation=0.2)
    >>> first = FirstSongs({"energy": energy}, sizes=[8], limits=[0.4], histograms=[{"energy": [4, 4]}])
    >>> values = np.array([[0.6], [1.0]])
    >>> drift = measure_drift(values, np.array([0, 0]), np.array([0.1, 0.5]), first)
    >>> drift.far, round(drift.features[0].effect, 3), drift.features[0].gap
    (1, 1.5, 0.5)
    """
    songs, sizes = len(values), np.asarray(first.sizes, dtype=np.float64)
    held_out = np.asarray(first.limits) * sizes / np.maximum(sizes - 1, 1)
    far = int(np.count_nonzero(distances > held_out[labels]))
    low, high = wilson(far, songs)
    counts = np.bincount(labels, minlength=len(sizes))
    usual = _usual_far(counts, sizes)
    features = tuple(
        _compare(name, column, feature, [histogram[name] for histogram in first.histograms])
        for (name, feature), column in zip(first.features.items(), values.T, strict=True)
    )
    shifted = _shifted(features, values, first)
    return Drift(
        songs=songs,
        far=far,
        share=far / songs,
        low=low,
        high=high,
        expected=usual.songs / songs,
        fit=_fit(songs, far, usual, shifted),
        shifted=shifted,
        shares_before=tuple((sizes / sizes.sum()).tolist()),
        shares_after=tuple((counts / songs).tolist()),
        features=features,
    )


class _Usual(NamedTuple):
    """How many songs would be far if they were like the first ones, and the standard deviation of that."""

    songs: float
    deviation: float


def _usual_far(counts: npt.NDArray[Any], sizes: npt.NDArray[np.float64]) -> _Usual:
    """Say how many would be far: a cluster's limit is one of its m distances, so that the number is beta-binomial."""
    inside = np.ceil(FAR_PERCENTILE / 100 * sizes)
    beyond = sizes + 1 - inside
    count = counts * beyond / (sizes + 1)
    variance = count * inside / (sizes + 1) * (sizes + 1 + counts) / (sizes + 2)
    return _Usual(float(count.sum()), float(np.sqrt(variance.sum())))


def _fit(songs: int, far: int, usual: _Usual, shifted: tuple[str, ...]) -> Fit:
    """Weigh how many songs are far, and whether features differ: what counts is both sure and large enough."""
    if songs < FEW:
        return "few"
    more = far - usual.songs
    if more > SURE * usual.deviation and far >= TIMES * usual.songs:
        return "poorly" if more >= MUCH_FARTHER * songs else "partly"
    return "shifted" if shifted else "fits"


def _shifted(
    features: Sequence[FeatureDrift], values: npt.NDArray[Any], first: FirstSongs
) -> tuple[str, ...]:
    """Return the features whose means differ by Student's test with Bonferroni's correction, and not by little.

    The spread is that of all songs, as it is if they are alike: that of a few first songs may be too small by luck.
    """
    from scipy.special import ndtri

    sure = -ndtri(SHIFT_CHANCE / 2 / len(features))
    known, added = sum(first.sizes), len(values)
    found = []
    for feature, after in zip(features, values.std(axis=0, dtype=np.float64), strict=True):
        before = first.features[feature.name].deviation
        if not before:
            continue
        spread = (known + added * (after / before) ** 2) / (known + added)
        error = math.sqrt(spread * (1 / known + 1 / added))
        if abs(feature.effect) >= max(SHIFT, sure * error):
            found.append(feature.name)
    return tuple(found)


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, by Wilson's score.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. JASA 22, 209-212.

    Examples
    --------
    >>> [round(limit, 3) for limit in wilson(5, 100)]
    [0.022, 0.112]
    """
    share = count / total
    middle = (share + Z_95**2 / (2 * total)) / (1 + Z_95**2 / total)
    half = Z_95 / (1 + Z_95**2 / total) * math.sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _compare(
    name: str, values: npt.NDArray[Any], first: FeatureSummary, histograms: Sequence[Sequence[int]]
) -> FeatureDrift:
    edges = np.asarray(first.edges, dtype=np.float64)
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)
    before = np.sum(histograms, axis=0, dtype=np.float64)
    gap = np.abs(np.cumsum(before) / max(before.sum(), 1) - np.cumsum(counts) / len(values)).max()
    mean = float(values.mean(dtype=np.float64))
    return FeatureDrift(
        name=name,
        before=first.mean,
        after=mean,
        effect=(mean - first.mean) / first.deviation if first.deviation else 0.0,
        gap=float(gap),
        counts=tuple(int(count) for count in counts),
    )
