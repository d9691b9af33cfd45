"""Songs that scores are measured on."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.analysis.partition import Partition, fit_kmeans


@pytest.fixture(scope="module")
def songs() -> np.ndarray:
    """Return 3,000 songs without groups."""
    return np.random.default_rng(5).normal(size=(3000, 4)) * [3, 2, 1, 1]


@pytest.fixture(scope="module")
def partition(songs: np.ndarray) -> Partition:
    """Return them in four clusters."""
    return fit_kmeans(songs, 4, seed=0)
