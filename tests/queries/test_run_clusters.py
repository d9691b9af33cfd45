"""All songs of one group."""

import pytest

from clustering.models import Assignment
from clustering.queries import run_clusters
from clustering.queries.run_clusters import Place, cluster_songs
from tests.factories import make_run


@pytest.mark.django_db
class TestClusterSongs:
    def test_reads_with_two_queries(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(2):
            page = cluster_songs(run, 1)

        assert page is not None
        assert len(page.songs) == 10
        assert page.columns == ("Danceability", "Energy", "Valence")
        assert page.next_page == ""
        assert page.songs[0].values == ("0.40", "0.70", "0.40")

    def test_pages_have_every_song_once(self, monkeypatch):
        monkeypatch.setattr(run_clusters, "SONGS_PER_PAGE", 3)
        run = make_run()
        Assignment.objects.filter(run=run, song__row_number__lt=20).update(distance=0.1)  # no binary fraction
        after, titles = None, []
        for _ in range(10):
            page = cluster_songs(run, 0, after=after)
            assert page is not None
            titles += [song.line.title for song in page.songs]
            after = Place.parse(page.next_page)
            if after is None:
                break

        assert len(titles) == 10
        assert len(set(titles)) == 10

    def test_is_nothing_for_an_unknown_group(self):
        assert cluster_songs(make_run(), 3) is None


class TestPlace:
    def test_reads_what_it_wrote(self):
        place = Place(0.1, 42)

        assert Place.parse(str(place)) == place

    @pytest.mark.parametrize("text", ["", "x", "1", "1_x", "nan_1", "inf_1", "-1_1", "1_-1", f"1_{2**64}"])
    def test_is_nothing_where_the_text_is_no_place(self, text):
        assert Place.parse(text) is None
