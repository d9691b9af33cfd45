"""How well added songs fit, and the files that they came from, as their pages say it."""

from __future__ import annotations

from typing import Any

import pytest

from clustering.models import Run
from clustering.web.datasets.pages.dataset_files import DatasetFilesPage
from clustering.web.runs.pages.added import RunAddedPage
from tests.factories import make_addition, make_job, make_report, make_run, make_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def run_with_additions() -> Run:
    """A run of 30 songs, which left out two, in a dataset that has 300 now, and of which it placed 200."""
    run = make_run(additions=[make_addition("fits"), make_addition(songs=20, left_out=0)])
    run.dataset.songs_count = 300
    run.dataset.save()
    return run


class TestRunAdded:
    def test_says_what_waits_and_what_was_placed(
        self, run_with_additions: Run, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(1):
            page = RunAddedPage.read(run_with_additions)
        assert page.waiting == 300 - 30 - 2 - 203 - 20
        assert [addition.verdict.title for addition in page.additions] == ["They don’t fit", "They fit"]
        latest = page.additions[0]
        assert (latest.songs, latest.verdict.advise_again) == (20, True)
        assert [line.label for line in latest.features] == ["Tempo", "Valence", "Energy", "Danceability"]
        assert [line.notable for line in latest.features] == [True, True, False, False]
        assert len({chart.key for addition in page.additions for chart in addition.charts}) == 8
        assert not page.refusal

    def test_says_why_hdbscan_cannot(self, run_with_additions: Run) -> None:
        run_with_additions.algorithm = "hdbscan"
        assert "can’t place songs that are added later" in RunAddedPage.read(run_with_additions).refusal


class TestDatasetFiles:
    def test_lists_files_and_runs(self, run_with_additions: Run, django_assert_num_queries: Any) -> None:
        report = make_report() | {"warnings": ["This file has no tempo."]}
        make_upload(run_with_additions.dataset, first_row=32, rows_read=280, rows_kept=270, report=report)
        make_run(run_with_additions.dataset, songs_count=300, left_out=0)
        with django_assert_num_queries(3):
            page = DatasetFilesPage.read(run_with_additions.dataset, run_with_additions.owner)
        assert [file.upload.rows_kept for file in page.files] == [30, 270]
        assert [file.warnings for file in page.files] == [(), ("This file has no tempo.",)]
        assert len(page.files[1].columns) == 4
        (line,) = page.runs  # the other has seen all songs
        assert line.verdict is not None
        assert (line.run.pk, line.verdict.title, line.run.unplaced_songs) == (
            run_with_additions.pk,
            "They don’t fit",
            45,
        )

    def test_shows_a_draft_unless_it_is_being_added(self, run_with_additions: Run) -> None:
        draft = make_upload(run_with_additions.dataset, first_row=32)
        page = DatasetFilesPage.read(run_with_additions.dataset, run_with_additions.owner)
        assert (page.draft, page.growing) == (draft, None)
        job = make_job(dataset=run_with_additions.dataset, kind="add")
        page = DatasetFilesPage.read(run_with_additions.dataset, run_with_additions.owner)
        assert (page.draft, page.growing) == (None, job)
