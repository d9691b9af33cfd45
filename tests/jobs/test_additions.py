"""Further songs for a dataset and its runs: added, placed, exported, and nothing twice."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
from django.contrib.auth.models import User
from django.core.files import File
from django.db import connection

from clustering.actions.additions import add_file, place_added_songs
from clustering.actions.jobs import retry_job
from clustering.analysis import AnalysisError
from clustering.exports.csv import export_csv
from clustering.exports.parquet import export_parquet
from clustering.jobs import runner as jobs
from clustering.jobs.kinds.add_songs import AddSongs
from clustering.jobs.kinds.index import IndexSongs, due_datasets
from clustering.jobs.queue import collect_jobs
from clustering.models import Artist, Assignment, AuditEntry, Catalog, Dataset, Genre, Job, Run, Song, Upload
from clustering.songfiles import SongFileError
from clustering.storage.similar_songs import Similar, find_similar_songs
from clustering.storage.song_search import SearchResults
from tests.concurrency import call_elsewhere
from tests.factories import make_user
from tests.made_once import MadeOnce
from tests.pipeline import (
    add_rows,
    cluster_songs,
    delete_due_files,
    fresh,
    import_dataset,
    import_rows,
    place_songs,
)
from tests.songtables import FEATURES, RESULT_NAMES, song_rows, write_csv
from tests.stored import stored_files_of

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, ALL = 90, 150


@pytest.fixture
def first_songs(made_once: MadeOnce, tmp_path: Path) -> Dataset:
    return made_once(lambda: import_dataset(make_user("ada"), tmp_path, song_rows(FIRST)))


@pytest.fixture
def run(made_once: MadeOnce, first_songs: Dataset) -> Run:
    return made_once(lambda: cluster_songs(first_songs, n_clusters=3, features=FEATURES))


def later_rows() -> list[dict[str, str]]:
    """Return sixty new songs, with five old ones among them, in other columns and another order."""
    rows = song_rows(ALL)[FIRST - 5 :]
    return [
        {"hotness": str(i)} | {name: row[name] for name in reversed(row) if name != "label_code"}
        for i, row in enumerate(rows)
    ]


def make_due_catalogs() -> None:
    """Do what the regular check would: make the catalogs that are due."""
    with collect_jobs() as due:
        IndexSongs().enqueue_due()
    for job_id in due:
        assert jobs.run(job_id) == []


class TestAddSongs:
    def test_stores_the_new_ones_behind_the_others(self, first_songs: Dataset, tmp_path: Path) -> None:
        job = add_rows(first_songs, tmp_path, later_rows())
        assert job.status == Job.Status.SUCCEEDED, job.error
        upload = first_songs.uploads.last()
        assert (upload.first_row, upload.rows_read, upload.rows_kept, upload.duplicates) == (90, 65, 60, 5)
        assert first_songs.songs_count == Song.objects.count() == ALL
        ids = Song.objects.order_by("id").values_list("external_id", flat=True)
        assert list(ids) == [f"t{i:05d}" for i in range(ALL)]
        assert Song.objects.get(external_id="t00090").row_number == 90 + 6

    def test_keeps_who_did_it(self, first_songs: Dataset, tmp_path: Path) -> None:
        add_rows(first_songs, tmp_path, later_rows())
        done = AuditEntry.objects.order_by("-at").values_list("action", "subject")[:2]
        assert list(done) == [
            ("added", f"more.csv to {first_songs.name}"),
            ("uploaded", f"more.csv for {first_songs.name}"),
        ]

    def test_keeps_each_number_in_its_column(self, first_songs: Dataset, tmp_path: Path) -> None:
        add_rows(first_songs, tmp_path, later_rows())
        assert first_songs.extra_columns == ["label_code", "hotness"]
        assert Song.objects.get(external_id="t00089").extras == [1089.0]
        assert Song.objects.get(external_id="t00149").extras == [None, 64.0]

    def test_reports_on_the_file_and_leaves_the_first_report(
        self, first_songs: Dataset, tmp_path: Path
    ) -> None:
        before = first_songs.report
        add_rows(first_songs, tmp_path, later_rows())
        report = first_songs.uploads.last().report
        assert (report["rows_kept"], report["duplicates"]) == (60, 5)
        assert "has no “label_code”" in report["warnings"][0]
        assert "also has “hotness”" in report["warnings"][1]
        assert first_songs.report == before

    def test_knows_whole_rows_where_there_are_no_ids(self, owner: User, tmp_path: Path) -> None:
        rows = [{k: v for k, v in row.items() if k != "track_id"} for row in song_rows(ALL)]
        job = import_rows(owner, tmp_path, rows[:FIRST], then_cluster=False)
        dataset = Dataset.objects.get(pk=job.dataset_id)
        assert add_rows(dataset, tmp_path, rows[FIRST - 5 :]).status == Job.Status.SUCCEEDED
        assert (dataset.songs_count, dataset.uploads.last().duplicates) == (ALL, 5)

    def test_refuses_a_file_without_a_new_song(self, first_songs: Dataset, tmp_path: Path) -> None:
        rows = song_rows(FIRST)[10:20]
        job = add_rows(first_songs, tmp_path, rows)
        assert job.status == Job.Status.FAILED
        assert "has no new song: 10 of its 10 rows are songs that are there already" in job.error
        assert (first_songs.songs_count, Song.objects.count()) == (FIRST, FIRST)

    def test_refuses_the_same_file(self, first_songs: Dataset, tmp_path: Path) -> None:
        with pytest.raises(SongFileError, match="the same file as songs"):
            add_rows(first_songs, tmp_path, song_rows(FIRST))
        assert Upload.objects.count() == 1

    def test_refuses_a_file_of_other_features(self, first_songs: Dataset, tmp_path: Path) -> None:
        first_songs.features, first_songs.extra_columns = ["energy"], []
        first_songs.save()
        rows = [{"title": f"n{i}", "tempo": str(90 + i)} for i in range(20)]
        with pytest.raises(SongFileError, match="None of the columns is a feature"):
            add_rows(first_songs, tmp_path, rows)

    def test_one_draft_takes_the_place_of_another(self, first_songs: Dataset, tmp_path: Path) -> None:
        for count in (100, 110):
            write_csv(tmp_path / "more.csv", song_rows(count))
            with (tmp_path / "more.csv").open("rb") as file:
                add_file(first_songs.owner, first_songs, file=File(file, name="more.csv"))
        assert [u.first_row for u in first_songs.uploads.all()] == [0, 90]
        assert len(list(Path(first_songs.uploads.first().file.path).parent.iterdir())) == 2

    def test_stays_when_the_one_before_it_cannot_be_forgotten(
        self, first_songs: Dataset, tmp_path: Path
    ) -> None:
        """The database refuses something after the commit: the new file belongs to a row by then."""
        write_csv(tmp_path / "more.csv", song_rows(100))
        with (tmp_path / "more.csv").open("rb") as file:
            before = add_file(first_songs.owner, first_songs, file=File(file, name="more.csv"))
            with connection.cursor() as cursor:
                cursor.execute(
                    "CREATE RULE kept AS ON DELETE TO clustering_pendingdeletion "
                    f"WHERE OLD.name = '{before.file.name}' DO INSTEAD SELECT 1 / length(left(OLD.name, 0))"
                )
            try:
                added = add_file(first_songs.owner, first_songs, file=File(file, name="more.csv"))
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("DROP RULE kept ON clustering_pendingdeletion")
        assert Upload.objects.filter(pk=added.pk).exists()
        assert Path(added.file.path).exists()

    def test_done_again_after_a_crash_adds_nothing_twice(self, first_songs: Dataset, tmp_path: Path) -> None:
        job = add_rows(first_songs, tmp_path, later_rows())
        Job.objects.filter(pk=job.pk).update(status=Job.Status.QUEUED)  # a message that came twice
        jobs.run(job.pk)
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.FAILED, "The songs of this file are there already.")
        first_songs.refresh_from_db()
        assert first_songs.songs_count == Song.objects.count() == ALL

    def test_a_crash_in_the_middle_leaves_nothing(
        self, first_songs: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Dataset, "record_addition", lambda self, **_: 1 / 0)
            job = add_rows(first_songs, tmp_path, later_rows())
        assert (job.status, Song.objects.count(), first_songs.songs_count) == (
            Job.Status.FAILED,
            FIRST,
            FIRST,
        )
        assert retry_job(job.owner, job)
        jobs.run(job.pk)
        assert Song.objects.count() == ALL
        assert not retry_job(job.owner, Job.objects.get(pk=job.pk))

    def test_cancelled_at_the_last_moment_leaves_its_draft_alone(
        self, first_songs: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its rejected rows are stored by then, and no row knows of them."""
        rows = later_rows()
        rows[7] |= {name: "" for name in rows[7] if name not in {"track_id", "track_name"}}
        record = Dataset.record_addition

        def cancelled(dataset: Dataset, **found: Any) -> None:
            record(first_songs, **found)
            call_elsewhere(Job.objects.get(kind="add").cancel)

        monkeypatch.setattr(Dataset, "record_addition", cancelled)
        assert add_rows(first_songs, tmp_path, rows).status == Job.Status.CANCELLED
        draft = first_songs.drafts.get()
        assert draft.rejected_name in stored_files_of(draft)
        delete_due_files()
        assert stored_files_of(draft) == sorted(upload.file.name for upload in first_songs.uploads.all())

    def test_waits_for_the_one_before(self, first_songs: Dataset, tmp_path: Path) -> None:
        Job.objects.create(kind="add", owner=first_songs.owner, dataset=first_songs, subject="x")
        with pytest.raises(SongFileError, match="right now"):
            add_rows(first_songs, tmp_path, later_rows())

    def test_of_a_dataset_that_is_gone_says_so(self, owner: User) -> None:
        with pytest.raises(SongFileError, match="was deleted"):
            AddSongs().compute(Job(kind="add", owner=owner), None)


