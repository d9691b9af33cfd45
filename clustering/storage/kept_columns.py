"""Columns of songs in the database: index r of a column is row r of the dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.postgresql.psycopg_any import mogrify
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from clustering.analysis.bins import Bins
from clustering.analysis.features import SONG_NUMBERS
from clustering.models import Dataset, Run, SongColumn
from clustering.storage import binary

EXTRA = "extra:"
"""Before the name of a file's own column, which can be called like anything else."""

IS_SONG = "is song"
"""The column that says which rows are songs."""

MAX_KEPT = 40
"""Numbers of a dataset that are kept as columns; a file with more has the others read from the songs."""

HEAD = 4 + 2  # of a field in binary COPY's only row: how many fields, and how long this one is


@dataclass(frozen=True)
class Column:
    """Numbers by row: NaN, or -1 of whole numbers, where a song has none.

    ``names`` say what whole numbers stand for.
    """

    values: NDArray[Any]
    names: list[Any] = field(default_factory=list)
    bins: Bins | None = None
    counts: NDArray[np.int64] | None = None
    """How many songs are in each step of ``bins``."""


def number_names(dataset: Dataset) -> list[str]:
    """Return the names of a dataset's numbers, as addresses have them."""
    mapped = {
        match.get("field")
        for upload in dataset.uploads.all()
        for match in upload.column_map.get("matches", ())
    }
    known = [name for name in SONG_NUMBERS if name in mapped and name not in dataset.features]
    return [*dataset.features, *known, *(EXTRA + name for name in dataset.extra_columns)]


def keep_columns(dataset: Dataset, run: Run | None, columns: Mapping[str, Column]) -> None:
    """Keep columns of a dataset's songs, or of where a run put them; there are none yet of these names."""
    fields = 'dataset_id, run_id, name, kind, names, bins, "values"'
    statement = f"COPY clustering_songcolumn ({fields}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["int8", "int8", "text", "text", "jsonb", "jsonb", "bytea"])
        for name, column in columns.items():
            values = np.ascontiguousarray(column.values)
            kind = values.dtype.newbyteorder("<").str
            bins = bins_as_json(column)
            key = (dataset.pk, run.pk if run else None, name, kind)
            copy.write_row((*key, Jsonb(column.names), Jsonb(bins), values.tobytes()))


def bins_as_json(column: Column) -> dict[str, list[float]]:
    """Return the steps of a column and how many songs are in each, as they are kept."""
    if column.bins is None or column.counts is None:
        return {}
    return {"edges": column.bins.edges.tolist(), "counts": column.counts.tolist()}


def kept_column(dataset: Dataset, run: Run | None, name: str) -> Column | None:
    """Return a column as it is kept, whether or not songs were added since; None where it is not."""
    found = SongColumn.objects.filter(dataset=dataset, run=run, name=name)
    head = found.values_list("pk", "kind", "names", "bins").first()
    if head is None:
        return None
    number, kind, names, bins = head
    # not through Django: it would have the bytes sent as hexadecimal text
    statement = 'COPY (SELECT "values" FROM clustering_songcolumn WHERE id = %s) TO STDOUT (FORMAT binary)'
    with (
        connection.cursor() as cursor,
        cursor.copy(mogrify(statement, [number], connection.connection)) as copy,
    ):
        whole = b"".join(bytes(piece) for piece in copy)
    first = len(binary.SIGNATURE) + HEAD
    if len(whole) < first:
        return None  # it was made anew meanwhile
    length = int.from_bytes(whole[first - 4 : first], "big")
    values = np.frombuffer(whole, dtype=np.dtype(kind), offset=first, count=length // np.dtype(kind).itemsize)
    counts = np.array(bins["counts"]) if bins else None
    return Column(values, names, Bins(np.array(bins["edges"])) if bins else None, counts)


def forget_song_columns(dataset: Dataset) -> None:
    """Let the songs be read themselves until their columns are kept again: some of them changed."""
    SongColumn.objects.filter(dataset=dataset, run=None).delete()


def columns_version(dataset: Dataset) -> int:
    """Return a number that is another one after the songs changed: browsers keep what they have of the same."""
    newest = SongColumn.objects.filter(dataset=dataset, run=None).order_by("-pk")
    return newest.values_list("pk", flat=True).first() or 0
