"""The uploaded files again, joined with what a run says of each song, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clustering.exports.columns import Rows, result_columns, result_names
from clustering.exports.filled import append_filled
from clustering.models import Cluster, Dataset, Run, Upload
from clustering.songfiles import arrays
from clustering.songfiles.readers import Batch, Dialect, read_batches
from clustering.storage.assignments import load_placed
from clustering.storage.fills import filled_features
from clustering.storage.pipeline import ahead
from clustering.storage.songs import song_rows


class ExportEnded(Exception):  # noqa: N818 – nobody's error
    """The run was deleted while it was being exported: what was sent so far must not pass for all of it."""


@dataclass(frozen=True)
class Added:
    """What is added to the files: a run's columns, and the features that were filled in when the export began."""

    run: Run
    clusters: list[Cluster]
    features: list[str]


def tables(run: Run, *, only: NDArray[np.int64] | None = None) -> Iterator[pa.Table]:
    """Join the stored files, batch by batch, with where each song, or each of `only` those ids, landed.

    Nothing is held longer than a batch: not the file, not where songs landed, and no transaction, as
    whoever downloads may be slow.
    """
    added = Added(run, list(run.clusters.all()), filled_features(run.dataset))
    uploads = list(run.dataset.imported_uploads)
    columns = _all_columns(uploads)
    for upload in uploads:
        with upload.on_disk() as path:
            for batch in ahead(read_batches(path, Dialect.from_dict(upload.dialect))):
                if len(batch.row_numbers):
                    table = batch.table if len(uploads) == 1 else _with_all_columns(batch.table, columns)
                    yield _joined(added, replace(batch, table=table), upload.first_row, only)
    if not Run.objects.filter(pk=run.pk).exists():
        raise ExportEnded


def song_tables(dataset: Dataset, *, only: NDArray[np.int64] | None = None) -> Iterator[pa.Table]:
    """Yield the stored files, batch by batch: the songs, or `only` some ids, without a run, with what was filled in."""
    uploads = list(dataset.imported_uploads)
    columns, features = _all_columns(uploads), filled_features(dataset)
    for upload in uploads:
        with upload.on_disk() as path:
            for batch in ahead(read_batches(path, Dialect.from_dict(upload.dialect))):
                if not len(batch.row_numbers):
                    continue
                rows = batch.row_numbers + np.int64(upload.first_row)
                table = batch.table if len(uploads) == 1 else _with_all_columns(batch.table, columns)
                keep = np.isin(rows, song_rows(dataset, first=int(rows[0]), last=int(rows[-1])))
                if only is not None:
                    keep &= np.isin(rows + np.int64(dataset.first_song_id), only)
                yield append_filled(table, dataset, features, rows).filter(arrays.flags(keep))
    if not Dataset.objects.filter(pk=dataset.pk).exists():
        raise ExportEnded


def _all_columns(uploads: Sequence[Upload]) -> list[str]:
    """Return the columns of all files, those of the first as they stand in it."""
    names = (match["column"] for upload in uploads for match in upload.column_map.get("matches", ()))
    return list(dict.fromkeys(names))


def _with_all_columns(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Return a file's table as text, with empty cells in the columns that only other files have."""
    empty = arrays.texts([""]).take(arrays.numbers(np.zeros(len(table), dtype=np.int32)))
    own = set(table.column_names)
    return pa.table({name: arrays.as_text(table[name]) if name in own else empty for name in columns})


def _joined(added: Added, batch: Batch, rows_before: int, only: NDArray[np.int64] | None) -> pa.Table:
    """Append the run's columns to the songs of a batch; rows that became no song are left out."""
    run, rows_of_songs = added.run, batch.row_numbers + np.int64(rows_before)
    table = append_filled(batch.table, run.dataset, added.features, rows_of_songs)
    columns = result_columns(run)
    fields = {column.field for column in columns} - {"cluster"}
    first, last = int(batch.row_numbers[0]), int(batch.row_numbers[-1])
    placed = load_placed(run, fields, first=rows_before + first, last=rows_before + last)
    at = batch.row_numbers - first
    keep = placed.is_song[at]
    if only is not None:
        keep &= np.isin(batch.row_numbers + np.int64(run.dataset.first_song_id + rows_before), only)
    table = table if keep.all() else table.filter(arrays.flags(keep))
    at = at[keep]
    rows = Rows(added.clusters, placed.cluster[at])
    values = placed.values | {"cluster": placed.cluster}
    for name, column in zip(result_names(run, table.column_names), columns, strict=True):
        table = table.append_column(name, column.cells(values[column.field][at], rows))
    return table
