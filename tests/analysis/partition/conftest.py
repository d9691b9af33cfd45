"""Songs that the algorithms are tried on."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def three_blobs() -> np.ndarray:
    """Return 1,600 songs in three groups that lie well apart."""
    rng = np.random.default_rng(3)
    return np.concatenate([rng.normal(c, 1, (n, 4)) for c, n in ((0, 500), (4, 900), (-5, 200))]).astype("f4")
