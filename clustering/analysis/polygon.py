"""Which points lie within an outline that somebody drew."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Corner = tuple[float, float]


def within_polygon(
    x: npt.NDArray[Any], y: npt.NDArray[Any], polygon: Sequence[Corner]
) -> npt.NDArray[np.bool_]:
    """Tell of each point whether it lies within a polygon, by the even–odd rule.

    A ray from the point to the right crosses the edges an odd number of times. The outline may cross itself;
    what it goes around twice is outside. Calculated in double precision with the same operations in the same
    order as `static/js/map/polygon.js`, so the page and the server count the same songs.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
    polygon : sequence of (x, y)
        The corners in order; the last is joined to the first.

    Returns
    -------
    ndarray of shape (n,), bool

    References
    ----------
    Shimrat, M. (1962). Algorithm 112: Position of point relative to polygon. Communications of the ACM 5(8).

    Examples
    --------
    >>> import numpy as np
    >>> square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    >>> within_polygon(np.array([1.0, 3.0]), np.array([1.0, 1.0]), square).tolist()
    [True, False]
    """
    x, y = x.astype(np.float64), y.astype(np.float64)
    inside = np.zeros(len(x), dtype=np.bool_)
    for (x1, y1), (x2, y2) in pairwise([polygon[-1], *polygon]):
        if y1 == y2:
            continue  # no ray crosses a level edge
        rows = np.flatnonzero((y1 > y) != (y2 > y))  # the others are above or below the edge
        inside[rows] ^= x[rows] < (x1 - x2) * (y[rows] - y2) / (y1 - y2) + x2
    return inside
