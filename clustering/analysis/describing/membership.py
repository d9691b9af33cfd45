"""How surely songs belong to their clusters, where the algorithm says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clustering.analysis.partition import NOISE_LABEL, Partition

UNSURE = 0.6
"""A song that belongs to its group less surely could as well be elsewhere."""

BINS = 10


@dataclass(frozen=True, slots=True)
class Membership:
    """How surely songs belong, from 0 to 1; songs of no group do not count.

    Attributes
    ----------
    mean : float
        Over all songs.
    unsure : float
        The share of songs below `UNSURE`.
    counts : tuple of int
        Songs in ten equal steps from 0 to 1.
    clusters : tuple of float
        The mean of each cluster.
    """

    mean: float
    unsure: float
    counts: tuple[int, ...]
    clusters: tuple[float, ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Membership":
        """Return what `dataclasses.asdict` described."""
        return cls(data["mean"], data["unsure"], tuple(data["counts"]), tuple(data["clusters"]))


def measure_membership(partition: Partition) -> Membership:
    """Sum up a partition's memberships.

    Raises
    ------
    ValueError
        When its algorithm does not say how surely songs belong.

    Examples
    --------
    >>> from clustering.analysis.partition.mixture import fit_mixture
    >>> songs = np.array([[0.0], [0.1], [0.2], [5.0], [5.1]])
    >>> found = measure_membership(fit_mixture(songs, 2, seed=0))
    >>> round(found.mean, 3), found.unsure, found.counts[-1]
    (1.0, 0.0, 5)
    """
    if partition.membership is None:
        raise ValueError("the partition has no memberships")
    inside = partition.labels != NOISE_LABEL
    labels, surely = partition.labels[inside], partition.membership[inside].astype(np.float64)
    counts, _ = np.histogram(surely, bins=BINS, range=(0, 1))
    sums = np.bincount(labels, weights=surely, minlength=len(partition.centroids))
    return Membership(
        mean=float(surely.mean()),
        unsure=float((surely < UNSURE).mean()),
        counts=tuple(counts.tolist()),
        clusters=tuple((sums / np.bincount(labels)).tolist()),
    )
