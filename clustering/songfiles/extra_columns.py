"""The account of a file's numbers that are no audio features: songs can be grouped by them too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from clustering.analysis.features import SONG_NUMBERS, feature_named
from clustering.songfiles.arrays import values_of
from clustering.songfiles.columns import ColumnMap
from clustering.songfiles.quality import ColumnReport, Floats, Moments

MAX_CORRELATED = 40
"""So many of them are compared with each other and the features: the work grows with the square."""


class OtherNumbers:
    """Counts what is in the popularity, the year and the numeric columns of one file.

    Parameters
    ----------
    column_map
        Which column is what.
    extras
        The file's column of each of the songs' extras, or None where it has none.
    names
        What the extras are called.
    """

    def __init__(self, column_map: ColumnMap, extras: Sequence[str | None], names: Sequence[str]) -> None:
        known = column_map.by_field
        self._reports = {
            name: ColumnReport(known[name].column, name, feature_named(name).label, known[name].unit)
            for name in SONG_NUMBERS
            if name in known
        }
        self._places = {}
        for place, (name, column) in enumerate(zip(names, extras, strict=True)):
            if column is not None:
                self._reports[name] = ColumnReport(column, name, name, "")
                self._places[name] = place
        self._moments: dict[str, Moments] = {}

    @property
    def correlated(self) -> list[str]:
        """The names of those whose values `add` returns."""
        return list(self._reports)[:MAX_CORRELATED]

    def add(self, songs: pa.Table) -> list[Floats]:
        """Take in the songs of a batch, and return the values of those that are correlated."""
        extras = values_of(songs.column("extras").combine_chunks().values, np.nan)
        extras = extras.reshape(len(songs), -1)
        values = {
            name: extras[:, self._places[name]] if name in self._places else _floats(songs.column(name))
            for name in self._reports
        }
        for name, column in values.items():
            self._count(name, column)
        return [values[name] for name in self.correlated]

    def reports(self) -> list[ColumnReport]:
        """Return the account of everything taken in so far."""
        for name, moments in self._moments.items():
            moments.fill(self._reports[name])
        return list(self._reports.values())

    def _count(self, name: str, values: Floats) -> None:
        there = values[~np.isnan(values)].astype(np.float64)
        self._reports[name].missing += len(values) - len(there)
        if not len(there):
            return
        if name not in self._moments:  # nothing is known of its range: the first songs say where most will be
            self._moments[name] = Moments(float(there.min()), float(there.max()))
        self._moments[name].add(there)


def _floats(column: pa.ChunkedArray) -> Floats:
    """Return a column of numbers, NaN where it is null."""
    whole = column.combine_chunks()
    if pa.types.is_integer(whole.type):
        whole = whole.cast(pa.float64())
    return values_of(whole, np.nan)
