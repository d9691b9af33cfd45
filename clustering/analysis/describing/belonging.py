"""Why a song is in its cluster and not in the next, and how surely. NumPy only: pages ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Belonging:
    """How a song lies between its cluster and another.

    Attributes
    ----------
    own, other : float
        Distances to the two centers, in the scaled feature space.
    pulls : dict of str to float
        For each feature how much it makes the squared distance to the other center larger than that to the
        own: positive pulls to the own cluster, negative to the other. They add up to ``other² − own²``.
    """

    own: float
    other: float
    pulls: dict[str, float]

    @property
    def margin(self) -> float:
        """How much nearer the own center is, as a share of the distance to the other; negative where it is not.

        Examples
        --------
        >>> Belonging(3.0, 4.0, {}).margin
        0.25
        """
        return 0.0 if self.other == 0 else 1 - self.own / self.other


def explain_belonging(
    song: npt.NDArray[np.floating],
    own: npt.NDArray[np.floating],
    other: npt.NDArray[np.floating],
    features: Sequence[str],
) -> Belonging:
    """Take the difference between two distances apart, feature by feature.

    Parameters
    ----------
    song, own, other : ndarray of shape (d,)
        The song, its cluster's center and another's, scaled.
    features : sequence of str
        The feature of each column; one that has several, such as the key on a circle, counts once.

    Returns
    -------
    Belonging

    Examples
    --------
    >>> import numpy as np
    >>> song, own, other = np.array([0.0, 1.0]), np.array([1.0, 1.0]), np.array([3.0, 0.0])
    >>> found = explain_belonging(song, own, other, ["energy", "tempo"])
    >>> found.own, found.pulls
    (1.0, {'energy': 8.0, 'tempo': 1.0})
    """
    to_own, to_other = np.square(song - own), np.square(song - other)
    pulls: dict[str, float] = {}
    for name, pull in zip(features, (to_other - to_own).astype(float).tolist(), strict=True):
        pulls[name] = pulls.get(name, 0.0) + pull
    return Belonging(own=float(np.sqrt(to_own.sum())), other=float(np.sqrt(to_other.sum())), pulls=pulls)
