"""Assignments of songs to clusters: in by COPY, out by row number."""

from __future__ import annotations

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clustering.models import Assignment, Dataset, Job, Run, Song, Upload
from clustering.storage import assignments, songs

pytestmark = pytest.mark.django_db
SIZE = 6


@pytest.fixture
def bare_run() -> Run:
    owner = User.objects.create_user("ada")
    dataset = Dataset.objects.create(owner=owner, name="songs", songs_count=SIZE)
    Upload.objects.create(dataset=dataset, original_name="a.csv", bytes=1, sha256="", rows_read=SIZE + 1)
    for row in range(1, SIZE + 1):
        genres = ["pop"] if row < 4 else ["pop", "rock"]
        Song.objects.create(id=dataset.first_song_id + row, dataset=dataset, row_number=row, genres=genres)
    return Run.objects.create(dataset=dataset, owner=owner, features=["energy"])


def placement(run: Run, rows: list[int]) -> assignments.Placement:
    """Place rows in clusters 0 and 1 by turns; every second song was measured."""
    at = np.array(rows)
    return assignments.Placement(
        song_ids=run.dataset.first_song_id + at,
        cluster=(at % 2).astype(np.int32),
        second=(1 - at % 2).astype(np.int32),
        distance=(at / 10).astype(np.float32),
        x=(at * 1.5).astype(np.float32),
        y=(-at).astype(np.float32),
        sampled=at > 3,
        silhouette=np.where(at % 2, np.nan, at / 100).astype(np.float32),
    )


class TestCopyAssignments:
    def test_stores_every_field(self, bare_run: Run) -> None:
        seen = []
        assignments.copy_assignments(
            bare_run, placement(bare_run, [1, 2, 4]), progress=lambda done, total: seen.append((done, total))
        )
        rows = {a.song.row_number: a for a in Assignment.objects.select_related("song")}
        assert sorted(rows) == [1, 2, 4]
        four = rows[4]
        assert (four.run_id, four.cluster, four.second, four.sampled) == (bare_run.pk, 0, 1, True)
        assert [four.distance, four.x, four.y, four.silhouette] == pytest.approx([0.4, 6.0, -4.0, 0.04])
        assert (rows[1].silhouette, rows[1].sampled) == (None, False)
        assert seen[-1] == (3, 3)


class TestLoadPlaced:
    def test_answers_by_row_number(self, bare_run: Run) -> None:
        assignments.copy_assignments(bare_run, placement(bare_run, [2, 5]))
        placed = assignments.load_placed(bare_run, ["x"])
        assert np.flatnonzero(placed.is_song).tolist() == [2, 5]
        assert placed.cluster[[2, 5]].tolist() == [0, 1]
        assert placed.cluster[1] == -1
        assert placed.values["x"][5] == 7.5

    def test_knows_songs_that_were_left_out(self, bare_run: Run) -> None:
        bare_run.left_out = 4
        assignments.copy_assignments(bare_run, placement(bare_run, [2, 5]))
        placed = assignments.load_placed(bare_run, ["x"])
        assert np.flatnonzero(placed.is_song).tolist() == [1, 2, 3, 4, 5, 6]
        assert placed.values["x"][[1, 3, 4, 6]].tolist() == [0, 0, 0, 0]  # never what was in memory before

    def test_answers_for_some_rows(self, bare_run: Run) -> None:
        bare_run.left_out = 4
        assignments.copy_assignments(bare_run, placement(bare_run, [2, 5]))
        placed = assignments.load_placed(bare_run, ["x"], first=4, last=6)
        assert placed.is_song.tolist() == [True, True, True]
        assert placed.cluster.tolist() == [-1, 1, -1]
        assert placed.values["x"][1] == 7.5


class TestDelete:
    def test_a_run_goes_with_its_assignments_and_leaves_the_songs(self, bare_run: Run) -> None:
        assignments.copy_assignments(bare_run, placement(bare_run, [1, 2]))
        assignments.delete_run(bare_run)
        assert not Run.objects.exists()
        assert not Assignment.objects.exists()
        assert Song.objects.count() == SIZE

    def test_a_dataset_goes_with_everything(self, bare_run: Run) -> None:
        assignments.copy_assignments(bare_run, placement(bare_run, [1, 2]))
        songs.delete_dataset(bare_run.dataset)
        for model in (Dataset, Run, Assignment, Song, Upload):
            assert not model.objects.exists()

    def test_the_songs_are_checked_before_the_jobs_are_locked(self, bare_run: Run) -> None:
        job = Job.objects.create(
            kind="delete",
            owner=bare_run.owner,
            dataset=bare_run.dataset,
            run=bare_run,
            subject="songs",
        )
        with CaptureQueriesContext(connection) as queries:
            songs.delete_dataset(bare_run.dataset)
        said = [query["sql"] for query in queries]
        checked = said.index("SET CONSTRAINTS ALL IMMEDIATE")
        assert max(i for i, sql in enumerate(said) if sql.startswith("DELETE FROM clustering_song")) < checked
        assert min(i for i, sql in enumerate(said) if "clustering_job" in sql) > checked
        job.refresh_from_db()
        assert job.dataset is None
