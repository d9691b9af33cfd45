"""How far above what shuffled songs score a silhouette has to be; standard library only, so that pages can say it."""

MIN_EXCESS = 0.03
NULL_DEVIATIONS = 3
"""So much, and so many standard deviations of the null, a silhouette has to be above the null to count."""


def least_excess(null_deviation: float) -> float:
    """Return how far above the null's mean a silhouette has to be.

    Parameters
    ----------
    null_deviation : float
        How much the null changes from one shuffling to the next. A few shufflings may be too much alike by
        luck, so there is a least.

    Returns
    -------
    float

    Examples
    --------
    >>> least_excess(0.001), round(least_excess(0.02), 2)
    (0.03, 0.06)
    """
    return max(MIN_EXCESS, NULL_DEVIATIONS * null_deviation)
