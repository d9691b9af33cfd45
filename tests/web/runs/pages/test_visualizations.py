"""The pictures of a run."""

import pytest

from clustering.models import Song
from clustering.web.runs.pages.visualizations import Distribution, RunVisualizationsPage, bin_label
from tests.factories import make_dataset, make_model, make_run

pytestmark = pytest.mark.django_db


class TestRunPictures:
    def test_reads_with_two_queries(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(2):
            page = RunVisualizationsPage.read(run)

        dots = [group["data"] for group in page.map.config["data"]["datasets"]]
        assert [len(group) for group in dots] == [10, 10, 10]
        assert dots[0][0]["title"] == "Song <1> – Artist 1"
        assert page.features is not None
        assert page.features.table.headers == ("Group", "Energy", "Valence")
        assert page.profiles is not None
        assert page.profiles.table.rows[-1][0] == "All songs"
        assert page.distribution.chosen == "danceability"

    def test_draws_only_the_songs_chosen_for_the_map(self):
        run = make_run()
        run.assignments.filter(cluster=0).update(sampled=False)

        assert "showing 20 of 30" in RunVisualizationsPage.read(run).map.title

    def test_cuts_endless_titles(self):
        dataset = make_dataset()
        Song.objects.filter(dataset=dataset).update(title="la" * 500)
        dots = RunVisualizationsPage.read(make_run(dataset)).map.config["data"]["datasets"][0]["data"]

        assert len(dots[0]["title"]) == 70

    def test_leaves_out_what_its_features_cannot_show(self):
        page = RunVisualizationsPage.read(
            make_run(
                features=["tempo"],
                model=make_model(["tempo"], axis_words=["tempo", ""]),
                explained_variance=[1.0],
            )
        )

        assert page.features is None
        assert page.profiles is None
        assert page.map.config["options"]["scales"]["y"]["title"]["text"] == ["Component 2 (0 % of variance)"]


class TestRunDistribution:
    def test_is_of_the_feature_asked_for(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(1):
            part = Distribution.read(run, feature="tempo")

        assert part.chosen == "tempo"
        assert part.chart.table.rows[0][0] == "70 BPM – 95 BPM"

    def test_is_of_the_first_when_asked_for_another(self):
        assert Distribution.read(make_run(), feature="'; --").chosen == "danceability"


class TestBinLabel:
    def test_has_more_digits_where_the_bin_is_narrow(self):
        assert bin_label("energy", 0.5, 0.6) == "0.50 – 0.60"
        assert bin_label("instrumentalness", 0.0001, 0.0002) == "0.0001 – 0.0002"
