"""Adding a song to a playlist by hand, over HTTP."""

import pytest
from django.urls import reverse

from clustering.models import Playlist
from tests.factories import make_dataset, make_playlist, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def song_url(own_playlist):
    return reverse("song_playlists", args=[own_playlist.dataset.first_song_id + 9])


def rows(playlist):
    first = playlist.dataset.first_song_id
    return [entry.song_id - first for entry in playlist.entries.order_by("position")]


class TestSongPlaylists:
    def test_offers_ones_own_of_the_songs_dataset(
        self, client, own_playlist, song_url, django_assert_num_queries
    ):
        make_playlist(make_dataset(own_playlist.owner), name="Of other songs")
        make_playlist(own_playlist.dataset, owner=make_user("eve"), name="Of somebody else")
        with django_assert_num_queries(4):
            text = client.get(song_url).content.decode()
        assert "Night drive (6 songs)" in text
        assert "A new playlist" in text
        assert "Of other songs" not in text
        assert "Of somebody else" not in text

    def test_says_which_have_it_already(self, client, own_playlist):
        text = client.get(
            reverse("song_playlists", args=[own_playlist.dataset.first_song_id + 2])
        ).content.decode()
        assert "disabled>Night drive (has it already)" in text

    def test_adds_in_place(self, client, own_playlist, song_url):
        assert "<html" not in client.get(song_url, headers=HTMX).content.decode()
        answer = client.post(song_url, {"playlist": own_playlist.pk}, headers=HTMX)
        assert f'Added to <a href="{reverse("playlist", args=[own_playlist.pk])}">' in answer.content.decode()
        assert rows(own_playlist) == [1, 2, 3, 4, 5, 6, 9]

    def test_works_without_scripts(self, client, own_playlist, song_url):
        answer = client.post(song_url, {"playlist": own_playlist.pk})
        assert answer["Location"] == reverse("playlist", args=[own_playlist.pk])
        assert rows(own_playlist)[-1] == 9

    def test_makes_a_new_playlist(self, client, own_playlist, song_url):
        client.post(song_url, {"playlist": ""})
        made = Playlist.objects.latest("created_at")
        assert (made.name, made.source, rows(made)) == ("Songs from Evening songs", "songs", [9])

    def test_says_that_it_is_there(self, client, own_playlist, song_url):
        client.post(song_url, {"playlist": own_playlist.pk})
        answer = client.post(song_url, {"playlist": own_playlist.pk}, headers=HTMX)
        assert answer.status_code == 422
        assert "Night drive has this song already." in answer.content.decode()

    @pytest.mark.parametrize("chosen", ["x", "0", "9" * 30])
    def test_knows_no_other_playlist(self, client, song_url, chosen):
        assert client.post(song_url, {"playlist": chosen}).status_code == 404

    def test_knows_nothing_of_somebody_elses_playlist(self, client, own_playlist, song_url):
        theirs = make_playlist(own_playlist.dataset, owner=make_user("eve"))
        assert client.post(song_url, {"playlist": theirs.pk}).status_code == 404

    def test_is_offered_on_the_songs_page(self, client, song_url):
        assert f'hx-get="{song_url}"' in client.get(song_url.replace("playlists/", "")).content.decode()
