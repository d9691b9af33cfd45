"""Two runs of a dataset beside each other, by one query over all their songs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

from clustering.models import Assignment, Run, RunComparison
from clustering.storage import binary


@dataclass(frozen=True)
class SongsInBoth:
    """The songs of two runs: ``table`` (groups of the first, groups of the second) has all that both place.

    ``measured`` are those that the scores of both count: songs that were placed later are in no score.
    """

    table: NDArray[np.int64]
    measured: int


def count_songs_in_both(first: Run, second: Run) -> SongsInBoth:
    """Count the songs that are in each group of both runs."""
    table = np.zeros((first.clusters.count(), second.clusters.count()), dtype=np.int64)
    measured = 0
    rows = [run.last_measured_row for run in (first, second) if run.last_measured_row is not None]
    last = first.dataset.first_song_id + min(rows) if rows else first.dataset.last_song_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.cluster, other.cluster, count(*), count(*) FILTER (WHERE song_id <= %s) "
            "FROM clustering_assignment AS one JOIN clustering_assignment AS other USING (song_id) "
            "WHERE one.run_id = %s AND other.run_id = %s GROUP BY 1, 2",
            [last, first.pk, second.pk],
        )
        for row, column, count, counted in cursor.fetchall():
            table[row, column] = count
            measured += counted
    return SongsInBoth(table, measured)


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


def songs_in_both(comparison: RunComparison, source: int, target: int) -> QuerySet[Assignment]:
    """Return where the first run put the songs that are in one group of it and one group of the second."""
    return Assignment.objects.filter(
        run=comparison.first,
        cluster=source,
        song__assignments__run=comparison.second,
        song__assignments__cluster=target,
    ).select_related("song")
