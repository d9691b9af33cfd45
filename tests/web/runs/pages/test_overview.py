"""The overview of a run."""

import pytest

from clustering.analysis.scaling import SCALERS
from clustering.models import Run
from clustering.web.runs.pages.overview import RunOverviewPage, how_it_was_made
from tests.factories import make_run

pytestmark = pytest.mark.django_db


class TestRunOverview:
    def test_reads_with_four_queries(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(4):
            page = RunOverviewPage.read(run)

        assert [row.cluster.index for row in page.rows] == [0, 1, 2]
        assert [len(row.songs) for row in page.rows] == [3, 3, 3]
        assert len(page.dots) == 3
        assert page.verdict is not None
        assert page.verdict.headline == "Overlapping groups"
        assert page.features[0].label == "Danceability"

    def test_has_no_verdict_without_a_silhouette(self):
        assert RunOverviewPage.read(make_run(silhouette=None)).verdict is None


class TestHowItWasMade:
    def test_says_who_chose_the_number_of_groups(self):
        run = Run(k=3, songs_count=30, features=["energy", "valence"], left_out=0)
        assert "chosen automatically" in " ".join(how_it_was_made(run))

        run.algorithm = "ward"
        assert "chosen automatically, by testing with K-Means" in " ".join(how_it_was_made(run))

        run.k_requested = 3
        assert "chosen by hand" in " ".join(how_it_was_made(run))

    def test_says_what_became_of_gaps(self):
        run = Run(k=3, songs_count=30, features=["energy"], left_out=1)
        assert "1 song was skipped" in " ".join(how_it_was_made(run))

        run = Run(k=3, songs_count=30, features=["energy"], left_out=0, missing="median")
        assert "median" in " ".join(how_it_was_made(run))

    @pytest.mark.parametrize("scaler", SCALERS)
    def test_explains_every_scaler(self, scaler):
        assert "Features were " in how_it_was_made(Run(k=2, features=["energy"], scaler=scaler))[2]
