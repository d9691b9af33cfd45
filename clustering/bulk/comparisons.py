"""Two runs of a dataset beside each other, by one query over all their songs."""

from __future__ import annotations

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from clustering.bulk import binary
from clustering.models import Run


def contingency(first: Run, second: Run) -> NDArray[np.int64]:
    """Count the songs that are in each group of both runs: (groups of the first, groups of the second)."""
    table = np.zeros((first.clusters.count(), second.clusters.count()), dtype=np.int64)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.cluster, other.cluster, count(*) FROM clustering_assignment AS one "
            "JOIN clustering_assignment AS other USING (song_id) "
            "WHERE one.run_id = %s AND other.run_id = %s GROUP BY 1, 2",
            [first.pk, second.pk],
        )
        for row, column, count in cursor.fetchall():
            table[row, column] = count
    return table


def song_ids_in_both(first: Run, second: Run, source: int, target: int) -> NDArray[np.int64]:
    """Return the songs that are in one group of the first run and one group of the second, ascending."""
    statement = (
        "COPY (SELECT one.song_id FROM clustering_assignment AS one "
        "JOIN clustering_assignment AS other USING (song_id) WHERE one.run_id = %s AND other.run_id = %s "
        "AND one.cluster = %s AND other.cluster = %s ORDER BY 1) TO STDOUT (FORMAT binary)"
    )
    params = (first.pk, second.pk, source, target)
    parts = [rows["id"] for rows in binary.copy_out(statement, {"id": ">i8"}, params)]
    return np.concatenate(parts).astype(np.int64) if parts else np.empty(0, dtype=np.int64)
