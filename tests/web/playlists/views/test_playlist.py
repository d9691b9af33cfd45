"""One playlist over HTTP: the page, its changes, its files."""

import re

import pytest
from django.urls import reverse

from clustering.models import Playlist, Song
from tests.factories import make_dataset, make_playlist, make_run, make_user

pytestmark = pytest.mark.django_db


def rows(playlist):
    first = playlist.dataset.first_song_id
    return [entry.song_id - first for entry in playlist.entries.order_by("position")]


def song(playlist, row):
    return playlist.dataset.first_song_id + row


class TestPlaylist:
    def test_works_with_a_constant_number_of_queries(self, client, own_playlist, django_assert_num_queries):
        make_run(own_playlist.dataset)
        with django_assert_num_queries(8):
            text = client.get(reverse("playlist", args=[own_playlist.pk])).content.decode()
        assert "Song &lt;1&gt;" in text
        assert "Groups in this playlist" in text
        assert "Energy from song to song" in text

    def test_works_without_a_run_and_without_songs(self, client, own_playlist):
        own_playlist.replace_songs([], set())
        text = client.get(reverse("playlist", args=[own_playlist.pk])).content.decode()
        assert "No songs left" in text
        assert "Groups in this playlist" not in text

    def test_marks_keys_that_clash(self, client, own_playlist):
        Song.objects.filter(row_number__lte=2).update(key=9.0, mode=0.0)
        Song.objects.filter(row_number=3).update(key=3.0, mode=1.0)
        own_playlist.record_order(order="harmonic", by_hand=False)
        page = client.get(reverse("playlist", args=[own_playlist.pk])).context["page"]
        assert [(row.key, row.clashes) for row in page.rows[:4]] == [
            ("8A", False),
            ("8A", False),
            ("5B", True),
            ("", False),
        ]

    def test_says_where_songs_lie_in_the_run_that_is_asked_for(self, client, own_playlist):
        two, three = make_run(own_playlist.dataset, clusters=2), make_run(own_playlist.dataset, clusters=3)
        address = reverse("playlist", args=[own_playlist.pk])
        assert client.get(address).context["page"].run == three
        page = client.get(address, {"run": two.pk}).context["page"]
        assert [share.count for share in page.shares] == [3, 3]
        assert [round(share.lift, 2) for share in page.shares] == [1.0, 1.0]

    def test_is_small_with_as_many_songs_as_there_can_be(self, client, ada):
        playlist = make_playlist(make_dataset(ada, songs=400), songs=400)
        playlist.dataset.songs.update(title="Symphony No. 6 in F Major, Op. 68 “Pastoral”: II. " * 2)
        make_run(playlist.dataset)
        assert len(client.get(reverse("playlist", args=[playlist.pk])).content) < 500_000

    @pytest.mark.parametrize(
        "name",
        [
            "playlist_edit",
            "playlist_undo",
            "playlist_order",
            "playlist_remake",
            "playlist_rename",
            "playlist_delete",
        ],
    )
    def test_is_not_there_for_others(self, client, own_playlist, name):
        client.force_login(make_user("bob"))
        assert client.post(reverse(name, args=[own_playlist.pk])).status_code == 404
        assert client.get(reverse("playlist", args=[own_playlist.pk])).status_code == 404
        assert client.get(reverse("playlist_file", args=[own_playlist.pk, "csv"])).status_code == 404
        client.force_login(own_playlist.owner)
        assert client.get(reverse(name, args=[own_playlist.pk])).status_code == 405


class TestPlaylistEdit:
    def edit(self, client, playlist, do, *, htmx=True):
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(reverse("playlist_edit", args=[playlist.pk]), {"do": do}, headers=headers)

    def test_moves_in_place(self, client, own_playlist):
        answer = self.edit(client, own_playlist, "move:1:3")
        assert rows(own_playlist) == [2, 3, 1, 4, 5, 6]
        text = answer.content.decode()
        assert "<html" not in text
        assert "Moved to position 3." in text
        assert "by hand" in text

    def test_works_without_scripts(self, client, own_playlist):
        answer = self.edit(client, own_playlist, "remove:2", htmx=False)
        assert answer["Location"] == reverse("playlist", args=[own_playlist.pk])
        assert rows(own_playlist) == [1, 3, 4, 5, 6]

    def test_locks_and_unlocks(self, client, own_playlist):
        assert 'aria-pressed="true"' in self.edit(client, own_playlist, "lock:2").content.decode()
        assert 'aria-pressed="true"' not in self.edit(client, own_playlist, "unlock:2").content.decode()

    @pytest.mark.parametrize("do", ["", "move", "move:1", "jump:1:2", "remove:x", "lock:" + "9" * 30])
    def test_refuses_what_is_no_change(self, client, own_playlist, do):
        assert self.edit(client, own_playlist, do).status_code == 400

    def test_can_be_undone(self, client, own_playlist):
        self.edit(client, own_playlist, "remove:2")
        address = reverse("playlist_undo", args=[own_playlist.pk])
        answer = client.post(address, headers={"HX-Request": "true"})
        assert "Undone: Removed Song &lt;2&gt; – Artist 2." in answer.content.decode()
        assert rows(own_playlist) == [1, 2, 3, 4, 5, 6]
        assert client.post(address).status_code == 302


