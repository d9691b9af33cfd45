"""A playlist file from elsewhere, over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clustering.models import Playlist
from tests.factories import make_catalog, make_dataset, make_run, make_user

pytestmark = pytest.mark.django_db
FILE = b"title,artist,uri\nx,,id3\nx,,id1\nSong <5>,Artist 5,\nGone,Nobody,\n"


@pytest.fixture
def own_catalog(ada):
    return make_catalog(make_dataset(ada))


def post(client, dataset, data=FILE, **more):
    upload = SimpleUploadedFile("my list.csv", data)
    return client.post(reverse("playlist_import", args=[dataset.pk]), {"file": upload} | more)


class TestPlaylistImport:
    def test_shows_where_its_songs_lie(self, client, own_catalog, django_assert_num_queries):
        make_run(own_catalog)
        with django_assert_num_queries(9):
            answer = post(client, own_catalog)
        text = answer.content.decode()
        assert "3 of 4 songs are in Evening songs" in text
        assert "Nobody" in text
        assert sum(share.count for share in answer.context["page"].shares) == 3

    def test_can_be_saved(self, client, own_catalog):
        page = post(client, own_catalog).context["page"]
        client.post(
            reverse("playlist_from_songs", args=[own_catalog.pk]), {"song": page.savable, "name": "my list"}
        )
        made = Playlist.objects.get()
        assert made.name == "my list"
        rows = [entry.song.row_number for entry in made.entries.order_by("position")]
        assert rows == [3, 1, 5]

    def test_uses_the_run_that_is_chosen(self, client, own_catalog):
        two, _ = make_run(own_catalog, clusters=2), make_run(own_catalog)
        assert post(client, own_catalog, run=two.pk).context["page"].run == two

    def test_says_when_nothing_is_known(self, client, own_catalog):
        text = post(client, own_catalog, b"https://example.org/1\n").content.decode()
        assert "None of the 1 songs are in Evening songs" in text
        assert "Save as a playlist" not in text

    def test_says_that_songs_are_still_being_prepared(self, client, ada):
        text = post(client, make_dataset(ada), b"title,artist\nSong 5,Artist 5\n").content.decode()
        assert "Evening songs is still being prepared" in text
        assert "None of the" not in text
        assert "Not in the dataset" not in text

    def test_says_so_beside_songs_that_were_found_by_their_address(self, client, ada):
        text = post(client, make_dataset(ada), FILE).content.decode()
        assert "2 of 4 songs are in Evening songs" in text
        assert "there may be more matches" in text

    @pytest.mark.parametrize(("data", "sentence"), [(b"", "is empty"), (b"<a", "can’t be read as XSPF")])
    def test_says_what_is_wrong_with_the_file(self, client, own_catalog, data, sentence):
        answer = post(client, own_catalog, data)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()

    def test_needs_a_file(self, client, own_catalog):
        answer = client.post(reverse("playlist_import", args=[own_catalog.pk]))
        assert "Choose a file first" in answer.content.decode()
        assert client.get(reverse("playlist_import", args=[own_catalog.pk])).status_code == 200

    def test_is_not_there_for_others(self, client, ada):
        assert post(client, make_dataset(make_user("bob"))).status_code == 404
