"""The Camelot wheel: which keys can follow each other without a clash.

Each of the 24 keys has a place on a clock: the hour is its place on the circle of fifths, A is minor and B is
major, and a minor key stands beside the major key with the same notes. Two keys go together when they are the same,
an hour apart with the same letter, or of the same hour with the other letter.

References
----------
Davis, M. (1991), "Harmonic Mixing" and the Camelot wheel; the circle of fifths underneath is older.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

HOURS = 12


@dataclass(frozen=True, slots=True, order=True)
class CamelotKey:
    """A place on the wheel.

    Attributes
    ----------
    hour : int
        From 1 to 12.
    major : bool
        True is B, False is A.
    """

    hour: int
    major: bool

    def __str__(self) -> str:
        return f"{self.hour}{'B' if self.major else 'A'}"

    def steps_to(self, other: CamelotKey) -> int:
        """Return how far another key is: hours around the clock, and one for the other letter.

        Examples
        --------
        >>> CamelotKey(12, False).steps_to(CamelotKey(1, False)), CamelotKey(8, True).steps_to(CamelotKey(2, False))
        (1, 7)
        """
        apart = abs(self.hour - other.hour)
        return min(apart, HOURS - apart) + (self.major != other.major)

    def goes_with(self, other: CamelotKey) -> bool:
        """Tell whether the two can follow each other: at most one step apart."""
        return self.steps_to(other) <= 1


def camelot_key(key: float | None, mode: float | None) -> CamelotKey | None:
    """Return the place of a key on the wheel.

    Parameters
    ----------
    key : float or None
        Pitch class: 0 is C, 1 is C♯ or D♭, …, 11 is B.
    mode : float or None
        1 is major, 0 is minor.

    Returns
    -------
    CamelotKey or None
        None where either is unknown, or no key at all.

    Examples
    --------
    >>> str(camelot_key(0, 1)), str(camelot_key(9, 0)), str(camelot_key(4, 0)), str(camelot_key(11, 1))
    ('8B', '8A', '9A', '1B')
    >>> camelot_key(0, None) is None
    True
    """
    if key is None or mode is None or math.isnan(key) or math.isnan(mode):
        return None
    if key not in range(HOURS) or mode not in (0, 1):
        return None
    major = mode == 1
    # a minor key stands with the major key three semitones above it; seven semitones up is one hour on
    tonic = int(key) if major else int(key) + 3
    return CamelotKey((tonic * 7 + 7) % HOURS + 1, major)
