"""Making playlists, and making them again."""

import itertools

import pytest

from clustering.actions.playlist_edits import lock_song, undo_playlist
from clustering.actions.playlists import PlaylistOptions, make_playlist, remake_playlist
from clustering.analysis import AnalysisError
from clustering.models import Playlist, Song
from clustering.storage import playlist_candidates as pools
from tests.factories import make_catalog, make_dataset, make_run, make_user

pytestmark = pytest.mark.django_db


def rules(*conditions, join="all"):
    return {"join": join, "groups": [list(conditions)]}


def make(dataset, *, source="rules", recipe=None, **options):
    recipe = rules() if recipe is None else recipe
    return make_playlist(
        dataset.owner, dataset, name="Mine", source=source, recipe=recipe, options=PlaylistOptions(**options)
    )


def rows(playlist):
    return [entry.song_id - playlist.dataset.first_song_id for entry in playlist.entries.order_by("position")]


def artists(playlist):
    return [entry.song.artist for entry in playlist.entries.order_by("position").select_related("song")]


class TestMakePlaylist:
    def test_takes_what_matches_at_most_so_many_of_an_artist(self, forty_songs):
        playlist = make(forty_songs, recipe=rules({"field": "tempo", "low": 100.5}), length=10)
        assert len(rows(playlist)) == 10
        assert min(rows(playlist)) > 10
        assert max(artists(playlist).count(name) for name in artists(playlist)) <= 2
        assert all(a != b for a, b in itertools.pairwise(artists(playlist)))
        assert playlist.note == ""

    def test_says_why_there_are_fewer(self, forty_songs):
        playlist = make(forty_songs, length=30)
        assert len(rows(playlist)) == 14
        assert playlist.note == (
            "14 songs instead of 30 songs: 40 songs match, and at most 2 per artist are taken: raise that "
            "limit to get more."
        )
        assert (
            make(forty_songs, length=50, max_per_artist=None).note
            == "40 songs instead of 50 songs: 40 songs match."
        )

    def test_says_when_nothing_matches(self, forty_songs):
        with pytest.raises(AnalysisError, match="No songs match these rules"):
            make(forty_songs, recipe=rules({"field": "tempo", "low": 500}))
        assert not Playlist.objects.exists()

    def test_picks_the_popular_or_the_typical(self, forty_songs):
        popular = make(forty_songs, selection="popular", length=3, order="picked")
        assert rows(popular) == [40, 39, 38]
        run = make_run(forty_songs)
        typical = make(
            forty_songs,
            recipe=rules({"field": "cluster", "run": run.pk, "cluster": 1}),
            selection="typical",
            length=3,
            order="picked",
        )
        assert rows(typical) == [2, 5, 8]

    def test_says_when_there_is_nothing_to_choose_them_by(self, forty_songs):
        with pytest.raises(AnalysisError, match="needs a rule about a group"):
            make(forty_songs, selection="typical")
        Song.objects.update(popularity=None)
        with pytest.raises(AnalysisError, match="has a popularity"):
            make(forty_songs, selection="popular")

    def test_typical_songs_of_several_groups_come_by_their_distance(self, forty_songs):
        run = make_run(forty_songs)
        both = [{"field": "cluster", "run": run.pk, "cluster": index} for index in (0, 1)]
        playlist = make(
            forty_songs, recipe=rules(*both, join="any"), selection="typical", length=4, order="picked"
        )
        assert rows(playlist) == [1, 2, 4, 5]

    def test_a_mix_is_another_one_each_time(self, forty_songs):
        found = {tuple(sorted(rows(make(forty_songs, length=5)))) for _ in range(4)}
        assert len(found) > 1

    def test_takes_songs_that_pass_a_filter(self, forty_songs):
        run = make_run(forty_songs)
        square = [[1.9, -2], [3.9, -2], [3.9, 9], [1.9, 9]]
        playlist = make(
            forty_songs,
            source="area",
            recipe={"run": run.pk, "filter": {"outline": square}},
            length=30,
            max_per_artist=None,
        )
        assert {row % 3 for row in rows(playlist)} == {2}
        assert len(rows(playlist)) == 13
        with pytest.raises(AnalysisError, match="No song passes this filter"):
            make(
                forty_songs,
                source="area",
                recipe={"run": run.pk, "filter": {"outline": [[50, 50], [51, 50], [50, 51]]}},
            )

    def test_takes_chosen_songs_of_this_dataset_alone(self, forty_songs):
        other = make_dataset(forty_songs.owner, songs=2)
        ids = [forty_songs.first_song_id + 7, other.first_song_id + 1, forty_songs.first_song_id + 3]
        playlist = make(forty_songs, source="songs", recipe={"songs": ids}, order="picked")
        assert rows(playlist) == [7, 3]

    def test_can_be_so_many_minutes_long(self, forty_songs):
        with pytest.raises(AnalysisError, match="no duration"):
            make(forty_songs, unit="minutes", length=30)
        forty_songs.features = [*forty_songs.features, "duration_ms"]
        forty_songs.save()
        Song.objects.update(duration_ms=180_000.0)
        assert len(rows(make(forty_songs, unit="minutes", length=30))) == 10

    @pytest.mark.parametrize(("length", "unit"), [(0, "songs"), (401, "songs")])
    def test_refuses_a_length_that_cannot_be(self, forty_songs, length, unit):
        with pytest.raises(AnalysisError, match="between 1 and 400 songs"):
            make(forty_songs, length=length, unit=unit)

    def test_an_empty_dataset_has_none(self):
        with pytest.raises(AnalysisError, match="no songs yet"):
            make(make_dataset(songs=0))

    def test_says_that_there_are_no_keys(self, forty_songs):
        with pytest.raises(AnalysisError, match="needs key and mode"):
            make(forty_songs, order="harmonic")

    def test_puts_songs_without_a_key_last_and_says_so(self, forty_songs):
        Song.objects.filter(row_number__gt=3).update(key=9.0, mode=0.0)
        playlist = make(forty_songs, order="harmonic", length=40, max_per_artist=None)
        assert playlist.note.endswith("3 songs without a key are last.")
        assert set(rows(playlist)[-3:]) == {1, 2, 3}

    def test_an_arc_is_one_and_a_ramp_is_one(self, forty_songs):
        tempos = [entry.song.tempo for entry in make(forty_songs, order="tempo").entries.order_by("position")]
        assert tempos == sorted(tempos)
        arc = [entry.song.energy for entry in make(forty_songs, order="arc").entries.order_by("position")]
        peak = arc.index(max(arc))
        assert arc[:peak] == sorted(arc[:peak])
        assert arc[peak:] == sorted(arc[peak:], reverse=True)


