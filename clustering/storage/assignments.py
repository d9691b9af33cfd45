"""Where each song of a run landed: in by COPY, out by COPY."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from clustering.analysis.progress import Progress, no_progress
from clustering.models import Run
from clustering.storage import binary

BATCH = 100_000
TYPES = {
    "run_id": ">i8",
    "song_id": ">i8",
    "cluster": ">i2",
    "second": ">i2",
    "distance": ">f4",
    "x": ">f4",
    "y": ">f4",
    "sampled": ">i1",
    "membership": ">f4",
    "silhouette": ">f4",
}
"""The fields of an assignment as binary COPY has them."""

OPTIONAL = {"membership", "silhouette"}


@dataclass(frozen=True)
class Placement:
    """Where songs landed, all of one length n; ``silhouette`` is NaN where it was not measured.

    ``membership`` is there for all songs or for none.
    """

    song_ids: NDArray[np.int64]
    cluster: NDArray[np.int32]
    second: NDArray[np.int32]
    distance: NDArray[np.float32]
    x: NDArray[np.float32]
    y: NDArray[np.float32]
    sampled: NDArray[np.bool_]
    silhouette: NDArray[np.float32]
    membership: NDArray[np.float32] | None = None

    def some(self, rows: NDArray[np.intp]) -> Placement:
        """Return where some of the songs landed."""
        return Placement(
            song_ids=self.song_ids[rows],
            cluster=self.cluster[rows],
            second=self.second[rows],
            distance=self.distance[rows],
            x=self.x[rows],
            y=self.y[rows],
            sampled=self.sampled[rows],
            silhouette=self.silhouette[rows],
            membership=None if self.membership is None else self.membership[rows],
        )


def copy_assignments(run: Run, placement: Placement, *, progress: Progress = no_progress) -> None:
    """Store where a run's songs landed."""
    columns = {name: kind for name, kind in TYPES.items() if name not in OPTIONAL}
    if placement.membership is not None:
        columns["membership"] = TYPES["membership"]
    measured = ~np.isnan(placement.silhouette)
    total = len(placement.song_ids)
    written = 0

    def batches(rows: NDArray[np.intp], *, with_silhouette: bool) -> Iterator[NDArray[np.void]]:
        nonlocal written
        fields = columns | ({"silhouette": TYPES["silhouette"]} if with_silhouette else {})
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            out = binary.empty_rows(fields, len(part))
            out["run_id"] = run.pk
            out["song_id"] = placement.song_ids[part]
            for name in fields.keys() - {"run_id", "song_id"}:
                out[name] = getattr(placement, name)[part]
            yield out
            written += len(part)
            progress(written, total)

    # a NULL would make the rows differ in width, so measured songs travel apart
    for with_silhouette in (False, True):
        rows = np.flatnonzero(measured == with_silhouette)
        names = ", ".join([*columns, *(["silhouette"] if with_silhouette else [])])
        for batch in batches(
            rows, with_silhouette=with_silhouette
        ):  # a statement each: its keys are checked at its end
            binary.copy_in(f"COPY clustering_assignment ({names}) FROM STDIN (FORMAT binary)", iter([batch]))


@dataclass(frozen=True)
class Placed:
    """What a run says of consecutive rows of its dataset, all of one length.

    ``cluster`` is −1 where the run left the row out; ``values`` has the other fields that were asked for, which are 0
    there.
    """

    is_song: NDArray[np.bool_]
    cluster: NDArray[np.int16]
    values: dict[str, NDArray[Any]]


def load_placed(
    run: Run, fields: Iterable[str], *, first: int = 0, last: int | None = None, with_left_out: bool = True
) -> Placed:
    """Return fields of the assignments of the dataset's rows from the first to the last; index 0 is the first.

    Songs that the run left out are songs too, unless asked for without.
    """
    dataset = run.dataset
    if last is None:
        last = dataset.last_row
    size = last - first + 1
    types = {name: TYPES[name] for name in ("song_id", "cluster", *fields)}
    is_song, cluster = np.zeros(size, dtype=np.bool_), np.full(size, -1, dtype=np.int16)
    values = {name: np.zeros(size, dtype=np.dtype(types[name]).newbyteorder("=")) for name in fields}
    statement = (
        f"COPY (SELECT {', '.join(types)} FROM clustering_assignment "  # noqa: S608 – names of fields
        "WHERE song_id BETWEEN %s AND %s AND run_id = %s) TO STDOUT (FORMAT binary)"
    )
    bounds = (dataset.first_song_id + first, dataset.first_song_id + last)
    for rows in binary.copy_out(statement, types, (*bounds, run.pk)):
        at = rows["song_id"] - bounds[0]
        is_song[at] = True
        cluster[at] = rows["cluster"]
        for name, column in values.items():
            column[at] = rows[name]
    if with_left_out and run.left_out:
        left = "COPY (SELECT id FROM clustering_song WHERE id BETWEEN %s AND %s) TO STDOUT (FORMAT binary)"
        for rows in binary.copy_out(left, {"id": ">i8"}, bounds):
            is_song[rows["id"] - bounds[0]] = True
    return Placed(is_song, cluster, values)


def last_row(run: Run) -> int:
    """Return the largest row number of a run's songs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(song_id) FROM clustering_assignment WHERE run_id = %s", [run.pk])
        return int(cursor.fetchone()[0]) - run.dataset.first_song_id


def distance_percentiles(run: Run, share: float, *, up_to_row: int | None = None) -> dict[int, float]:
    """Return of each cluster the distance to its center within which that share of its songs is."""
    last = run.dataset.last_song_id if up_to_row is None else run.dataset.first_song_id + up_to_row
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cluster, percentile_disc(%s) WITHIN GROUP (ORDER BY distance) FROM clustering_assignment "
            "WHERE run_id = %s AND song_id <= %s GROUP BY cluster",
            [share, run.pk, last],
        )
        return dict(cursor.fetchall())


def delete_run(run: Run) -> None:
    """Delete a run with all it found."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clustering_assignment WHERE run_id = %s", [run.pk])
    run.delete()
