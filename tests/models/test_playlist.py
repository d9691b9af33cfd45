"""A playlist: whose it is, and its changes, which can be undone."""

import pytest
from django.db import IntegrityError, transaction

from clustering.models import Playlist, PlaylistSong, PlaylistStep
from clustering.models import playlist as playlists
from clustering.storage import songs as bulk_songs
from tests.factories import make_dataset, make_playlist, make_user

pytestmark = pytest.mark.django_db


def rows(playlist):
    first = playlist.dataset.first_song_id
    return [entry.song_id - first for entry in playlist.entries.order_by("position")]


class TestVisibleTo:
    def test_is_the_owners_alone(self):
        playlist = make_playlist()
        playlist.dataset.share("shared")
        assert Playlist.objects.visible_to(playlist.owner).get() == playlist
        assert not Playlist.objects.visible_to(make_user("bob")).exists()

    def test_goes_when_the_dataset_is_no_longer_shown(self):
        dataset, bob = make_dataset(visibility="shared"), make_user("bob")
        make_playlist(dataset, owner=bob)
        assert Playlist.objects.visible_to(bob).exists()
        dataset.share("private")
        assert not Playlist.objects.visible_to(bob).exists()


class TestReplaceSongs:
    def test_can_be_undone(self):
        playlist = make_playlist(songs=3)
        first = playlist.dataset.first_song_id
        playlist.replace_songs([first + 3, first + 1], {first + 1}, what="Removed Song 2")
        playlist.record_order(order="tempo", by_hand=True)
        assert rows(playlist) == [3, 1]
        assert playlist.undo() == "Removed Song 2"
        assert rows(playlist) == [1, 2, 3]
        assert (playlist.order, playlist.by_hand) == ("similarity", False)
        assert playlist.undo() == ""

    def test_keeps_so_many_steps(self, monkeypatch):
        monkeypatch.setattr(playlists, "STEPS_KEPT", 2)
        playlist = make_playlist(songs=3)
        first = playlist.dataset.first_song_id
        for row in (1, 2, 3):
            playlist.replace_songs([first + row], set(), what=f"Step {row}")
        assert [step.what for step in playlist.steps.all()] == ["Step 2", "Step 3"]

    def test_has_a_song_once(self):
        playlist = make_playlist(songs=3)
        song = playlist.dataset.first_song_id + 1
        with pytest.raises(IntegrityError), transaction.atomic():
            playlist.replace_songs([song, song], set())


class TestDeleteDataset:
    def test_takes_the_playlists_with_it(self):
        playlist = make_playlist()
        playlist.replace_songs([playlist.dataset.first_song_id + 1], set(), what="Step")
        bulk_songs.delete_dataset(playlist.dataset)
        for model in (Playlist, PlaylistSong, PlaylistStep):
            assert not model.objects.exists()
