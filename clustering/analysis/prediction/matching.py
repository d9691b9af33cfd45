"""Which cluster of one grouping is which of another: by the songs they share, or by where their centers lie."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Match:
    """A cluster of the first grouping, the one of the second that it is matched with, and how far apart they are."""

    first: int
    second: int
    distance: float


def match_by_songs(table: npt.NDArray[Any]) -> list[tuple[int, int]]:
    """Pair clusters so that as many songs as possible are in paired ones.

    Parameters
    ----------
    table : ndarray of shape (k1, k2)
        How many songs are in each cluster of both groupings.

    Returns
    -------
    list of (int, int)
        At most min(k1, k2) pairs, by the first; clusters that share no song are not paired.

    Examples
    --------
    >>> import numpy as np
    >>> match_by_songs(np.array([[1, 9, 0], [8, 2, 0]]))
    [(0, 1), (1, 0)]
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(np.asarray(table), maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if table[i, j]]


def match_by_centers(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> list[Match]:
    """Pair clusters so that their centers are as near each other as possible in all (the Hungarian method).

    Parameters
    ----------
    first : ndarray of shape (k1, d)
    second : ndarray of shape (k2, d)
        Centers on one scale, in standard deviations.

    Returns
    -------
    list of Match
        min(k1, k2) matches, by the first; distances are the root mean square over the d features.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly
    2, 83-97.

    Examples
    --------
    >>> import numpy as np
    >>> match_by_centers(np.array([[0.0], [1.0]]), np.array([[1.1], [5.0], [0.0]]))[0]
    Match(first=0, second=2, distance=0.0)
    """
    from scipy.optimize import linear_sum_assignment

    apart = np.sqrt(np.square(first[:, None] - second[None]).mean(axis=2))
    rows, columns = linear_sum_assignment(apart)
    return [Match(int(i), int(j), float(apart[i, j])) for i, j in zip(rows, columns, strict=True)]
