"""How surely songs belong."""

import numpy as np
import pytest

from clustering.analysis.describing.membership import measure_membership
from clustering.analysis.partition import fit_partition
from clustering.analysis.run_settings import RunSettings


def test_counts_no_song_of_no_group() -> None:
    rng = np.random.default_rng(0)
    songs = np.concatenate([rng.normal(0, 1, (60, 2)), rng.normal(20, 1, (40, 2)), [[300, 0], [-300, 0]]])
    found = measure_membership(fit_partition(songs, RunSettings(algorithm="hdbscan", min_cluster_size=15)))
    assert sum(found.counts) <= 100
    assert len(found.clusters) == 2
    assert 0 < found.mean <= 1


def test_refuses_a_partition_that_does_not_say() -> None:
    with pytest.raises(ValueError, match="no memberships"):
        measure_membership(fit_partition(np.array([[0.0], [1.0], [5.0]]), RunSettings(n_clusters=2)))
