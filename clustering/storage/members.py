"""Each group's songs, nearest its center first: written once as lists, read a stretch at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from clustering.models import MemberList, Run
from clustering.storage import binary

ROWS_PER_LIST = 10_000
"""Rows of the dataset in one list: 40 KB, which is read whole for any part of it."""

COLUMNS = {"run_id": ">i8", "cluster": ">i2", "part": ">i4"}


def save_members(
    run: Run, rows: NDArray[np.int64], cluster: NDArray[np.int32], distance: NDArray[np.float32]
) -> None:
    """Store the order of a run's songs, all given by their row, group and distance to its center."""
    MemberList.objects.filter(run=run).delete()
    binary.copy_in(
        "COPY clustering_memberlist (run_id, cluster, part, rows) FROM STDIN (FORMAT binary)",
        _lists(run, rows, cluster, distance),
    )


def _lists(
    run: Run, rows: NDArray[np.int64], cluster: NDArray[np.int32], distance: NDArray[np.float32]
) -> Iterator[NDArray[np.void]]:
    """Yield one list after the other, as a row of its own."""
    order = np.lexsort((rows, distance, cluster))
    sizes = np.bincount(cluster)
    ends = np.cumsum(sizes)
    for index, end in enumerate(ends):
        for part, start in enumerate(range(end - sizes[index], end, ROWS_PER_LIST)):
            members = binary.integer_list(rows[order[start : min(start + ROWS_PER_LIST, end)]])
            out = binary.empty_rows(COLUMNS | {"rows": members.dtype}, 1)
            out["run_id"], out["cluster"], out["part"], out["rows"] = run.pk, index, part, members
            yield out


def list_members_again(run: Run) -> None:
    """Store the order of the songs that a run has placed by now, without holding them in memory."""
    MemberList.objects.filter(run=run).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clustering_memberlist (run_id, cluster, part, rows) "
            "SELECT %(run)s, cluster, place / %(size)s, array_agg(row_number ORDER BY place) FROM ("
            "SELECT cluster, (song_id - %(first)s)::int AS row_number, "
            "(row_number() OVER (PARTITION BY cluster ORDER BY distance, song_id) - 1)::int AS place "
            "FROM clustering_assignment WHERE run_id = %(run)s) AS placed GROUP BY cluster, place / %(size)s",
            {"run": run.pk, "first": run.dataset.first_song_id, "size": ROWS_PER_LIST},
        )


def members(run: Run, cluster: int, *, start: int = 0, end: int) -> list[int]:
    """Return the ids of a group's songs from one place in their order up to another."""
    first, last = start // ROWS_PER_LIST, (end - 1) // ROWS_PER_LIST
    lists = MemberList.objects.filter(run=run, cluster=cluster, part__range=(first, last)).order_by("part")
    rows = [row for found in lists.values_list("rows", flat=True) for row in found]
    begin = start - first * ROWS_PER_LIST
    return [run.dataset.first_song_id + row for row in rows[begin : begin + end - start]]
