"""Rows to files, streamed: the uploaded file again, with what a run says of each song. Knows no HTTP."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from clustering.models import Cluster, Run, Upload
from clustering.songfiles import arrays
from clustering.songfiles.formula_injection import escape, plain_column
from clustering.songfiles.readers import Batch, Dialect, read_batches
from clustering.storage.assignments import load_placed
from clustering.storage.pipeline import ahead

RESULT_COLUMNS = ("cluster", "cluster_name", "distance_to_center", "pca_1", "pca_2")
MEMBERSHIP_COLUMN = "membership"
NOISE_LABEL = -1  # the cluster of songs that are in none, as scikit-learn has it

CANDIDATE_SCORES = (
    "k",
    "silhouette",
    "silhouette_low",
    "silhouette_high",
    "davies_bouldin",
    "calinski_harabasz",
    "inertia",
    "stability",
    "null_silhouette",
    "smallest_cluster",
)


class ExportEnded(Exception):  # noqa: N818 – nobody's error
    """The run was deleted while it was being exported: what was sent so far must not pass for all of it."""


def export_csv(run: Run, *, only: NDArray[np.int64] | None = None) -> Iterator[bytes]:
    """Yield a CSV of all songs, or `only` those ids: every column as it was uploaded, then the run's."""
    first = True
    for table in _tables(run, only=only):
        names = [escape(name) for name in table.column_names]
        safe = pa.Table.from_arrays([plain_column(column) for column in table.columns], names=names)
        buffer = io.BytesIO()
        options = pyarrow.csv.WriteOptions(include_header=first, quoting_style="needed")
        pyarrow.csv.write_csv(safe, buffer, options)
        first = False
        yield buffer.getvalue()


def export_parquet(run: Run) -> Iterator[bytes]:
    """Yield a Parquet file of the same; a column whose every value is a number is one."""
    kinds = _column_kinds(run)
    buffer = io.BytesIO()
    writer: pyarrow.parquet.ParquetWriter | None = None
    for table in _tables(run):
        columns = {
            name: _as_kind(table[name], kinds[name]) if name in kinds else table[name]
            for name in table.column_names
        }
        typed = pa.table(columns)
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(buffer, typed.schema)
        writer.write_table(typed)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    if writer is not None:
        writer.close()
        yield buffer.getvalue()


def profiles_json(run: Run) -> dict[str, Any]:
    """Return what a run found of each cluster, as JSON."""
    return {
        "dataset": run.dataset.name,
        "run": run_summary(run) | {"missing": run.missing, "model": run.model, "versions": run.versions},
        "clusters": [
            cluster_summary(cluster)
            | {
                "silhouette": cluster.silhouette,
                "medians": cluster.medians,
                "deviations": cluster.deviations,
                "effects": cluster.effects,
                "genres": cluster.genres,
            }
            for cluster in run.clusters.all()
        ],
    }


def run_summary(run: Run) -> dict[str, Any]:
    """Return the settings and scores of a run that every JSON of it has."""
    return {
        "id": run.pk,
        "algorithm": run.algorithm,
        "k": run.k,
        "scaler": run.scaler,
        "features": run.features,
        "seed": run.seed,
        "songs": run.songs_count,
        "left_out": run.left_out,
        "silhouette": run.silhouette,
        "silhouette_low": run.silhouette_low,
        "silhouette_high": run.silhouette_high,
        "silhouette_songs": run.silhouette_songs,
        "null_silhouette": run.null_silhouette,
        "davies_bouldin": run.davies_bouldin,
        "calinski_harabasz": run.calinski_harabasz,
        "inertia": run.inertia,
        "explained_variance": run.explained_variance,
    } | _only_of_some(run)


def _only_of_some(run: Run) -> dict[str, Any]:
    """Return what is asked or found by some algorithms only."""
    some: dict[str, Any] = {"weights": run.weights} if run.weights else {}
    if run.fit_on is not None:
        some |= {"fit_on": run.fit_on, "fitted_songs": run.fitted_songs}
    if run.min_cluster_size is not None:
        some |= {"min_cluster_size": run.min_cluster_size, "no_group": run.noise_count}
    if run.bic is not None:
        some |= {"bic": run.bic}
    return some


