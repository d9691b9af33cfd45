"""What each group sounds like."""

from types import SimpleNamespace
from typing import Any

import pytest

from clustering.web.runs.pages.insights import RunInsightsPage, effect_words, mean_of_others
from tests.factories import make_run


@pytest.mark.django_db
class TestRunInsights:
    def test_reads_with_two_queries(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(2):
            page = RunInsightsPage.read(run, top=5, order="typical")

        first = page.insights[0]
        assert [song.title for song in first.songs] == [f"Song <{n}>" for n in (1, 4, 7, 10, 13)]
        assert [genre.name for genre in first.genres] == ["jazz"]
        assert len(first.borderline) == 5
        assert first.borderline[0].leans_to == page.insights[1].cluster

    def test_orders_by_popularity_when_asked(self):
        page = RunInsightsPage.read(make_run(), top=5, order="popular")

        assert [song.popularity for song in page.insights[0].songs] == [28, 25, 22, 19, 16]

    def test_orders_by_typicality_where_nothing_has_a_popularity(self):
        run = make_run()
        run.clusters.update(popular=[])

        page = RunInsightsPage.read(run, top=5, order="popular")

        assert page.order == "typical"
        assert not page.has_popularity

    def test_says_what_stands_out_against_the_other_songs(self):
        page = RunInsightsPage.read(make_run(), top=5, order="typical")

        trait = page.insights[2].traits[0]
        assert trait.words == "clearly more danceable"
        assert (trait.value, trait.others) == ("0.60", "0.45")
        assert page.insights[1].traits == ()

    def test_shows_fewer_songs_of_many_groups(self):
        page = RunInsightsPage.read(make_run(clusters=15), top=100, order="typical")

        assert page.top_shown == 26

    def test_knows_no_others_where_one_group_has_all(self):
        run = make_run()
        run.clusters.update(share=1)

        assert RunInsightsPage.read(run, top=5, order="typical").insights[0].traits[0].others == "–"


class TestWords:
    @pytest.mark.parametrize(
        ("effect", "words"),
        [
            (2.0, "far more acoustic"),
            (0.9, "much more acoustic"),
            (0.6, "clearly more acoustic"),
            (-0.3, "a little less acoustic"),
            (0.1, "hardly more acoustic"),
        ],
    )
    def test_grow_with_the_effect(self, effect, words):
        assert effect_words("acousticness", effect) == words

    def test_of_an_unknown_column(self):
        assert effect_words("playlist_adds", -1) == "much lower"


@pytest.mark.parametrize(("feature", "mean"), [("energy", 0.4), ("key", None)])
def test_the_mean_of_others_is_one_of_numbers_only(feature, mean):
    """A most common key has no mean: notes between C and G are no note."""
    cluster: Any = SimpleNamespace(share=0.5, means={"energy": 0.8, "key": 7})
    run: Any = SimpleNamespace(
        feature_summaries={name: SimpleNamespace(mean=0.6) for name in ("energy", "key")}
    )
    assert mean_of_others(cluster, run, feature) == (None if mean is None else pytest.approx(mean))
