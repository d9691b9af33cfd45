"""Which songs a playlist takes."""

from clustering.analysis.playlists.selection import Candidate, select_songs

MINUTE = 60_000
SONGS = [Candidate(i, f"artist {i % 3}", (2 + i % 4) * MINUTE) for i in range(30)]


class TestPickSongs:
    def test_takes_the_first_so_many(self):
        selected = select_songs(SONGS, songs=5)
        assert (selected.songs, selected.full) == ((0, 1, 2, 3, 4), True)

    def test_takes_at_most_so_many_of_an_artist(self):
        selected = select_songs(SONGS, songs=10, max_per_artist=2)
        assert selected.songs == (0, 1, 2, 3, 4, 5)
        assert not selected.full
        assert selected.over_cap == 24

    def test_songs_by_nobody_are_nobodys_third(self):
        assert len(select_songs([Candidate(i, "") for i in range(5)], songs=5, max_per_artist=1).songs) == 5

    def test_comes_near_to_the_minutes(self):
        for minutes in (10, 17, 45, 60):
            selected = select_songs(SONGS, songs=500, minutes=minutes)
            total = sum(SONGS[song].duration_ms or 0 for song in selected.songs) / MINUTE
            assert abs(total - minutes) <= 1, minutes
            assert selected.full

    def test_says_how_many_have_no_length(self):
        selected = select_songs([Candidate(1, "Ada"), Candidate(2, "Bob", 4 * MINUTE)], songs=9, minutes=4)
        assert (selected.songs, selected.without_length, selected.full) == ((2,), 1, True)

    def test_kept_songs_stay_and_count(self):
        selected = select_songs(SONGS, songs=4, max_per_artist=1, kept=SONGS[5:7])
        assert selected.songs == (5, 6, 1)

    def test_takes_no_song_twice(self):
        assert select_songs([*SONGS[:2], *SONGS[:2]], songs=9).songs == (0, 1)
