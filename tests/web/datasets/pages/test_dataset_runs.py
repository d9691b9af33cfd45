"""The table of runs."""

import pytest

from clustering.web.datasets.pages.dataset_runs import DatasetRunsPage
from tests.factories import make_dataset, make_run


@pytest.mark.django_db
class TestDatasetRuns:
    @pytest.fixture
    def dataset_with_runs(self):
        dataset = make_dataset(songs=6)
        for clusters, silhouette in ((2, 0.3), (3, 0.1), (4, 0.2)):
            make_run(dataset, clusters=clusters, silhouette=silhouette)
        make_run(dataset, clusters=2, k=None, silhouette=None, finished_at=None)
        return dataset

    def test_reads_with_one_query(self, dataset_with_runs, django_assert_num_queries):
        with django_assert_num_queries(1):
            page = DatasetRunsPage.read(dataset_with_runs)

        assert [row.run.k for row in page.rows] == [None, 4, 3, 2]
        assert page.can_compare

    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("silhouette", [3, 4, 2, None]),
            ("-silhouette", [2, 4, 3, None]),
            ("groups", [2, 3, 4, None]),
            ("started", [2, 3, 4, None]),
            ("'; DROP", [None, 4, 3, 2]),
        ],
    )
    def test_sorts_with_unfinished_ones_last(self, dataset_with_runs, sort, order):
        assert [row.run.k for row in DatasetRunsPage.read(dataset_with_runs, sort=sort).rows] == order

    def test_a_second_click_turns_the_order_round(self, dataset_with_runs):
        headings = {
            one.name: one for one in DatasetRunsPage.read(dataset_with_runs, sort="-silhouette").headings
        }

        assert (headings["silhouette"].direction, headings["silhouette"].sort) == ("descending", "silhouette")
        assert (headings["groups"].direction, headings["groups"].sort) == ("", "groups")

    def test_says_how_many_there_are_beyond_the_newest(self, dataset_with_runs):
        page = DatasetRunsPage.read(dataset_with_runs, most=2)
        assert (len(page.rows), page.total) == (2, 4)

    def test_marks_the_pinned_one(self, dataset_with_runs):
        run = dataset_with_runs.runs.get(k=3)
        dataset_with_runs.pin(run)
        assert [row.run.k for row in DatasetRunsPage.read(dataset_with_runs).rows if row.pinned] == [3]

    def test_is_empty_without_runs(self):
        page = DatasetRunsPage.read(make_dataset(songs=3))
        assert (page.rows, page.total, page.can_compare) == ((), 0, False)
