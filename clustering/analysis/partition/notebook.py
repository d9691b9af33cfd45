"""How a downloaded notebook clusters songs again: an algorithm's cell, and functions that several cells need.

The cells are plain pandas and scikit-learn. Names in capitals are the settings of the run, written by an earlier cell;
``X`` holds the scaled songs and ``fitted`` says which of them the clusters are found on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NotebookSource:
    """An algorithm in a downloaded notebook.

    Attributes
    ----------
    imports : str
        The import of its estimator.
    code : str
        What turns ``X`` into ``labels``, numbered in any order; -1 for songs in no cluster.
    constants : mapping of str to number
        What `code` names in capitals besides the settings of the run.
    """

    imports: str
    code: str
    constants: Mapping[str, int | float] = field(default_factory=dict)


NEAREST = """\
def nearest(songs, centers):
    \"\"\"Return the nearest centre of each song.\"\"\"
    centers = centers.astype("float32")
    return np.concatenate([
        (np.square(centers).sum(axis=1) - 2 * (part @ centers.T)).argmin(axis=1)
        for part in np.array_split(songs, -(-len(songs) // 16_384))
    ])"""

DRAWN = """\
def drawn(count, most):
    \"\"\"Return the rows of at most so many songs, chosen at random.\"\"\"
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(SEED).choice(count, most, replace=False, shuffle=False))"""
