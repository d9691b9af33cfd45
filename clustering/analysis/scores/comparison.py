"""How far two groupings of the same songs agree, from the table of how many songs are where in both.

NumPy only, so that pages can ask for it: scikit-learn has the same, but not for the web process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two groupings agree, each 1 for the same groups and about 0 for chance.

    Attributes
    ----------
    adjusted_rand : float
        Of pairs of songs: are they together in both, or apart in both?
    adjusted_mutual_information : float
        How much knowing a song's group in one tells of its group in the other.
    """

    adjusted_rand: float
    adjusted_mutual_information: float


def measure_agreement(table: npt.NDArray[Any] | Sequence[Sequence[int]]) -> Agreement:
    """Return how far two groupings agree.

    Parameters
    ----------
    table : array_like of shape (k1, k2)
        How many songs are in each group of the first and each group of the second grouping.

    Returns
    -------
    Agreement
        As `sklearn.metrics.adjusted_rand_score` and `adjusted_mutual_info_score`.

    References
    ----------
    Hubert, L. & Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.

    Vinh, N. X., Epps, J. & Bailey, J. (2010). Information theoretic measures for clusterings comparison.
    Journal of Machine Learning Research 11, 2837-2854.

    Examples
    --------
    >>> measure_agreement([[0, 20], [30, 0]])
    Agreement(adjusted_rand=1.0, adjusted_mutual_information=1.0)
    >>> round(measure_agreement([[20, 5], [10, 25]]).adjusted_rand, 4)
    0.2374
    """
    from sklearn.metrics import adjusted_mutual_info_score

    counts = np.asarray(table, dtype=np.int64)
    first, second = np.divmod(np.repeat(np.arange(counts.size), counts.ravel()), counts.shape[1])
    return Agreement(adjusted_rand(counts), float(adjusted_mutual_info_score(first, second)))


def adjusted_rand(table: npt.NDArray[Any]) -> float:
    """Return the adjusted Rand index of a table of counts, as `sklearn.metrics.adjusted_rand_score`.

    Examples
    --------
    >>> import numpy as np
    >>> adjusted_rand(np.array([[3, 0], [0, 2]]))
    1.0
    """
    counts = np.asarray(table, dtype=np.float64)
    pairs = _pairs(counts).sum()
    first, second = _pairs(counts.sum(axis=1)).sum(), _pairs(counts.sum(axis=0)).sum()
    every = _pairs(counts.sum())
    if not every:
        return 1.0
    by_chance, most = first * second / every, (first + second) / 2
    return 1.0 if most == by_chance else float((pairs - by_chance) / (most - by_chance))


def contingency(
    first: npt.NDArray[Any], second: npt.NDArray[Any], shape: tuple[int, int]
) -> npt.NDArray[np.int64]:
    """Count the songs in each pair of groups of two groupings, numbered from 0 on.

    Examples
    --------
    >>> import numpy as np
    >>> contingency(np.array([0, 0, 1]), np.array([1, 1, 1]), (2, 2)).tolist()
    [[0, 2], [0, 1]]
    """
    pairs = np.asarray(first, dtype=np.int64) * shape[1] + second
    return np.bincount(pairs, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)


def jaccard(table: npt.NDArray[Any]) -> Floats:
    """Return the Jaccard index of each pair of groups: of the songs in either, the share in both; 0 for none.

    Examples
    --------
    >>> import numpy as np
    >>> jaccard(np.array([[2, 0], [2, 4]])).tolist()
    [[0.5, 0.0], [0.25, 0.6666666666666666]]
    """
    counts = np.asarray(table, dtype=np.float64)
    union = counts.sum(axis=1, keepdims=True) + counts.sum(axis=0, keepdims=True) - counts
    shares: Floats = np.divide(counts, union, out=np.zeros(counts.shape), where=union > 0)
    return shares


def _pairs(counts: Any) -> Any:
    return counts * (counts - 1) / 2
