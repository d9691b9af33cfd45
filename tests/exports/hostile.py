"""A collection whose every text would be a formula somewhere, and every file that can be taken away from it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files import File
from django.test import Client
from django.urls import reverse

from clustering.actions.comparisons import compare_runs
from clustering.actions.uploads import start_import, upload_file
from clustering.jobs import runner as jobs
from clustering.models import Dataset, Run
from clustering.songfiles.playlists import Track, write_csv
from tests.factories import make_user
from tests.pipeline import cluster_songs
from tests.songtables import song_rows

FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1;1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "rock;=1+1",
    "rock,=1+1",
    "rock\t=1+1",
    "rock|=1+1",
    "rock\n=1+1",
    'rock;"=1+1"',
    "rock;\uff1d1+1",
    '=HYPERLINK("http://127.0.0.1/";"x")',
    "=cmd|' /C calc'!A0",
    '"=1+1',
    "x;-1+1",
    "=-7.5",
)
HEADERS = ("=1+1", "x;=2+2", "@label")
TEXTS = ("track_name", "artists", "album_name", "track_genre")


def hostile_table(count: int = 72) -> pa.Table:
    """Return songs whose texts are formulas: as text, as a dictionary, as bytes, in lists and in structs."""
    rows = song_rows(count)
    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
    bad = pa.array([FORMULAS[row % len(FORMULAS)] for row in range(count)])
    columns |= dict.fromkeys(TEXTS, bad)
    columns["track_id"] = pa.array([f"{row};{text}" for row, text in enumerate(bad.to_pylist())])
    for name in ("energy", "loudness"):
        columns[name] = pa.array([float(row[name]) for row in rows])
    columns |= {HEADERS[0]: bad.dictionary_encode(), HEADERS[1]: bad.cast(pa.binary())}
    columns[HEADERS[2]] = pa.ListArray.from_arrays(pa.array(range(count + 1), pa.int32()), bad)
    columns["in a struct"] = pa.StructArray.from_arrays([bad], ["a"])
    columns["loudness"] = pa.array([-7.5, *columns["loudness"].to_pylist()[1:]])
    # rows that are rejected
    table = pa.table(columns)
    empty = {name: pa.nulls(len(FORMULAS), table[name].type) for name in rows[0]}
    bare = pa.array(list(FORMULAS))
    empty["track_name"] = bare
    return pa.concat_tables([table, pa.table(empty)], promote_options="default")


def hostile_run(folder: Path, table: pa.Table) -> Run:
    """Import the table and cluster it."""
    pq.write_table(table, folder / "songs.parquet")
    with (folder / "songs.parquet").open("rb") as file:
        upload = upload_file(make_user("ann"), file=File(file, name="songs.parquet"))
    job = start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=False)
    jobs.run_through(job.pk)
    job.refresh_from_db()
    assert job.status == "succeeded", job.error
    return cluster_songs(Dataset.objects.get(pk=upload.dataset_id), n_clusters=2)


def exported(client: Client, run: Run) -> dict[str, bytes]:
    """Return every CSV that can be taken away: of the run, the map, a comparison, rejected rows and a playlist."""
    client.force_login(run.owner)
    other = cluster_songs(run.dataset, n_clusters=3)
    for cluster in run.clusters.all():
        cluster.rename("x;=1+1")
    comparison = compare_runs(run.owner, [run, other])
    jobs.run_through(comparison.job.pk)
    comparison.refresh_from_db()
    source, target = next(zip(*np.nonzero(np.array(comparison.table)), strict=True))
    upload = run.dataset.uploads.get()
    rejected = f"/datasets/{run.dataset_id}/rejected/{upload.pk}.csv"
    outline = "-99,-99,99,-99,99,99,-99,99"
    chosen = reverse("explore_csv", args=[run.dataset_id])
    answers = {
        "run": client.get(reverse("run_csv", args=[run.pk])),
        "explore": client.get(f"{chosen}?run={run.pk}&outline={outline}"),
        "explore, all songs": client.get(f"{chosen}?run=none"),
        "comparison": client.get(reverse("comparison_csv", args=[comparison.pk, source, target])),
    }
    if upload.rows_rejected:
        answers["rejected"] = client.get(rejected)
    for name, answer in answers.items():
        assert answer.status_code == 200, name
    songs = [Track(title=text, artist=text, album=text, uri=text) for text in FORMULAS]
    return {name: b"".join(answer) for name, answer in answers.items()} | {"playlist": write_csv("x", songs)}


def cells_of(data: bytes, delimiter: str) -> list[str]:
    """Cut a CSV at a separator as a spreadsheet does."""
    text = data.decode("utf-8-sig")
    return [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) for cell in row]
