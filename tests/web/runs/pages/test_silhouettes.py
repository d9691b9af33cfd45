"""How silhouettes are spread."""

import numpy as np
import pytest

from clustering.models import Assignment
from clustering.web.runs.pages.silhouettes import FRACTIONS, silhouette_curves
from tests.factories import make_run


@pytest.mark.django_db
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
