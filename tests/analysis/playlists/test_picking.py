"""Which songs a playlist takes."""

from clustering.analysis.playlists.picking import Candidate, pick_songs

MINUTE = 60_000
SONGS = [Candidate(i, f"artist {i % 3}", (2 + i % 4) * MINUTE) for i in range(30)]


class TestPickSongs:
    def test_takes_the_first_so_many(self):
        picked = pick_songs(SONGS, songs=5)
        assert (picked.songs, picked.full) == ((0, 1, 2, 3, 4), True)

    def test_takes_at_most_so_many_of_an_artist(self):
        picked = pick_songs(SONGS, songs=10, per_artist=2)
        assert picked.songs == (0, 1, 2, 3, 4, 5)
        assert not picked.full
        assert picked.over_cap == 24

    def test_songs_by_nobody_are_nobodys_third(self):
        assert len(pick_songs([Candidate(i, "") for i in range(5)], songs=5, per_artist=1).songs) == 5

    def test_comes_near_to_the_minutes(self):
        for minutes in (10, 17, 45, 60):
            picked = pick_songs(SONGS, songs=500, minutes=minutes)
            total = sum(SONGS[song].duration_ms or 0 for song in picked.songs) / MINUTE
            assert abs(total - minutes) <= 1, minutes
            assert picked.full

    def test_says_how_many_have_no_length(self):
        picked = pick_songs([Candidate(1, "Ada"), Candidate(2, "Bob", 4 * MINUTE)], songs=9, minutes=4)
        assert (picked.songs, picked.without_length, picked.full) == ((2,), 1, True)

    def test_kept_songs_stay_and_count(self):
        picked = pick_songs(SONGS, songs=4, per_artist=1, kept=SONGS[5:7])
        assert picked.songs == (5, 6, 1)

    def test_takes_no_song_twice(self):
        assert pick_songs([*SONGS[:2], *SONGS[:2]], songs=9).songs == (0, 1)
