"""What advice on the number of groups could not judge, and why."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.choosing.borders import FEW_VALUES, has_few_values

FEW_SONGS = 50
"""Below so many different songs, say what can be seen at all."""

SMALLEST_GROUP = 8
"""Between fewer songs nothing is surely thin."""

REPEATED = 0.5
"""From this share of repeats on, say how many songs differ."""

FAR_OUT = 20
"""A feature whose range is so many times that of nearly all its songs is held together by a few extreme ones."""

NEARLY_ALL = (0.01, 0.99)


def name_unjudged(songs: npt.NDArray[Any], features: Sequence[str]) -> tuple[str, ...]:
    """Say what of these songs allows no verdict on groups.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        Scaled values, at least two songs that differ.
    features : sequence of str
        What pages call the features, in the order of the columns.

    Returns
    -------
    tuple of str
        Sentences, none where all could be judged.

    Examples
    --------
    >>> songs = np.random.default_rng(0).normal(size=(300, 2))
    >>> name_unjudged(songs, ["Energy", "Valence"])
    ()
    >>> songs[:, 0] = 1
    >>> name_unjudged(songs, ["Energy", "Valence"])
    ('Energy is the same for every song, so it was ignored.',)
    """
    distinct = np.unique(np.asarray(songs, dtype=np.float64), axis=0)
    return tuple(
        sentence
        for sentence in (
            _repeated(len(songs), len(distinct)),
            _few(len(distinct)),
            *(_of_feature(name, column) for name, column in zip(features, distinct.T, strict=True)),
        )
        if sentence
    )


def _repeated(songs: int, distinct: int) -> str:
    if songs - distinct < REPEATED * songs:
        return ""
    return f"Only {distinct:,} of {songs:,} songs differ in these features; repeats count once."


def _few(distinct: int) -> str:
    if distinct >= FEW_SONGS:
        return ""
    return (
        f"With {distinct} different songs, not much can be said: groups of fewer than about "
        f"{SMALLEST_GROUP} songs look the same as chance."
    )


def _of_feature(name: str, column: npt.NDArray[np.float64]) -> str:
    values = np.unique(column)
    if len(values) == 1:
        return f"{name} is the same for every song, so it was ignored."
    if len(values) == 2 or has_few_values(column):
        return (
            f"{name} has only {len(values)} values, so gaps between them mean nothing: it was not searched "
            f"for groups on its own (up to {FEW_VALUES} values)."
        )
    low, high = np.quantile(column, NEARLY_ALL)
    if values[-1] - values[0] > FAR_OUT * (high - low):
        return (
            f"{name} has a few extreme values that squeeze all other songs together. Remove those songs or "
            "use robust scaling, then try again."
        )
    return ""