class TestRemakePlaylist:
    def test_keeps_what_is_locked_where_it_is(self, forty_songs):
        playlist = make(forty_songs, length=10)
        kept = rows(playlist)[3]
        lock_song(playlist, forty_songs.first_song_id + kept, locked=True)
        remake_playlist(playlist, PlaylistOptions(length=6, selection="popular", order="tempo"))
        assert len(rows(playlist)) == 6
        assert rows(playlist)[3] == kept
        playlist.refresh_from_db()
        assert (playlist.length, playlist.selection, playlist.order) == (6, "popular", "tempo")

    def test_moves_locked_songs_up_where_it_gets_shorter(self, forty_songs):
        playlist = make(forty_songs, length=10)
        kept = rows(playlist)[8:]
        for row in kept:
            lock_song(playlist, forty_songs.first_song_id + row, locked=True)
        remake_playlist(playlist, PlaylistOptions(length=4))
        assert rows(playlist)[2:] == kept

    def test_of_a_group_says_that_its_run_was_deleted(self, forty_songs):
        run = make_run(forty_songs)
        playlist = make(
            forty_songs, recipe=rules({"field": "cluster", "run": run.pk, "cluster": 1}), length=5
        )
        run.delete()
        with pytest.raises(AnalysisError, match="was deleted"):
            remake_playlist(playlist, PlaylistOptions(length=4))
        assert len(rows(playlist)) == 5

    def test_undone_has_the_wishes_of_before(self, forty_songs):
        before = PlaylistOptions(length=10, max_per_artist=3, selection="popular", order="tempo")
        playlist = make(forty_songs, length=10, max_per_artist=3, selection="popular", order="tempo")
        remake_playlist(playlist, PlaylistOptions(length=20, max_per_artist=None, order="arc"))
        undo_playlist(playlist)
        playlist.refresh_from_db()
        assert before == PlaylistOptions(
            playlist.selection, playlist.length, playlist.unit, playlist.max_per_artist, playlist.order
        )
        assert len(rows(playlist)) == 10

    def test_can_be_undone(self, forty_songs):
        playlist = make(forty_songs, length=10)
        before = rows(playlist)
        remake_playlist(playlist, PlaylistOptions(length=4))
        assert undo_playlist(playlist) == "Regenerated"
        assert rows(playlist) == before


class TestCandidates:
    def test_looks_at_so_many_songs(self, forty_songs, monkeypatch):
        monkeypatch.setattr(pools, "MAX_CANDIDATES", 5)
        pool = pools.candidates(make(forty_songs))
        assert (len(pool.candidates), pool.matches) == (5, 40)

    def test_the_run_of_an_area_has_to_be_of_the_dataset(self, forty_songs):
        other = make_run(make_dataset(make_user("bob")))
        with pytest.raises(AnalysisError, match="No song passes this filter"):
            make(forty_songs, source="area", recipe={"run": other.pk, "filter": {}})


class TestSeeds:
    @pytest.fixture
    def catalogd(self):
        dataset = make_dataset(songs=60)
        Song.objects.filter(row_number__gt=30).update(energy=0.95)
        for song in Song.objects.all():
            Song.objects.filter(pk=song.pk).update(
                artist=f"Artist {song.row_number % 30}", title=f"T{song.pk}"
            )
        return make_catalog(dataset)

    def test_are_in_it_with_their_neighbors(self, catalogd):
        first = catalogd.first_song_id
        playlist = make(catalogd, source="seeds", recipe={"songs": [first + 2, first + 59]}, length=10)
        found = rows(playlist)
        assert len(found) == 10
        assert {2, 59} <= set(found)
        assert 3 <= sum(row > 30 for row in found) <= 7
        assert max(artists(playlist).count(name) for name in artists(playlist)) <= 2

    def test_too_many_are_refused_with_a_sentence(self, catalogd):
        songs = [catalogd.first_song_id + row for row in range(1, 61)]
        with pytest.raises(AnalysisError, match="Choose the 20 that matter most"):
            make(catalogd, source="seeds", recipe={"songs": songs})

    def test_wait_for_the_catalog(self, forty_songs):
        with pytest.raises(AnalysisError, match="still being prepared"):
            make(forty_songs, source="seeds", recipe={"songs": [forty_songs.first_song_id + 1]})
