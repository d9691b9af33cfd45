"""What a set of songs, such as a genre, sounds like, and which of its songs show it best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SHOWN = 40
"""Songs kept at either end: four times as many as a page shows, as several may be versions of one."""


@dataclass(frozen=True, slots=True)
class SongSet:
    """Some songs in numbers.

    Attributes
    ----------
    means, deviations : dict of str to float
        In real units, over the songs that have the feature; not there where none has.
    typical, untypical : tuple of int
        Positions of the songs nearest the set's mean in the scaled space, and of those farthest from it.
    """

    means: dict[str, float]
    deviations: dict[str, float]
    typical: tuple[int, ...]
    untypical: tuple[int, ...]


def describe_songs(
    rows: npt.NDArray[np.int64],
    values: npt.NDArray[np.float32],
    scaled: npt.NDArray[np.float32],
    features: Sequence[str],
) -> SongSet:
    """Describe the songs at some positions.

    Parameters
    ----------
    rows : ndarray of shape (m,), int
        The songs' positions.
    values, scaled : ndarray of shape (n, d)
        All songs in real units and on one scale, NaN where missing.
    features : sequence of str
        The name of each column.

    Returns
    -------
    SongSet

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.1], [0.2], [0.4], [0.9]], dtype=np.float32)
    >>> described = describe_songs(np.array([0, 1, 2]), songs, songs, ["energy"])
    >>> round(described.means["energy"], 3), described.typical, described.untypical
    (0.233, (1, 0, 2), (2, 0, 1))
    """
    own = values[rows].astype(np.float64)
    known = ~np.isnan(own)
    counts = known.sum(axis=0)
    divisors = np.maximum(counts, 1)
    means = np.where(known, own, 0).sum(axis=0) / divisors
    variances = np.where(known, np.square(own - means), 0).sum(axis=0) / divisors
    places = {name: place for place, name in enumerate(features) if counts[place]}
    complete = rows[known.all(axis=1)]
    typical: tuple[int, ...] = ()
    untypical: tuple[int, ...] = ()
    if len(complete):
        own_scaled = scaled[complete]
        distances = np.square(own_scaled - own_scaled.mean(axis=0)).sum(axis=1)
        order = np.argsort(distances, kind="stable")
        typical = tuple(complete[order[:SHOWN]].tolist())
        untypical = tuple(complete[order[::-1][:SHOWN]].tolist())
    return SongSet(
        means={name: float(means[place]) for name, place in places.items()},
        deviations={name: float(np.sqrt(variances[place])) for name, place in places.items()},
        typical=typical,
        untypical=untypical,
    )
