"""The columns that a run adds to an exported table: to add one, add a line to ``RESULT_COLUMNS``."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clustering.analysis.partition import NOISE_LABEL
from clustering.models import Cluster, Run
from clustering.songfiles import arrays


@dataclass(frozen=True, slots=True)
class Rows:
    """Songs of a batch: the index of each one's cluster, and whether the run left it out, which leaves cells empty."""

    clusters: Sequence[Cluster]
    cluster: NDArray[np.int16]

    @property
    def left_out(self) -> NDArray[np.bool_]:
        """Whether each song is without a cluster, (n,)."""
        return self.cluster < 0


def _as_stored(values: NDArray[Any], rows: Rows) -> pa.Array:
    return arrays.numbers(values, absent=rows.left_out)


def _number(cluster: NDArray[Any], rows: Rows) -> pa.Array:
    numbers = np.array([NOISE_LABEL if c.is_noise else c.index for c in rows.clusters], dtype=np.int16)
    return arrays.numbers(numbers[cluster], absent=rows.left_out)


def _name(cluster: NDArray[Any], rows: Rows) -> pa.Array:
    names = arrays.texts([c.name for c in rows.clusters])
    return names.take(arrays.numbers(cluster, absent=rows.left_out))


def _always(run: Run) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column: its name in the file, the field of `Assignment` it is made of, how, and of which runs."""

    name: str
    field: str
    cells: Callable[[NDArray[Any], Rows], pa.Array] = _as_stored
    applies: Callable[[Run], bool] = _always


RESULT_COLUMNS = (
    ResultColumn("cluster", "cluster", _number),
    ResultColumn("cluster_name", "cluster", _name),
    ResultColumn("distance_to_center", "distance"),
    ResultColumn("pca_1", "x"),
    ResultColumn("pca_2", "y"),
    ResultColumn("membership", "membership", applies=lambda run: run.has_membership),
)


def result_columns(run: Run) -> list[ResultColumn]:
    """Return the columns that a run has."""
    return [column for column in RESULT_COLUMNS if column.applies(run)]


def result_names(run: Run, columns: Sequence[str]) -> list[str]:
    """Return the names of a run's columns, with a number behind one that the file's `columns` already have."""
    taken = {name.lower() for name in columns}
    return [free_name(column.name, taken) for column in result_columns(run)]


def free_name(name: str, taken: Set[str]) -> str:
    """Return a name for a column, with a number behind it where it is taken; in lower case, as the taken ones are."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
