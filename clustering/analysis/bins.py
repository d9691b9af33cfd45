"""Steps of round width, by which a number of many songs becomes one byte each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST = 125
"""Steps of a histogram at most: twice as many as can be told apart when it is as wide as a finger is long."""

TAIL = 0.5
"""Percent of the songs at each end that share the outermost step, where they would take most of the width."""

FEW_FAR_AWAY = 1.5
"""How many times wider than all but the tails the whole range has to be for that."""

NO_BIN = 255


@dataclass(frozen=True, slots=True)
class Bins:
    """Steps between round numbers, of one width; the first and the last also hold what lies beyond.

    Attributes
    ----------
    edges : ndarray of shape (n + 1,), float64
        Of n steps, ascending. A value that is an edge is in the step that begins there.
    """

    edges: npt.NDArray[np.float64]

    @property
    def inner(self) -> npt.NDArray[np.float32]:
        """The edges between two steps, as exact as the songs' values, (n - 1,)."""
        return self.edges[1:-1].astype(np.float32)

    def codes(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """Return the step of each value, (m,); 255 where there is none.

        Examples
        --------
        >>> import numpy as np
        >>> bins = Bins(np.array([0.0, 0.5, 1.0, 1.5]))
        >>> bins.codes(np.array([0.2, 0.5, 9.0, np.nan], dtype=np.float32)).tolist()
        [0, 1, 2, 255]
        """
        codes = np.searchsorted(self.inner, values, side="right").astype(np.uint8)
        codes[np.isnan(values)] = NO_BIN
        return codes

    def cut(self, at: list[float]) -> Bins:
        """Return the same steps, cut at further numbers as well; the outermost steps stay open.

        Examples
        --------
        >>> import numpy as np
        >>> Bins(np.array([0.0, 0.5, 1.0])).cut([0.2, 3.0]).edges.tolist()
        [0.0, 0.2, 0.5, 1.0, 3.0, 3.5]
        """
        if not at:
            return self
        width, low, high = self.edges[-1] - self.edges[-2], min(at), max(at)
        # a step may be too narrow to be seen beside a number that is far away
        outer = [min(low - width, np.nextafter(low, -np.inf))] if low <= self.edges[0] else []
        outer += [max(high + width, np.nextafter(high, np.inf))] if high >= self.edges[-1] else []
        return Bins(np.unique(np.concatenate([self.edges, at, outer])))


def round_bins(values: npt.NDArray[np.float32]) -> Bins:
    """Choose steps for some values: 50 to 125 of them, of a round width, and whole where all values are.

    Parameters
    ----------
    values : ndarray of shape (m,), float32
        NaN where a song has no value.

    Returns
    -------
    Bins
        One step from 0 to 1 where there are no values.

    Examples
    --------
    >>> import numpy as np
    >>> bins = round_bins(np.linspace(0, 1, 1000, dtype=np.float32))
    >>> bins.edges[[0, 1, -2, -1]].tolist()
    [0.0, 0.01, 1.0, 1.01]
    >>> round_bins(np.arange(12, dtype=np.float32)).edges.tolist()[:3]
    [0.0, 1.0, 2.0]
    """
    known = values[np.isfinite(values)].astype(np.float64)
    if not len(known):
        return Bins(np.array([0.0, 1.0]))
    low, high = float(known.min()), float(known.max())
    inner_low, inner_high = (float(value) for value in np.percentile(known, (TAIL, 100 - TAIL)))
    if high - low > FEW_FAR_AWAY * (inner_high - inner_low) > 0:
        low, high = inner_low, inner_high
    width, digits = _round_width((high - low) / (MOST - 2))
    if width < 1 and bool((known == np.floor(known)).all()):
        width, digits = 1.0, 0
    first, last = math.floor(low / width), math.floor(high / width)
    edges = [round(step * width, digits) for step in range(first, last + 2)]
    return Bins(np.array(edges))


def _round_width(least: float) -> tuple[float, int]:
    """Return the smallest of 1, 2, 5, 10 … that is no less, and how many digits its multiples have."""
    if least <= 0:
        return 1.0, 0
    power = math.floor(math.log10(least))
    for factor in (1, 2, 5, 10):
        width = factor * 10.0**power
        if width >= least:
            break
    return width, max(0, -power)
