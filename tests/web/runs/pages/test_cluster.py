"""One group from top to bottom."""

import pytest

from clustering.analysis.scores.association import Association
from clustering.models import Assignment
from clustering.web.runs.pages.cluster import ClusterPage, association_words
from tests.factories import FEATURES, make_dataset, make_run


@pytest.mark.django_db
class TestCluster:
    def test_reads_with_three_queries(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(3):
            page = ClusterPage.read(run, 1)

        assert page is not None
        assert (page.stability, page.silhouette, page.nearer_to_another) == ("0.70", "0.25", "5\u202f%")
        assert page.trust is not None
        assert page.trust.headline == "Uncertain edges"
        assert [neighbor.cluster.index for neighbor in page.neighbors] == [2]
        assert page.plot is not None
        assert len(page.distributions) == len(FEATURES)
        assert [len(songs) for songs in (page.typical, page.popular, page.borderline)] == [10, 10, 5]
        assert page.decades.rows[0].name == "1990s"
        assert "hardly related to genres" in page.genres.association
        assert "partly related" in page.decades.association

    def test_puts_the_largest_difference_first_with_its_interval(self):
        page = ClusterPage.read(make_run(), 0)

        assert page is not None
        assert page.differences[0].effect.startswith("−0.60 (−")
        assert page.differences[1].effect.startswith("+0.60 (−0.")

    def test_the_rest_is_all_the_other_groups(self):
        page = ClusterPage.read(make_run(), 0)

        assert page is not None
        assert page.distributions[0].table.rows[0][1:] == ("1", "2")

    def test_does_without_what_an_earlier_version_did_not_measure(self):
        run = make_run()
        run.clusters.update(stability=None, decades=[], neighbors=[], silhouette_share_negative=None)
        run.record_results(associations={})
        Assignment.objects.filter(run=run).update(silhouette=None)
        page = ClusterPage.read(run, 0)

        assert page is not None
        assert (page.trust, page.plot, page.neighbors, page.decades.rows) == (None, None, (), ())
        assert page.genres.association == ""

    def test_knows_what_to_say_of_a_single_song(self):
        page = ClusterPage.read(make_run(make_dataset(songs=3)), 0)

        assert page is not None
        assert page.differences[0].effect == "−0.60 (−0.60 to −0.60)"

    def test_is_nothing_for_an_unknown_group(self):
        assert ClusterPage.read(make_run(), 3) is None


class TestAssociationWords:
    @pytest.mark.parametrize(
        ("value", "words"), [(0.2, "hardly related"), (0.4, "partly related"), (0.9, "follow genres closely")]
    )
    def test_says_how_far_groups_follow(self, value, words):
        found = Association(cramers_v=value, by_chance=0.05, total=100, categories=9)

        text = association_words(found, "genre")
        assert words in text
        assert "0.05" in text

    def test_is_silent_where_nothing_is_known(self):
        assert association_words(None, "genre") == ""