class TestPlaceAddedSongs:
    @pytest.mark.parametrize("settings", [{}, {"algorithm": "mixture"}, {"missing": "median"}])
    def test_are_where_the_run_would_have_put_them(
        self, first_songs: Dataset, tmp_path: Path, settings: dict[str, str]
    ) -> None:
        """The added songs come from the same three groups, which are far apart."""
        run = cluster_songs(first_songs, n_clusters=3, features=FEATURES, **settings)
        add_rows(first_songs, tmp_path, later_rows())
        run = fresh(run)
        assert (run.unplaced_songs, run.added_songs) == (60, 0)
        assert place_songs(run).status == Job.Status.SUCCEEDED
        run = fresh(run)
        assert (run.unplaced_songs, run.added_songs, run.songs_count) == (0, 60, FIRST)
        assert [c.added for c in run.clusters.all()] == [20, 20, 20]
        placed = run.assignments.select_related("song").order_by("song_id")
        clusters = [{a.cluster for a in placed if a.song.title.endswith(f"part {g}")} for g in range(3)]
        assert sorted(map(len, clusters)) == [1, 1, 1]
        (addition,) = run.additions
        assert (addition["after_row"], addition["left_out"], addition["drift"]["songs"]) == (90, 0, 60)
        assert addition["drift"]["fit"] in ("fits", "partly")

    def test_other_songs_do_not_fit(self, first_songs: Dataset, run: Run, tmp_path: Path) -> None:
        rows = song_rows(ALL, groups=5, seed=8)[FIRST:]
        add_rows(first_songs, tmp_path, rows)
        place_songs(fresh(run))
        assert fresh(run).additions[0]["drift"]["fit"] == "poorly"

    def test_songs_with_a_gap_are_left_out_and_counted(
        self, first_songs: Dataset, run: Run, tmp_path: Path
    ) -> None:
        rows = later_rows()
        rows[-1]["energy"] = ""
        add_rows(first_songs, tmp_path, rows)
        place_songs(fresh(run))
        run = fresh(run)
        assert (
            run.added_songs,
            run.unplaced_songs,
            run.additions[0]["left_out"],
        ) == (59, 0, 1)

    def test_twice_places_them_once(self, first_songs: Dataset, run: Run, tmp_path: Path) -> None:
        add_rows(first_songs, tmp_path, later_rows())
        job = place_songs(fresh(run))
        Job.objects.filter(pk=job.pk).update(status=Job.Status.QUEUED)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert "There are no new songs" in job.error
        assert Assignment.objects.count() == ALL
        assert len(fresh(run).additions) == 1

    def test_a_second_addition_is_measured_by_the_first_songs(
        self, first_songs: Dataset, run: Run, tmp_path: Path
    ) -> None:
        add_rows(first_songs, tmp_path, song_rows(120))
        place_songs(fresh(run))
        add_rows(first_songs, tmp_path, song_rows(ALL))
        place_songs(fresh(run))
        run = fresh(run)
        assert [a["songs"] for a in run.additions] == [30, 30]
        assert sum(c.added for c in run.clusters.all()) == 60
        assert Assignment.objects.count() == ALL

    def test_of_a_run_that_has_seen_all_are_refused(self, first_songs: Dataset, run: Run) -> None:
        with pytest.raises(AnalysisError, match="There are no new songs"):
            place_added_songs(run.owner, run)


