"""The list of somebody's playlists."""

import pytest

from tests.factories import make_dataset, make_playlist, make_user

pytestmark = pytest.mark.django_db


class TestPlaylists:
    def test_works(self, client, ada, django_assert_num_queries):
        for _ in range(3):
            make_playlist(make_dataset(ada, songs=6))
        with django_assert_num_queries(4):
            text = client.get("/playlists/").content.decode()
        assert text.count("Night drive") == 3
        assert "Evening songs" in text

    def test_says_how_to_begin(self, client, ada):
        assert "Upload a song file" in client.get("/playlists/").content.decode()
        make_dataset(ada)
        assert "Create your first playlist" in client.get("/playlists/").content.decode()

    def test_has_pages(self, client, ada, monkeypatch):
        monkeypatch.setattr("clustering.web.playlists.pages.playlists.PAGE", 2)
        dataset = make_dataset(ada)
        for name in ("First", "Second", "Third"):
            make_playlist(dataset, name=name)
        page = client.get("/playlists/").context["page"]
        assert [line.playlist.name for line in page.lines] == ["Third", "Second"]
        page = client.get("/playlists/", {"before": page.before}).context["page"]
        assert [line.playlist.name for line in page.lines] == ["First"]

    def test_shows_nobody_elses(self, client, ada):
        make_playlist(make_dataset(make_user("bob")), name="Secret")
        assert "Secret" not in client.get("/playlists/").content.decode()