class TestPlaylistUndo:
    def undo(self, client, playlist):
        address = reverse("playlist_undo", args=[playlist.pk])
        return client.post(address, headers={"HX-Request": "true"}).content.decode()

    def test_gives_the_form_the_wishes_that_it_brings_back(self, client, own_playlist):
        client.post(reverse("playlist_remake", args=[own_playlist.pk]), TestPlaylistRemake.options)
        text = self.undo(client, own_playlist)
        assert text.count('hx-swap-oob="true"') == 1
        assert re.search(r'<input[^>]*name="length"[^>]*value="6"', text)

    def test_leaves_the_form_alone_where_the_wishes_are_the_same(self, client, own_playlist):
        TestPlaylistEdit().edit(client, own_playlist, "remove:2")
        assert 'name="length"' not in self.undo(client, own_playlist)


class TestPlaylistOrder:
    def test_orders(self, client, own_playlist):
        own_playlist.replace_songs([song(own_playlist, row) for row in (3, 1, 2)], set())
        client.post(reverse("playlist_order", args=[own_playlist.pk]), {"order": "tempo"})
        assert rows(own_playlist) == [1, 2, 3]

    def test_says_why_it_does_not(self, client, own_playlist):
        address = reverse("playlist_order", args=[own_playlist.pk])
        answer = client.post(address, {"order": "harmonic"}, follow=True)
        assert "Harmonic mixing needs key and mode" in answer.content.decode()
        assert (
            "Choose one of the orders" in client.post(address, {"order": "x"}, follow=True).content.decode()
        )


class TestPlaylistRemake:
    options = {"length": 4, "unit": "songs", "per_artist": "", "pick": "popular", "order": "picked"}

    def test_makes_it_again(self, client, own_playlist):
        client.post(reverse("playlist_remake", args=[own_playlist.pk]), self.options)
        assert rows(own_playlist) == [30, 29, 28, 27]

    @pytest.mark.parametrize(
        ("wish", "sentence"),
        [({"length": 0}, "This must be at least 1."), ({"unit": "minutes"}, "have no duration")],
    )
    def test_says_what_is_wrong(self, client, own_playlist, wish, sentence):
        answer = client.post(reverse("playlist_remake", args=[own_playlist.pk]), self.options | wish)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert rows(own_playlist) == [1, 2, 3, 4, 5, 6]


class TestPlaylistRename:
    def test_renames(self, client, own_playlist):
        client.post(reverse("playlist_rename", args=[own_playlist.pk]), {"name": " เพลง "})
        own_playlist.refresh_from_db()
        assert own_playlist.name == "เพลง"

    def test_refuses_no_name(self, client, own_playlist):
        answer = client.post(reverse("playlist_rename", args=[own_playlist.pk]), {"name": ""}, follow=True)
        assert "Enter a name." in answer.content.decode()


class TestPlaylistDelete:
    def test_leaves_the_songs(self, client, own_playlist):
        client.post(reverse("playlist_delete", args=[own_playlist.pk]))
        assert not Playlist.objects.exists()
        assert Song.objects.count() == 30


class TestPlaylistFile:
    @pytest.mark.parametrize("ending", ["m3u8", "xspf", "jspf", "csv", "txt"])
    def test_is_sent_under_a_safe_name(self, client, own_playlist, ending):
        own_playlist.rename('../เพลง "กลางคืน"')
        answer = client.get(reverse("playlist_file", args=[own_playlist.pk, ending]))
        assert answer.status_code == 200
        assert "filename*=utf-8''_%E0%B9%80" in answer["Content-Disposition"]
        assert "/" not in answer["Content-Disposition"].split("''")[1]
        assert (b"Artist 1" in answer.content) == (ending != "txt")

    def test_there_are_no_others(self, client, own_playlist):
        assert client.get(reverse("playlist_file", args=[own_playlist.pk, "exe"])).status_code == 404
