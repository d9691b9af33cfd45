"""How music changed over the years: songs by year or decade, and what each period sounds like."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

YEARS_ONE_BY_ONE = 25
"""A dataset that spans more years is told by decades: single years of few songs are noise."""

QUARTILES = (25, 75)


@dataclass(frozen=True, slots=True)
class Period:
    """A year or a decade.

    Attributes
    ----------
    label : str
        ``"1998"`` or ``"1990s"``.
    first, last : int
        Its years, both included.
    songs : int
    features : dict of str to tuple of float
        Lower quartile, mean and upper quartile in real units; not there where no song has a value.
    """

    label: str
    first: int
    last: int
    songs: int
    features: dict[str, tuple[float, float, float]]


def period_of(years: npt.NDArray[np.int64], *, decades: bool = False) -> npt.NDArray[np.int64]:
    """Return the first year of each song's period, 0 where its year is unknown.

    Periods are decades where the years span many, or where they are no more than ``decades``.

    Examples
    --------
    >>> import numpy as np
    >>> period_of(np.array([1961, 1999, 2003, 0])).tolist(), period_of(np.array([2001, 2003])).tolist()
    ([1960, 1990, 2000, 0], [2001, 2003])
    """
    known = years[years > 0]
    if not decades and (not len(known) or known.max() - known.min() < YEARS_ONE_BY_ONE):
        return years
    return years // 10 * 10


def describe_periods(
    years: npt.NDArray[np.int64],
    values: npt.NDArray[np.float32],
    features: Sequence[str],
    *,
    decades: bool = False,
) -> tuple[Period, ...]:
    """Say what each period sounds like.

    Parameters
    ----------
    years : ndarray of shape (n,), int
        0 where unknown.
    values : ndarray of shape (n, d)
        In real units, NaN where missing.
    features : sequence of str
        The name of each column.
    decades : bool
        Whether the years say no more than the decade.

    Returns
    -------
    tuple of Period
        The oldest first; empty where no year is known.

    Examples
    --------
    >>> import numpy as np
    >>> years, energy = np.array([1960, 1965, 1995, 0]), np.array([[0.2], [0.4], [0.9], [0.5]], dtype=np.float32)
    >>> [(p.label, p.songs, round(p.features["energy"][1], 2)) for p in describe_periods(years, energy, ["energy"])]
    [('1960s', 2, 0.3), ('1990s', 1, 0.9)]
    """
    begins = period_of(years, decades=decades)
    decades = begins is not years
    periods = []
    for first in np.unique(begins[begins > 0]).tolist():
        rows = values[begins == first]
        described = {}
        for column, name in enumerate(features):
            one = rows[:, column]
            one = one[~np.isnan(one)]
            if len(one):
                low, high = np.percentile(one, QUARTILES)
                described[name] = (float(low), float(one.mean(dtype=np.float64)), float(high))
        label = f"{first}s" if decades else str(first)
        periods.append(Period(label, first, first + 9 if decades else first, len(rows), described))
    return tuple(periods)
