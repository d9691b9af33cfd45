"""How far two groupings of the same songs agree, from the table of how many songs are where in both.

NumPy only, so that pages can ask for it: scikit-learn has the same, but not for the web process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FAR = 12
FAR_MARGIN = 40
"""So many standard deviations, and so many songs more, from its mean a hypergeometric number has a probability
below 1e-28 (Bernstein): the sum over all it can be need not go there."""

MIN_DIGITS = np.finfo(np.float64).eps

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
    counts = np.asarray(table, dtype=np.float64)
    return Agreement(adjusted_rand(counts), _adjusted_mutual_information(counts))


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


def _adjusted_mutual_information(counts: Floats) -> float:
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if counts.shape == (1, 1) or not counts.size:
        return 1.0
    total, first, second = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    there = counts > 0
    shares = counts[there] / total
    mutual = float((shares * np.log(shares * total * total / np.outer(first, second)[there])).sum())
    by_chance = _expected_mutual_information(first, second, int(total))
    most = (_entropy(first / total) + _entropy(second / total)) / 2
    room = most - by_chance
    # where chance leaves no room, the sign is kept and the division does not fail, as in scikit-learn
    room = min(room, -MIN_DIGITS) if room < 0 else max(room, MIN_DIGITS)
    return float((max(mutual, 0.0) - by_chance) / room)


def _entropy(shares: Floats) -> float:
    return float(-(shares * np.log(shares)).sum())


def _expected_mutual_information(first: Floats, second: Floats, total: int) -> float:
    """Return the mutual information that chance gives to groups of these sizes.

    A cell of the table is then hypergeometric; only what it can be within `FAR` deviations is summed.
    """
    expected = 0.0
    for a in first:
        for b in second:
            mean = a * b / total
            spread = np.sqrt(mean * (total - a) * (total - b) / (total * max(total - 1, 1)))
            reach = FAR * spread + FAR_MARGIN
            low = max(1, int(a + b - total), int(mean - reach))
            high = min(int(a), int(b), int(mean + reach) + 1)
            cell = np.arange(low, high + 1, dtype=np.float64)
            chance = np.exp(
                _log_factorial(a)
                + _log_factorial(b)
                + _log_factorial(total - a)
                + _log_factorial(total - b)
                - _log_factorial(total)
                - _log_factorial(cell)
                - _log_factorial(a - cell)
                - _log_factorial(b - cell)
                - _log_factorial(total - a - b + cell)
            )
            expected += float((cell / total * np.log(total * cell / (a * b)) * chance).sum())
    return expected


def _log_factorial(numbers: Any) -> Floats:
    """Return log n! by Stirling's series from n + 8 on, to about twelve digits."""
    n = np.asarray(numbers, dtype=np.float64)
    product = np.ones_like(n)
    for step in range(1, 9):
        product *= n + step
    x = n + 9
    y = 1 / (x * x)
    series = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y / 1680))) / x
    found: Floats = (x - 0.5) * np.log(x) - x + 0.5 * np.log(2 * np.pi) + series - np.log(product)
    return found
