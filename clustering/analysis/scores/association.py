"""How much the clusters have to do with something else that is known of the songs, such as their genre."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Association:
    """How strongly two ways of sorting the same things go together.

    Attributes
    ----------
    cramers_v : float
        From 0 (nothing to do with each other) to 1 (one tells the other).
    by_chance : float
        About what two ways that have nothing to do with each other would give with as many rows, columns
        and things: many rare genres alone make V larger.
    total : int
        How many things were counted.
    categories : int
        How many columns of the table are not empty.
    """

    cramers_v: float
    by_chance: float
    total: int
    categories: int


def measure_association(table: npt.NDArray[Any] | Sequence[Sequence[int]]) -> Association | None:
    """Return Cramér's V of a table of counts.

    As `scipy.stats.contingency.association(table, method="cramer")`, without a correction.

    Parameters
    ----------
    table : array_like of shape (r, c)
        Counts. Rows and columns without any are left out.

    Returns
    -------
    Association or None
        None where fewer than two rows or columns are left: then there is nothing to go together.

    References
    ----------
    Cramér, H. (1946). Mathematical Methods of Statistics, chapter 21. Princeton University Press.

    Examples
    --------
    >>> found = measure_association([[30, 10], [10, 30]])
    >>> found.cramers_v, round(found.by_chance, 3)
    (0.5, 0.112)
    """
    from scipy.stats.contingency import association

    counts = np.asarray(table, dtype=np.int64)
    if counts.ndim != 2:
        return None
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    rows, columns = counts.shape
    if rows < 2 or columns < 2:
        return None
    total, smaller = int(counts.sum()), min(rows, columns) - 1
    return Association(
        cramers_v=min(1.0, float(association(counts, method="cramer"))),
        # the mean of chi-square is its degrees of freedom where rows and columns are independent
        by_chance=min(1.0, float(np.sqrt((rows - 1) * (columns - 1) / (total * smaller)))),
        total=total,
        categories=columns,
    )
