"""How songs that came later differ from those that a run was made of, and whether to make it anew."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clustering.analysis.scores.effects import Z_95

FAR_PERCENTILE = 99.0
"""A song is far when it is farther from its center than so many of a hundred of the group's first songs."""

EXPECTED_FAR = 1 - FAR_PERCENTILE / 100
"""The share that is far where songs are as before."""

TOO_FAR = 0.05
"""From here on the groups do not fit: five times as many songs are far as among the first."""


FEW = 30
"""Fewer songs say nothing of all that may come."""

Fit = Literal["few", "fits", "partly", "poorly"]


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """One feature of the later songs beside the first ones, in real units.

    ``effect`` is the difference of the means in standard deviations of the first songs, ``gap`` the largest difference
    of the two cumulated distributions over ``edges`` (0: alike, 1: apart), ``counts`` how many later songs are
    between the edges; beyond them counts as the outermost.
    """

    name: str
    before: float
    after: float
    effect: float
    gap: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """How n later songs fit a run: the share that is far from its center, with its 95 % interval."""

    songs: int
    far: int
    share: float
    low: float
    high: float
    fit: Fit
    shares_before: tuple[float, ...]
    shares_after: tuple[float, ...]
    features: tuple[FeatureDrift, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)


def measure_drift(
    values: npt.NDArray[Any],
    labels: npt.NDArray[Any],
    distances: npt.NDArray[Any],
    *,
    features: Sequence[str],
    overall: Mapping[str, Mapping[str, Any]],
    limits: Sequence[float],
    sizes: Sequence[int],
    histograms: Sequence[Mapping[str, Sequence[int]]],
) -> Drift:
    """Compare songs that came later with those that a run was made of.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        The later songs in real units.
    labels, distances : ndarray of shape (n,)
        Their clusters, and how far from the centers they are.
    features : sequence of str
        The names of the columns.
    overall : mapping
        Of each feature of the first songs: "mean", "deviation" and the "edges" of the histograms.
    limits : sequence of float
        Of each cluster the distance within which 99 of 100 first songs are.
    sizes, histograms : sequence
        Of each cluster: how many first songs, and {feature: counts between the edges}.
    """
    songs = len(values)
    far = int(np.count_nonzero(distances > np.asarray(limits)[labels]))
    low, high = wilson(far, songs)
    counts = np.bincount(labels, minlength=len(sizes))
    return Drift(
        songs=songs,
        far=far,
        share=far / songs,
        low=low,
        high=high,
        fit=_fit(songs, low),
        shares_before=tuple(size / sum(sizes) for size in sizes),
        shares_after=tuple(float(count) / songs for count in counts),
        features=tuple(
            _feature(name, values[:, place], overall[name], [h.get(name) or [] for h in histograms])
            for place, name in enumerate(features)
        ),
    )


def _fit(songs: int, low: float) -> Fit:
    if songs < FEW:
        return "few"
    if low > TOO_FAR:
        return "poorly"
    return "partly" if low > EXPECTED_FAR else "fits"


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


def _feature(
    name: str, values: npt.NDArray[Any], first: Mapping[str, Any], histograms: Sequence[Sequence[int]]
) -> FeatureDrift:
    edges = np.asarray(first["edges"], dtype=np.float64)
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)
    before = np.sum([h for h in histograms if h], axis=0, dtype=np.float64)
    gap = np.abs(np.cumsum(before) / max(before.sum(), 1) - np.cumsum(counts) / len(values)).max()
    mean, deviation = float(values.mean(dtype=np.float64)), float(first["deviation"])
    difference = mean - float(first["mean"])
    return FeatureDrift(
        name=name,
        before=float(first["mean"]),
        after=mean,
        effect=difference / deviation if deviation else 0.0,
        gap=float(gap),
        counts=tuple(int(count) for count in counts),
    )