def advice_summary(run: Run) -> dict[str, Any] | None:
    """Return the advice that chose a run's number of groups, if that was not chosen by hand."""
    sweep = run.sweep
    if sweep is None:
        return None
    return {
        "verdict": sweep.verdict,
        "recommended_k": sweep.recommended_k,
        "alternatives": sweep.alternatives,
        "reason": sweep.reason,
        "candidates": list(sweep.candidates.order_by("k").values(*CANDIDATE_SCORES)),
    }


def cluster_summary(cluster: Cluster) -> dict[str, Any]:
    """Return what every JSON of a cluster has."""
    return {
        "index": NOISE_LABEL if cluster.is_noise else cluster.index,
        "name": cluster.name,
        "description": cluster.sentence,
        "size": cluster.size,
        "share": cluster.share,
        "means": cluster.means,
        "z": cluster.z,
    }


def result_names(columns: list[str], *, with_membership: bool = False) -> list[str]:
    """Return the names of the run's columns, with a number behind one that the file already has."""
    taken = {c.lower() for c in columns}
    names = []
    for name in (*RESULT_COLUMNS, MEMBERSHIP_COLUMN) if with_membership else RESULT_COLUMNS:
        free, number = name, 2
        while free in taken:
            free, number = f"{name}_{number}", number + 1
        names.append(free)
    return names


def _tables(run: Run, *, only: NDArray[np.int64] | None = None) -> Iterator[pa.Table]:
    """Join the stored files, batch by batch, with where each song, or each of `only` those ids, landed.

    Nothing is held longer than a batch: not the file, not where songs landed, and no transaction, as
    whoever downloads may be slow.
    """
    clusters = list(run.clusters.all())
    uploads = list(run.dataset.imported_uploads)
    columns = _all_columns(uploads)
    for upload in uploads:
        with upload.on_disk() as path:
            for batch in ahead(read_batches(path, Dialect.from_dict(upload.dialect))):
                if len(batch.row_numbers):
                    table = batch.table if len(uploads) == 1 else _with_all_columns(batch.table, columns)
                    yield _joined(run, replace(batch, table=table), upload.first_row, clusters, only)
    if not Run.objects.filter(pk=run.pk).exists():
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


def _joined(
    run: Run, batch: Batch, rows_before: int, clusters: list[Cluster], only: NDArray[np.int64] | None
) -> pa.Table:
    """Append the run's columns to the songs of a batch; rows that became no song are left out."""
    first, last = int(batch.row_numbers[0]), int(batch.row_numbers[-1])
    placed = load_placed(run, first=rows_before + first, last=rows_before + last)
    at = batch.row_numbers - first
    keep = placed.is_song[at]
    if only is not None:
        keep &= np.isin(batch.row_numbers + np.int64(run.dataset.first_song_id + rows_before), only)
    table = batch.table if keep.all() else batch.table.filter(arrays.flags(keep))
    at = at[keep]
    cluster = placed.cluster[at]
    absent = cluster < 0
    numbers = np.array([NOISE_LABEL if c.is_noise else c.index for c in clusters], dtype=np.int16)
    columns = [
        arrays.numbers(numbers[cluster], absent=absent),
        arrays.texts([c.name for c in clusters]).take(arrays.numbers(cluster, absent=absent)),
        arrays.numbers(placed.distance[at], absent=absent),
        arrays.numbers(placed.x[at], absent=absent),
        arrays.numbers(placed.y[at], absent=absent),
    ]
    if placed.membership is not None:
        columns.append(arrays.numbers(placed.membership[at], absent=absent))
    names = result_names(table.column_names, with_membership=placed.membership is not None)
    for name, column in zip(names, columns, strict=True):
        table = table.append_column(name, column)
    return table


def _column_kinds(run: Run) -> dict[str, pa.DataType]:
    """Find the narrowest type that holds every value of each text column of the file."""
    kinds: dict[str, pa.DataType] = {}
    for table in _tables(run):
        own = len(RESULT_COLUMNS) + run.has_membership
        for name in table.column_names[:-own]:
            column = table[name]
            if not pa.types.is_string(column.type):
                continue
            kind = kinds.get(name, pa.int64())
            while kind != pa.string() and not _fits(column, kind):
                kind = pa.float64() if kind == pa.int64() else pa.string()
            kinds[name] = kind
    return kinds


def _fits(column: pa.ChunkedArray, kind: pa.DataType) -> bool:
    try:
        _as_kind(column, kind)
    except pa.ArrowInvalid:
        return False
    return True


def _as_kind(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if kind == pa.string():
        return column
    empty = pc.equal(column, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), column).cast(kind)
