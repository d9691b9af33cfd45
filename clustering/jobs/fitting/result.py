"""What a run finds, built step by step: a fit, its scores and description, and what is counted of all songs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.choosing.borders import Borders
from clustering.analysis.choosing.reference import Null
from clustering.analysis.describing.naming import ClusterName
from clustering.analysis.describing.profiles import Profile, ProfileColumns
from clustering.analysis.partition import Partition
from clustering.analysis.prediction.fitted_model import FittedModel
from clustering.analysis.projection import Projection
from clustering.analysis.scores.silhouette import Silhouette
from clustering.jobs.fitting.preparation import PreparedSongs


@dataclass(frozen=True)
class Fit:
    """The songs that clusters were found in, all or a sample, with their clusters and their positions on the map."""

    songs: PreparedSongs
    partition: Partition
    projection: Projection
    scaled: frozenset[str] = frozenset()
    """The features whose values were scaled before they came."""

    @cached_property
    def model(self) -> FittedModel:
        """What is kept to assign further songs."""
        preparation = self.songs.preparation
        return FittedModel.of(self.partition, self.projection, preparation.scaling, preparation.medians)


@dataclass(frozen=True)
class Scores:
    """How good the clusters are.

    ``measured_ids`` (n,) are the songs of the values in ``silhouette``, ascending; ``stability`` has a number for each
    cluster; ``null`` and ``cloud`` are the silhouettes of shuffled songs and of one cloud, where they say something;
    ``borders`` tell which clusters stand apart.
    """

    silhouette: Silhouette
    measured_ids: NDArray[np.int64]
    stability: tuple[float | None, ...]
    null: Null | None
    cloud: Null | None
    borders: Borders | None
    davies_bouldin: float
    calinski_harabasz: float


@dataclass(frozen=True)
class Description:
    """What the clusters are like; the songs of no cluster, where there are any, are described as one more."""

    columns: ProfileColumns
    profiles: tuple[Profile, ...]
    names: tuple[ClusterName, ...]


@dataclass(frozen=True)
class Totals:
    """What is counted of all songs of a run, also where clusters were found on a sample.

    ``sizes`` (k,) counts the songs of no cluster as one more, the last. ``exemplars``, ``popular`` and ``borderline``
    are song ids of each cluster, best first, several times as many as are kept: of all versions of a song one is.
    ``neighbors`` (k, k) counts the songs of each cluster that have another one as their second-nearest. ``means`` and
    ``deviations`` are of each feature, in real units; ``decades`` counts the songs of each cluster by decade.
    """

    sizes: NDArray[np.int64]
    left_out: int
    inertia: float
    means: NDArray[np.float64]
    deviations: NDArray[np.float64]
    exemplars: Sequence[list[int]]
    popular: Sequence[list[int]]
    borderline: Sequence[list[int]]
    neighbors: NDArray[np.int64]
    decades: Mapping[int, NDArray[np.int64]]


@dataclass(frozen=True)
class RunResult:
    """Everything that a run found."""

    fit: Fit
    scores: Scores
    description: Description
    totals: Totals
