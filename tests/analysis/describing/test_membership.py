"""How surely songs belong."""

import numpy as np
import pytest

from clustering.analysis.describing.membership import measure_membership
from clustering.analysis.partition import fit_partition


def test_counts_no_song_of_no_group() -> None:
    rng = np.random.default_rng(0)
    songs = np.concatenate([rng.normal(0, 1, (60, 2)), rng.normal(20, 1, (40, 2)), [[300, 0], [-300, 0]]])
    found = measure_membership(fit_partition(songs, "hdbscan", 15, seed=0))
    assert sum(found.counts) <= 100
    assert len(found.clusters) == 2
    assert 0 < found.mean <= 1


def test_refuses_a_partition_that_does_not_say() -> None:
    with pytest.raises(ValueError, match="no memberships"):
        measure_membership(fit_partition(np.array([[0.0], [1.0], [5.0]]), "kmeans", 2, seed=0))
