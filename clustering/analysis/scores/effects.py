"""How sure an effect size is. Standard library only, so that pages can ask for it."""

import math
from typing import NamedTuple

Z_95 = 1.959963984540054
"""Standard errors on either side of a mean that hold 95 % of a normal distribution."""


class Interval(NamedTuple):
    """Both ends of an interval."""

    low: float
    high: float


def effect_interval(effect: float, inside: int, outside: int) -> Interval:
    """Return the 95 % interval of Cohen's d between two groups of songs.

    Parameters
    ----------
    effect : float
        Cohen's d, with the pooled standard deviation.
    inside, outside : int
        How many songs each of the two groups has.

    Returns
    -------
    Interval
        By the large-sample variance. With fewer than two songs in a group it is endless.

    References
    ----------
    Hedges, L. V. & Olkin, I. (1985). Statistical Methods for Meta-Analysis, p. 86. Academic Press.

    Examples
    --------
    >>> low, high = effect_interval(0.5, 40, 60)
    >>> round(low, 3), round(high, 3)
    (0.094, 0.906)
    """
    if inside < 2 or outside < 2:
        return Interval(-math.inf, math.inf)
    total = inside + outside
    margin = Z_95 * math.sqrt(total / (inside * outside) + effect**2 / (2 * total))
    return Interval(effect - margin, effect + margin)
