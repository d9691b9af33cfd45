"""What a dataset's page reads."""

import pytest

from clustering.web.datasets.pages.dataset import DatasetPage
from tests.factories import make_dataset, make_report

pytestmark = pytest.mark.django_db


def report(field: str, edges: list[float], counts: list[int]) -> dict[str, object]:
    column = make_report()["columns"][0] | {"column": field, "field": field}
    column["histogram"] = {"edges": edges, "counts": counts}
    return make_report() | {
        "columns": [column],
        "correlations": {"features": [field], "matrix": [[1.0]]},
    }


class TestDataset:
    def test_names_bins_in_real_units(self):
        found = make_dataset()
        found.report = report("duration_ms", [0, 60_000, 120_000], [3, 4])
        found.save()
        page = DatasetPage.read(found, found.owner)
        assert page.distributions[0].table.rows == (("0:00 – 1:00", "3"), ("1:00 – 2:00", "4"))
        assert page.correlations is None

    def test_has_one_bar_per_whole_number_for_what_counts_in_words(self):
        found = make_dataset()
        found.report = report("mode", [0, 0.25, 0.5, 0.75, 1], [5, 0, 0, 7])
        found.save()
        page = DatasetPage.read(found, found.owner)
        assert page.distributions[0].table.rows == (("minor", "5"), ("major", "7"))

    def test_draws_nothing_without_a_histogram(self):
        found = make_dataset()
        found.report["columns"] = [found.report["columns"][1] | {"column": "x", "histogram": None}]
        found.save()
        assert DatasetPage.read(found, found.owner).distributions == ()
