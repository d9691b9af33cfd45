"""Fitting groups on some of the songs, when and how many. Standard library only: forms and pages read it."""

MIN_SAMPLE = 500
"""Ten songs for each of the most groups that can be asked for: below, groups are chance."""

OFFERED_FROM = 200_000
"""Songs from which forms offer a sample: fewer are grouped in seconds, all of them, on any machine."""

MAX_SUGGESTED = 1_000_000

NEEDS_SAMPLE = "needs_sample"
"""The code of the error that all songs do not fit into memory, where the suggested sample would."""


def suggested_sample(songs: int) -> int:
    """Return on how many of so many songs to fit: the largest power of ten that is at most half of them.

    Examples
    --------
    >>> suggested_sample(30_000_000), suggested_sample(1_000_000), suggested_sample(800)
    (1000000, 100000, 500)
    """
    sample = MAX_SUGGESTED
    while sample > songs // 2:
        sample //= 10
    return max(MIN_SAMPLE, sample)
