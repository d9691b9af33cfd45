"""What in a file's numbers looks as if it were written in two ways: counted, and said in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from clustering.analysis.features import FEATURES

Floats = npt.NDArray[np.float64]

FEWEST_ROWS = 3
CLEAR_SHARE = 0.002
"""The share of a file's rows from which rows on another scale are not there by chance."""
PERCENT_FROM = 10.0


class ScaleCount:
    """How many rows have their features of 0 to 1 on that scale, and how many in percent, batch by batch."""

    def __init__(self) -> None:
        self.fractions = self.percents = 0

    def add(self, columns: Sequence[Floats]) -> None:
        """Take in the numbers of some rows as they are written, a column for each feature; NaN is a gap.

        A row with a single feature says nothing: a percent or less of one is nothing odd.
        """
        if len(columns) < 2:
            return
        rows = np.column_stack(columns)
        there = ~np.isnan(rows)
        with np.errstate(invalid="ignore"):
            small = ~there | ((rows >= 0) & (rows <= 1 + 1e-9))
            broken = ((rows > 0) & (rows < 1)).any(axis=1)
            large = (rows > PERCENT_FROM).any(axis=1)
        several = there.sum(axis=1) >= 2
        self.fractions += int(np.count_nonzero(several & small.all(axis=1) & broken))
        self.percents += int(np.count_nonzero(several & large))

    @property
    def found(self) -> tuple[int, int]:
        """The rows on either scale, both 0 where one of them is too rare to be meant."""
        fewest = max(FEWEST_ROWS, CLEAR_SHARE * (self.fractions + self.percents))
        rare = min(self.fractions, self.percents) < fewest
        return (0, 0) if rare else (self.fractions, self.percents)


def two_scales_note(fractions: int, percents: int) -> str:
    """Say that a file's rows are on two scales."""
    return (
        f"The features of this file are on two scales: in {fractions:,} rows they all lie between 0 and 1, in "
        f"{percents:,} rows they look like percent. Only one scale can be right for a column, so the values of the "
        "other rows would be wrong or lost. Split the file, or convert one part, and upload it again."
    )


def loudness_note(values: Sequence[float]) -> str | None:
    """Say that loudness is on another scale than decibels, of which nearly all songs have fewer than 0."""
    if len(set(values)) < FEWEST_ROWS or min(values) < 0 or max(values) > 1:
        return None
    return (
        "Loudness lies between 0 and 1, so it is not in decibels. Songs can still be grouped by it, but its values are "
        "shown as decibels. If it was scaled already, choose that as its unit."
    )


def scaled_note(scaled: Collection[str]) -> str:
    """Say that features were scaled before."""
    if set(scaled) == {"duration_ms"}:
        return (
            f"{FEATURES['duration_ms'].label} seems to be scaled already, as times are never negative, so its values "
            "are used as they are, without a unit."
        )
    return (
        "The file’s features seem to be scaled already, so their values are used as they are, "
        "without units or ranges."
    )
