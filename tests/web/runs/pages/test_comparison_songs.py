"""The songs in both groups."""

import pytest

from clustering.models import RunComparison
from clustering.web.runs.pages import comparison_songs as module
from clustering.web.runs.pages.comparison_songs import ComparisonSongsPage
from tests.factories import make_comparison, make_dataset, make_run


@pytest.mark.django_db
class TestComparisonSongs:
    @pytest.fixture
    def comparison(self):
        dataset = make_dataset(songs=24)
        made = make_comparison(make_run(dataset, clusters=2), make_run(dataset, clusters=3))
        return RunComparison.objects.select_related("first", "second").get(pk=made.pk)

    def test_reads_with_three_queries(self, comparison, django_assert_num_queries):
        with django_assert_num_queries(3):
            page = ComparisonSongsPage.read(comparison, 1, 0)

        assert page is not None
        assert page.count == 4
        assert [song.title for song in page.songs] == ["Song <4>", "Song <10>", "Song <16>", "Song <22>"]

    def test_pages_have_every_song_once(self, comparison, monkeypatch):
        monkeypatch.setattr(module, "SONGS_PER_PAGE", 3)
        first = ComparisonSongsPage.read(comparison, 1, 0)
        second = ComparisonSongsPage.read(comparison, 1, 0, after=int(first.next_page))

        assert [song.title for song in (*first.songs, *second.songs)][-1] == "Song <22>"
        assert (len(second.songs), second.next_page) == (1, "")

    @pytest.mark.parametrize(("source", "target"), [(5, 0), (0, 5)])
    def test_is_nothing_for_an_unknown_group(self, comparison, source, target):
        assert ComparisonSongsPage.read(comparison, source, target) is None
