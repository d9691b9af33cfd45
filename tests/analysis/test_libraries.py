"""What a process loads that groups songs."""

import subprocess
import sys

SCRIPT = """
import sys
import numpy as np
from clustering.analysis.partition import fit_kmeans
songs = np.random.default_rng(0).random((60, 3)).astype(np.float32)
assert len(fit_kmeans(songs, 3, seed=0).centroids) == 3
print("pandas" in sys.modules)
import pandas
print(pandas.Series([1]).sum())
"""


def test_k_means_does_without_pandas_and_leaves_it_to_others() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["False", "1"], done.stderr
