"""All songs of one group."""

import pytest

from clustering.web.runs.pages import cluster_songs as run_clusters
from clustering.web.runs.pages.cluster_songs import ClusterSongsPage
from tests.factories import make_run


@pytest.mark.django_db
class TestClusterSongs:
    def test_reads_with_three_queries(self, django_assert_num_queries):
        run = make_run()
        with django_assert_num_queries(3):
            page = ClusterSongsPage.read(run, 1)

        assert page is not None
        assert len(page.songs) == 10
        assert page.columns == ("Danceability", "Energy", "Valence")
        assert page.next_start is None
        assert page.songs[0].values == (("Danceability", "0.40"), ("Energy", "0.70"), ("Valence", "0.40"))

    def test_pages_have_every_song_once_nearest_first(self, monkeypatch):
        monkeypatch.setattr(run_clusters, "SONGS_PER_PAGE", 3)
        run = make_run()
        start, distances, titles = 0, [], []
        while start is not None:
            page = ClusterSongsPage.read(run, 0, start=start)
            assert page is not None
            assert (page.start, page.end) == (start, start + len(page.songs))
            titles += [song.line.title for song in page.songs]
            distances += [song.line.distance for song in page.songs]
            start = page.next_start

        assert len(set(titles)) == len(titles) == 10
        assert distances == sorted(distances)

    def test_goes_back_and_to_the_end(self, monkeypatch):
        monkeypatch.setattr(run_clusters, "SONGS_PER_PAGE", 3)
        run = make_run()
        page = ClusterSongsPage.read(run, 0, start=2)
        assert page is not None
        assert (page.previous_start, page.last_start) == (0, 7)
        last = ClusterSongsPage.read(run, 0, start=page.last_start)
        assert last is not None
        assert (len(last.songs), last.next_start) == (3, None)

    def test_beyond_the_end_is_empty(self):
        page = ClusterSongsPage.read(make_run(), 0, start=900)
        assert page is not None
        assert page.songs == ()

    def test_is_nothing_for_an_unknown_group(self):
        assert ClusterSongsPage.read(make_run(), 3) is None