class TestExport:
    def test_holds_the_songs_of_both_files(self, first_songs: Dataset, run: Run, tmp_path: Path) -> None:
        add_rows(first_songs, tmp_path, later_rows())
        waiting = list(csv.DictReader(io.StringIO(b"".join(export_csv(fresh(run))).decode())))
        assert [row["cluster"] != "" for row in waiting] == [True] * FIRST
        place_songs(fresh(run))
        rows = list(csv.DictReader(io.StringIO(b"".join(export_csv(fresh(run))).decode())))
        assert list(rows[0]) == [
            *song_rows(1)[0],
            "hotness",
            *RESULT_NAMES,
        ]
        assert len(rows) == ALL
        for row, expected in zip(rows[:FIRST], song_rows(FIRST), strict=True):
            assert {name: row[name] for name in expected} == expected
            assert row["hotness"] == ""
        for row, expected in zip(rows[FIRST:], later_rows()[5:], strict=True):
            assert {name: row[name] for name in expected} == expected
            assert row["label_code"] == ""
        assert all(row["cluster"] for row in rows)

    def test_as_parquet_too(self, first_songs: Dataset, run: Run, tmp_path: Path) -> None:
        add_rows(first_songs, tmp_path, later_rows())
        place_songs(fresh(run))
        table = pyarrow.parquet.read_table(io.BytesIO(b"".join(export_parquet(fresh(run)))))
        assert table.num_rows == ALL
        assert table["label_code"].null_count == 60
        assert table["hotness"].to_pylist()[-1] == 64
        assert np.isfinite(table["pca_1"].to_numpy()).all()


