"""Changing a playlist by hand."""

import pytest

from clustering.actions.playlist_edits import (
    add_song,
    lock_song,
    move_song,
    order_playlist,
    remove_song,
    undo_playlist,
)
from clustering.actions.playlists import PlaylistOptions, remake_playlist
from clustering.analysis import AnalysisError
from tests.factories import make_dataset, make_playlist

pytestmark = pytest.mark.django_db


@pytest.fixture
def playlist():
    return make_playlist(songs=6)


def song(playlist, row):
    return playlist.dataset.first_song_id + row


def rows(playlist):
    return [entry.song_id - playlist.dataset.first_song_id for entry in playlist.entries.order_by("position")]


class TestMoveSong:
    @pytest.mark.parametrize(
        ("row", "to", "order"),
        [(2, 5, [1, 3, 4, 5, 2, 6]), (5, 1, [5, 1, 2, 3, 4, 6]), (1, 99, [2, 3, 4, 5, 6, 1])],
    )
    def test_puts_it_there(self, playlist, row, to, order):
        assert move_song(playlist, song(playlist, row), to=to)
        assert rows(playlist) == order
        playlist.refresh_from_db()
        assert playlist.by_hand

    @pytest.mark.parametrize(("row", "to"), [(1, 0), (3, 3), (29, 1)])
    def test_leaves_what_cannot_move(self, playlist, row, to):
        assert not move_song(playlist, song(playlist, row), to=to)
        assert not playlist.steps.exists()


class TestAddSong:
    def test_puts_it_last_and_can_be_undone(self, playlist):
        assert add_song(playlist, playlist.dataset.songs.get(row_number=9))
        assert rows(playlist) == [1, 2, 3, 4, 5, 6, 9]
        playlist.refresh_from_db()
        assert playlist.by_hand
        assert undo_playlist(playlist) == "Added Song <9> – Artist 2"
        assert rows(playlist) == [1, 2, 3, 4, 5, 6]

    def test_leaves_a_song_that_is_there(self, playlist):
        assert not add_song(playlist, playlist.dataset.songs.get(row_number=2))
        assert not playlist.steps.exists()

    def test_stays_when_the_others_are_made_again(self, playlist):
        song = playlist.dataset.songs.get(row_number=9)
        add_song(playlist, song)
        remake_playlist(playlist, PlaylistOptions(length=4, order="tempo"))
        assert playlist.entries.filter(song=song, locked=True, position=4).exists()

    def test_of_another_dataset_is_refused(self, playlist):
        other = make_dataset(playlist.owner, name="Morning songs")
        with pytest.raises(AnalysisError, match="Night drive belongs to another dataset"):
            add_song(playlist, other.songs.first())

    def test_is_refused_where_the_playlist_is_full(self, playlist, monkeypatch):
        monkeypatch.setattr("clustering.actions.playlist_edits.MAX_PLAYLIST_LENGTH", 6)
        with pytest.raises(AnalysisError, match="Night drive has 6 songs, the maximum"):
            add_song(playlist, playlist.dataset.songs.get(row_number=9))


class TestRemoveSong:
    def test_closes_the_gap_and_can_be_undone(self, playlist):
        assert remove_song(playlist, song(playlist, 2))
        assert rows(playlist) == [1, 3, 4, 5, 6]
        assert not remove_song(playlist, song(playlist, 2))
        assert undo_playlist(playlist) == "Removed Song <2> – Artist 2"
        assert rows(playlist) == [1, 2, 3, 4, 5, 6]

    def test_the_last_one_can_go(self):
        playlist = make_playlist(songs=1)
        assert remove_song(playlist, song(playlist, 1))
        assert rows(playlist) == []


class TestOrderPlaylist:
    def test_leaves_locked_songs_where_they_are(self, playlist):
        lock_song(playlist, song(playlist, 6), locked=True)
        move_song(playlist, song(playlist, 6), to=1)
        order_playlist(playlist, "tempo")
        assert rows(playlist) == [6, 1, 2, 3, 4, 5]
        playlist.refresh_from_db()
        assert (playlist.order, playlist.by_hand) == ("tempo", False)
        assert undo_playlist(playlist) == "Ordered by tempo ramp"
