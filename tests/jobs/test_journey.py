"""Import, group, export and delete, through the runner: what workers write."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import cast

import numpy as np
import psutil
import pyarrow.parquet
import pytest
from django.contrib.auth.models import User
from django.core.files import File
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.preprocessing import StandardScaler

from clustering.actions.datasets import delete_dataset
from clustering.actions.runs import delete_run, start_run
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import RunSettings
from clustering.exports.columns import result_names
from clustering.exports.csv import export_csv
from clustering.exports.parquet import export_parquet
from clustering.exports.summaries import profiles_json
from clustering.exports.tables import ExportEnded
from clustering.jobs import runner as jobs
from clustering.models import Assignment, Dataset, Job, Run, Song, Sweep
from clustering.storage import assignments
from clustering.storage.kept_columns import forget_song_columns
from clustering.storage.matrix import load_matrix
from tests.factories import make_user
from tests.made_once import MadeOnce
from tests.pipeline import cluster_songs, import_dataset, import_rows
from tests.songtables import FEATURES, RESULT_NAMES, song_rows, write_csv

pytestmark = pytest.mark.django_db(transaction=True)


def ninety_rows() -> list[dict[str, str]]:
    """Return ninety songs and one of them again; one has a gap, and one a tempo that cannot be."""
    rows = song_rows(90)
    rows[5]["energy"] = ""
    rows[6]["tempo"] = "0"
    return [*rows, dict(rows[0])]


@pytest.fixture
def ninety_songs(made_once: MadeOnce, tmp_path: Path) -> Dataset:
    return made_once(lambda: import_dataset(make_user("ada"), tmp_path, ninety_rows()))


@pytest.fixture
def run(made_once: MadeOnce, ninety_songs: Dataset) -> Run:
    return made_once(lambda: cluster_songs(ninety_songs, n_clusters=3))


class TestImport:
    def test_stores_songs_as_they_are_in_the_file(self, ninety_songs: Dataset) -> None:
        song = Song.objects.get(id=ninety_songs.first_song_id + 1)
        assert (song.title, song.artist) == ('Song "0", part 0', "Artist 0, Guest")
        assert (song.genres, song.external_id, song.extras) == (["genre 0"], "t00000", [1000.0])
        assert ninety_songs.extra_columns == ["label_code"]

    def test_counts_rows(self, ninety_songs: Dataset) -> None:
        upload = ninety_songs.uploads.get()
        assert (upload.rows_read, upload.rows_kept, upload.duplicates) == (91, 90, 1)
        assert ninety_songs.songs_count == Song.objects.count() == 90

    def test_makes_the_implausible_missing(self, ninety_songs: Dataset) -> None:
        assert Song.objects.get(id=ninety_songs.first_song_id + 7).tempo is None
        tempo = next(c for c in ninety_songs.report["columns"] if c["field"] == "tempo")
        assert tempo["implausible"] == 1

    def test_keeps_rejected_rows_with_their_reasons(self, owner: User, tmp_path: Path) -> None:
        rows = song_rows(20)
        rows[3] |= dict.fromkeys(FEATURES, "")
        job = import_rows(owner, tmp_path, rows)
        upload = job.dataset.uploads.get()
        assert (upload.rows_rejected, job.dataset.songs_count) == (1, 19)
        with upload.rejected_file.open("rb") as file:
            (rejected,) = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig")))
        assert (rejected["row"], rejected["line"]) == ("4", "5")
        assert "feature" in rejected["reason"]

    def test_rejects_a_row_that_is_cut_off_once(self, owner: User, tmp_path: Path) -> None:
        write_csv(tmp_path / "songs.csv", song_rows(20))
        lines = (tmp_path / "songs.csv").read_text(encoding="utf-8").splitlines()
        lines.insert(8, lines[8][:30])
        (tmp_path / "songs.csv").write_text("\n".join(lines), encoding="utf-8")
        with (tmp_path / "songs.csv").open("rb") as file:
            upload = upload_file(owner, file=File(file, name="songs.csv"))
        jobs.run(start_import(upload.dataset.owner, upload, changes={}, name="").pk)
        upload.refresh_from_db()
        assert (upload.rows_rejected, upload.rows_kept) == (1, 20)
        with upload.rejected_file.open("rb") as file:
            (rejected,) = csv.DictReader(io.StringIO(file.read().decode("utf-8-sig")))
        assert rejected["line"] == "9"

    def test_is_followed_by_a_first_run(self, owner: User, tmp_path: Path) -> None:
        rows = song_rows(60)
        for row in rows:
            row["liveness"] = "0.1"
        job = import_rows(owner, tmp_path, rows, then_cluster=True)
        run = Run.objects.get()
        assert not run.jobs.exclude(status=Job.Status.SUCCEEDED).exists()
        assert set(run.features) == set(FEATURES) - {"liveness"}
        assert run.is_finished
        assert job.status == Job.Status.SUCCEEDED

    def test_of_too_few_songs_is_refused_and_leaves_none(self, owner: User, tmp_path: Path) -> None:
        job = import_rows(owner, tmp_path, song_rows(2))
        assert job.status == Job.Status.FAILED
        assert "at least 3 songs" in job.error
        assert not Song.objects.exists()
        assert Dataset.objects.get().uploads.get().file.size > 0

    def test_of_empty_features_is_refused(self, owner: User, tmp_path: Path) -> None:
        rows = song_rows(10)
        for row in rows[2:]:
            row |= dict.fromkeys(FEATURES, "")
        job = import_rows(owner, tmp_path, rows)
        assert job.status == Job.Status.FAILED
        assert "8 rejected" in job.error


class TestCluster:
    def test_agrees_with_scikit_learn(self, ninety_songs: Dataset) -> None:
        run = cluster_songs(ninety_songs, n_clusters=4)
        values = load_matrix(ninety_songs, FEATURES).values.astype(np.float64)
        values = values[~np.isnan(values).any(axis=1)]
        scaled = StandardScaler().fit_transform(values)
        labels = np.array(
            Assignment.objects.filter(run=run).order_by("song").values_list("cluster", flat=True)
        )
        assert (run.songs_count, run.left_out) == (88, 2)
        assert run.silhouette == pytest.approx(silhouette_score(scaled, labels), abs=1e-6)
        assert run.davies_bouldin == pytest.approx(davies_bouldin_score(scaled, labels), abs=1e-5)
        assert run.calinski_harabasz == pytest.approx(calinski_harabasz_score(scaled, labels), rel=1e-5)
        assert run.inertia <= KMeans(4, n_init=10, random_state=0).fit(scaled).inertia_ * 1.001

    def test_is_compared_with_its_songs_shuffled(self, run: Run) -> None:
        assert -1 < run.null_silhouette < run.silhouette - 0.2
        assert 0 <= run.null_deviation < 0.1
        assert run.timings["null"] > 0

    def test_finds_the_groups_that_are_there(self, ninety_songs: Dataset) -> None:
        run = cluster_songs(ninety_songs)
        assert run.k == 3
        assert [c.k for c in run.sweep.candidates.all()] == list(range(2, 13))
        assert (run.sweep.verdict, run.sweep.recommended_k) == (Sweep.Verdict.CLEAR, 3)
        by_genre = {(a.cluster, tuple(a.song.genres)) for a in run.assignments.select_related("song").all()}
        assert len(by_genre) == 3

    def test_stores_what_each_group_sounds_like(self, run: Run) -> None:
        clusters = list(run.clusters.all())
        assert [c.index for c in clusters] == [0, 1, 2]
        assert sum(c.size for c in clusters) == 88
        assert len({c.generated_name for c in clusters}) == 3
        for cluster in clusters:
            members = Song.objects.filter(assignments__run=run, assignments__cluster=cluster.index)
            energies = members.values_list("energy", flat=True)
            assert cluster.means["energy"] == pytest.approx(np.mean(list(energies)), rel=1e-5)
            nearest = run.assignments.filter(cluster=cluster.index).order_by("distance").first()
            assert cluster.exemplars[0] == nearest.song_id
            assert cluster.genres[0]["lift"] == pytest.approx(
                cluster.genres[0]["share"]
                * 88
                / members.model.objects.filter(
                    assignments__run=run, genres__contains=[cluster.genres[0]["genre"]]
                ).count(),
                rel=1e-6,
            )
            popular = [Song.objects.get(pk=pk).popularity for pk in cluster.popular]
            assert popular == sorted(popular, reverse=True)

    def test_same_seed_same_groups(self, ninety_songs: Dataset, run: Run) -> None:
        first, second = (
            list(one.assignments.order_by("song").values_list("cluster", flat=True))
            for one in (run, cluster_songs(ninety_songs, n_clusters=3))
        )
        assert first == second

    def test_gaps_can_be_filled(self, ninety_songs: Dataset) -> None:
        run = cluster_songs(ninety_songs, n_clusters=3, missing="median")
        assert (run.songs_count, run.left_out) == (90, 0)
        assert set(run.model["medians"]) == set(run.features)

    def test_numeric_columns_of_the_file_are_features(self, ninety_songs: Dataset) -> None:
        run = cluster_songs(ninety_songs, n_clusters=2, features=["label_code", "energy"])
        assert run.is_finished, run.jobs.get().error

    def test_more_groups_than_distinct_songs_is_refused_with_both_numbers(
        self, owner: User, tmp_path: Path
    ) -> None:
        rows = song_rows(30)
        for i, row in enumerate(rows):
            row |= {name: rows[i % 3][name] for name in FEATURES}
        job = import_rows(owner, tmp_path, rows, then_cluster=False)
        run = cluster_songs(job.dataset, n_clusters=5)
        assert not run.is_finished
        assert "5" in run.jobs.get().error
        assert "3" in run.jobs.get().error

    def test_a_feature_without_values_is_named(self, ninety_songs: Dataset) -> None:
        run = cluster_songs(ninety_songs, n_clusters=2, features=["key", "energy"])
        assert "Key" in run.jobs.get().error

    def test_too_many_gaps_are_counted(self, ninety_songs: Dataset) -> None:
        Song.objects.filter(row_number__gt=2).update(energy=None)
        forget_song_columns(ninety_songs)
        assert "Only 2 of 90" in cluster_songs(ninety_songs, n_clusters=2).jobs.get().error


class TestExport:
    def test_csv_gives_every_original_column_back(self, run: Run, tmp_path: Path) -> None:
        write_csv(tmp_path / "original.csv", ninety_rows())
        with (tmp_path / "original.csv").open(encoding="utf-8", newline="") as file:
            original = list(csv.DictReader(file))[:90]
        exported = list(csv.DictReader(io.StringIO(b"".join(export_csv(run)).decode())))
        columns = list(original[0])
        assert list(exported[0]) == [
            *columns,
            *RESULT_NAMES,
        ]
        assert [{c: row[c] for c in columns} for row in exported] == original

    def test_csv_defuses_a_column_named_like_a_formula(self, owner: User, tmp_path: Path) -> None:
        rows = [row | {"=1+1": "a"} for row in song_rows(30)]
        dataset = Dataset.objects.get(pk=import_rows(owner, tmp_path, rows, then_cluster=False).dataset_id)
        header = b"".join(export_csv(cluster_songs(dataset, n_clusters=2))).decode().splitlines()[0]
        assert "'=1+1" in header

    def test_csv_says_where_each_song_landed(self, run: Run) -> None:
        run.clusters.get(index=0).rename("=mine")
        exported = list(csv.DictReader(io.StringIO(b"".join(export_csv(run)).decode())))
        stored = {a.song.external_id: a for a in run.assignments.select_related("song")}
        for row in exported:
            if row["track_id"] not in stored:
                assert row["cluster"] == row["pca_1"] == row["cluster_name"] == ""
                continue
            assignment = stored[row["track_id"]]
            assert int(row["cluster"]) == assignment.cluster
            assert float(row["pca_1"]) == pytest.approx(assignment.x, rel=1e-5)
        names = {row["cluster_name"] for row in exported if row["cluster"] == "0"}
        assert names == {"'=mine"}

    def test_columns_that_the_file_already_has_get_a_number(self) -> None:
        names = result_names(Run(), ["Cluster", "cluster_2", "pca_1"])
        assert names == ["cluster_3", "cluster_name", "distance_to_center", "pca_1_2", "pca_2"]

    def test_an_export_can_be_uploaded_and_exported_again(
        self, run: Run, owner: User, tmp_path: Path
    ) -> None:
        first = b"".join(export_csv(run)).decode()
        rows = list(csv.DictReader(io.StringIO(first)))
        job = import_rows(owner, tmp_path, rows, then_cluster=False)
        second = b"".join(export_csv(cluster_songs(job.dataset, n_clusters=3))).decode()
        assert "cluster_2" in second.splitlines()[0]

    def test_parquet_has_numbers_where_all_are_numbers(self, run: Run) -> None:
        table = pyarrow.parquet.read_table(io.BytesIO(b"".join(export_parquet(run))))
        kinds = {name: str(table.schema.field(name).type) for name in table.column_names}
        assert (kinds["track_name"], kinds["energy"], kinds["popularity"]) == ("string", "double", "int64")
        assert table.num_rows == 90
        assert table["energy"][5].as_py() is None

    @pytest.mark.parametrize("export", [export_csv, export_parquet])
    def test_never_ends_as_if_it_were_whole_when_the_run_is_deleted(
        self, run: Run, export: Callable[[Run], Iterator[bytes]]
    ) -> None:
        pieces = export(run)
        next(pieces)
        assignments.delete_run(Run.objects.get(pk=run.pk))
        with pytest.raises(ExportEnded):
            list(pieces)

    def test_holds_no_file_and_no_thread_when_it_is_given_up(self, run: Run) -> None:
        pieces = cast("Generator[bytes]", export_csv(run))
        next(pieces)
        pieces.close()
        stored = run.dataset.uploads.get().file.path
        assert not [file.path for file in psutil.Process().open_files() if file.path == stored]
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]

    def test_profiles_are_json(self, run: Run) -> None:
        profiles = json.loads(json.dumps(profiles_json(run)))
        assert [c["index"] for c in profiles["clusters"]] == [0, 1, 2]
        assert profiles["run"]["model"]["scaling"]["scaler"] == "standard"


class TestDelete:
    def test_of_a_dataset_takes_files_songs_and_runs(
        self, ninety_songs: Dataset, run: Run, owner: User
    ) -> None:
        path = Path(ninety_songs.uploads.get().file.path)
        job = delete_dataset(owner, ninety_songs)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.SUCCEEDED
        assert job.subject == ninety_songs.name
        assert not Dataset.objects.exists()
        assert not Song.objects.exists()
        assert not Assignment.objects.exists()
        assert not path.exists()

    def test_of_a_run_leaves_the_others(self, ninety_songs: Dataset, run: Run, owner: User) -> None:
        gone, stays = cluster_songs(ninety_songs, n_clusters=2), run
        jobs.run(delete_run(owner, gone).pk)
        assert list(Run.objects.all()) == [stays]
        assert Assignment.objects.count() == 88


class TestColumnsOfOnesOwn:
    def test_can_have_a_long_name(self, owner: User, tmp_path: Path) -> None:
        name = "how much it makes my neighbours dance on a Sunday morning"
        rows = [row | {name: str(place % 7)} for place, row in enumerate(song_rows(30))]
        job = import_rows(owner, tmp_path, rows, then_cluster=False)
        run = cluster_songs(Dataset.objects.get(pk=job.dataset_id), features=["energy", name], n_clusters=2)
        assert run.features == ["energy", name]
        assert run.is_finished, run.jobs.get().error

    def test_are_not_taken_for_a_feature_of_the_same_name(self, owner: User, tmp_path: Path) -> None:
        write_csv(tmp_path / "songs.csv", rows := song_rows(30))
        with (tmp_path / "songs.csv").open("rb") as file:
            upload = upload_file(owner, file=File(file, name="songs.csv"))
        changes = {"energy": "", "valence": "energy"}
        jobs.run(start_import(upload.dataset.owner, upload, changes=changes, name="", then_cluster=False).pk)
        dataset = Dataset.objects.get()
        matrix = load_matrix(dataset, ["energy", "energy (column)"])
        assert matrix.values[:, 0] == pytest.approx([float(row["valence"]) for row in rows])
        assert matrix.values[:, 1] == pytest.approx([float(row["energy"]) for row in rows])


class TestConstantFeatures:
    def test_are_left_out_of_what_nobody_chose(self, owner: User, tmp_path: Path) -> None:
        rows = [row | {"energy": "0.5"} for row in song_rows(30)]
        job = import_rows(owner, tmp_path, rows)
        dataset = Dataset.objects.get(pk=job.dataset_id)
        assert "energy" in dataset.features
        assert "energy" not in cluster_songs(dataset, n_clusters=2).features
        assert "energy" not in dataset.runs.earliest("created_at").features

    def test_alone_begin_no_run_and_say_why(self, owner: User, tmp_path: Path) -> None:
        rows = [row | dict.fromkeys(FEATURES, "0.5") for row in song_rows(30)]
        job = import_rows(owner, tmp_path, rows)
        dataset = Dataset.objects.get(pk=job.dataset_id)
        assert (job.status, dataset.songs_count) == (Job.Status.SUCCEEDED, 30)
        assert not dataset.runs.exists()
        with pytest.raises(AnalysisError, match=r"None of the usual features .* differs from song to song"):
            start_run(owner, dataset, RunSettings())
        assert any("no first run" in warning for warning in dataset.report["warnings"])