class TestCatalog:
    """What songs are found and compared by, after more of them came."""

    def test_knows_the_new_songs(self, first_songs: Dataset, tmp_path: Path) -> None:
        make_due_catalogs()
        add_rows(first_songs, tmp_path, later_rows())
        assert due_datasets() == [first_songs]
        make_due_catalogs()
        assert due_datasets() == []

        new = Song.objects.get(external_id="t00149")
        assert [hit.id for hit in SearchResults.read(first_songs.owner, "song 149").songs] == [new.pk]
        near = find_similar_songs(first_songs, Similar(seeds=(new.pk,), count=50, max_per_artist=20)).songs
        assert len(near) == 50
        assert {one.song.row_number > FIRST for one in near} == {True, False}
        assert sum(Artist.objects.values_list("songs_count", flat=True)) == ALL
        assert sum(Genre.objects.values_list("songs_count", flat=True)) == ALL

    def test_compares_on_what_the_new_songs_have_too(self, first_songs: Dataset, tmp_path: Path) -> None:
        rows = [{name: value for name, value in row.items() if name != "valence"} for row in later_rows()]
        add_rows(first_songs, tmp_path, rows)
        make_due_catalogs()

        catalog = Catalog.objects.get()
        assert "valence" not in catalog.features
        assert catalog.compared == ALL
