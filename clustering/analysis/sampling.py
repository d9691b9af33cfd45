"""Fitting groups on some of the songs, when and how many. Standard library only: forms and pages read it."""

MIN_SAMPLE = 500
"""Ten songs for each of the most groups that can be asked for: below, groups are chance."""

OFFERED_FROM = 200_000
"""Songs from which forms offer a sample: fewer are grouped in seconds, all of them, on any machine."""

MAX_SUGGESTED = 1_000_000


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


def offer(songs: int) -> str:
    """Return the words by which a run is offered on a sample; where a page finds them, it links to the form.

    Examples
    --------
    >>> offer(12_000_000)
    'run it on a sample of 1,000,000 songs'
    """
    return f"run it on a sample of {suggested_sample(songs):,} songs"
