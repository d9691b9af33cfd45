"""The numbers of a run."""

import numpy as np
import pytest

from clustering.models import Assignment
from clustering.web.runs.pages.metrics import FRACTIONS, RunMetricsPage, silhouette_curves
from tests.factories import make_run

pytestmark = pytest.mark.django_db


class TestRunMetrics:
    def test_reads_with_three_queries(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(3):
            page = RunMetricsPage.read(run)

        assert (page.silhouette, page.interval) == ("0.23", "0.21 to 0.24")
        assert not page.exact
        assert [metric.value for metric in page.metrics] == ["1.51", "321", "88.25"]
        assert [metric.better for metric in page.metrics] == ["lower", "higher", "lower"]
        assert page.advice.sweep.recommended_k == 3
        assert [chart.key for chart in page.advice.charts] == ["silhouette", "stability"]
        assert page.seconds == (("Grouping", "0.2 s"), ("Total", "1.4 s"))
        assert ("numpy", "2.4.6") in page.versions

    def test_marks_what_stands_out_in_real_units(self):
        page = RunMetricsPage.read(make_run())

        first, middle, last = page.means
        assert [cell.direction for cell in first.cells] == ["down", "up", "down", "up"]
        assert [cell.direction for cell in middle.cells] == ["", "", "", ""]
        assert last.cells[3].value == "132 BPM"
        assert page.overall == ("0.50", "0.60", "0.50", "120 BPM")

    def test_says_when_the_silhouette_is_exact(self):
        page = RunMetricsPage.read(make_run(silhouette_low=0.2254, silhouette_high=0.2254))

        assert page.exact
        assert page.interval == "exact"

    def test_bears_runs_without_scores(self):
        run = make_run(silhouette=None, silhouette_low=None, davies_bouldin=None)
        run.follow(None)
        run.clusters.update(silhouette=None, silhouette_share_negative=None)

        page = RunMetricsPage.read(run)

        assert page.verdict is None
        assert page.interval == ""
        assert page.advice is None
        assert page.per_cluster[0].words == ""


class TestSilhouetteCurves:
    def test_agrees_with_numpy(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(1):
            curves = silhouette_curves(run)

        own = Assignment.objects.filter(run=run, cluster=1).values_list("silhouette", flat=True)
        assert list(curves) == [0, 1, 2]
        assert curves[1] == pytest.approx(np.quantile(list(own), FRACTIONS).tolist())

    def test_reads_one_group(self):
        assert list(silhouette_curves(make_run(), cluster=2)) == [2]

    def test_is_empty_where_nothing_was_measured(self):
        run = make_run()
        Assignment.objects.filter(run=run).update(silhouette=None)
        assert silhouette_curves(run) == {}
