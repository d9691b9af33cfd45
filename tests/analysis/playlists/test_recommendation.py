"""Choosing among neighbors, and saying why."""

import numpy as np
import pytest

from clustering.analysis.playlists.recommendation import Neighbor, choose, explain


def neighbor(song, distance, *, artist=None, version=None, at=None):
    place = np.array([distance if at is None else at], dtype=float)
    return Neighbor(song, distance, song if artist is None else artist, version, place)


def songs(picks):
    return [pick.neighbor.song for pick in picks]


class TestChoose:
    def test_takes_the_nearest_in_order(self):
        near = [neighbor(song, song / 10) for song in range(1, 9)]

        assert songs(choose([near], 3, max_per_artist=2)) == [1, 2, 3]

    def test_gives_each_seed_its_turn(self):
        first = [neighbor(song, song / 100) for song in range(1, 9)]
        second = [neighbor(song, song) for song in range(11, 19)]
        picks = choose([first, second], 6, max_per_artist=2)

        assert songs(picks) == [1, 11, 2, 12, 3, 13]
        assert [pick.seed for pick in picks] == [0, 1, 0, 1, 0, 1]

    def test_goes_on_with_the_others_when_a_seed_has_no_more(self):
        assert songs(choose([[neighbor(1, 1)], [neighbor(2, 1), neighbor(3, 2)]], 5, max_per_artist=1)) == [
            1,
            2,
            3,
        ]

    def test_never_takes_a_song_or_a_version_twice(self):
        near = [neighbor(1, 1, version="a"), neighbor(2, 2, version="a"), neighbor(3, 3, version="b")]

        assert songs(choose([near, near], 5, max_per_artist=2)) == [1, 3]
        assert songs(choose([near], 5, max_per_artist=2, without=frozenset({"b"}))) == [1]

    def test_unknown_titles_are_no_versions_of_each_other(self):
        assert songs(choose([[neighbor(1, 1), neighbor(2, 2)]], 5, max_per_artist=2)) == [1, 2]

    @pytest.mark.parametrize("max_per_artist", [1, 2, 3])
    def test_takes_so_many_of_an_artist(self, max_per_artist):
        near = [neighbor(song, song, artist="x") for song in range(5)] + [neighbor(9, 9, artist="y")]

        assert songs(choose([near], 9, max_per_artist=max_per_artist)) == [*range(max_per_artist), 9]

    def test_diversity_leaves_a_dense_corner(self):
        corner = [neighbor(song, 1 + song / 1000, at=1 + song / 1000) for song in range(5)]
        apart = [neighbor(8, 1.2, at=-1.2), neighbor(9, 1.3, at=4.0)]
        pool = corner + apart

        assert songs(choose([pool], 3, max_per_artist=2)) == [0, 1, 2]
        assert set(songs(choose([pool], 3, max_per_artist=2, diversity=0.7))) == {0, 8, 9}

    def test_diversity_is_maximal_marginal_relevance(self):
        rng = np.random.default_rng(0)
        places = rng.normal(size=(40, 3))
        distances = np.linalg.norm(places, axis=1)
        order = np.argsort(distances)
        pool = [Neighbor(int(i), float(distances[i]), int(i), None, places[i]) for i in order]
        expected = [int(order[0])]
        while len(expected) < 8:
            left = [int(i) for i in order if int(i) not in expected]
            cost = [
                0.6 * distances[i] - 0.4 * min(np.linalg.norm(places[i] - places[j]) for j in expected)
                for i in left
            ]
            expected.append(left[int(np.argmin(cost))])

        assert songs(choose([pool], 8, max_per_artist=1, diversity=0.4)) == expected


class TestExplain:
    spreads = {"energy": 0.2, "loudness": 4.0, "tempo": 20.0, "duration_ms": 60_000.0}

    def explain(self, **song):
        seed = {"energy": 0.9, "loudness": -5.0, "tempo": 120.0, "duration_ms": 200_000.0}
        return explain(list(seed), seed, seed | song, self.spreads)

    @pytest.mark.parametrize(
        ("song", "words"),
        [
            ({"tempo": 106.0}, "14 BPM slower"),
            ({"tempo": 140.4}, "20 BPM faster"),
            ({"loudness": -9.0}, "4.0 dB quieter"),
            ({"duration_ms": 260_000.0}, "1:00 longer"),
            ({"energy": 0.5}, "energy 0.40 lower"),
        ],
    )
    def test_ends_with_the_largest_difference(self, song, words):
        assert self.explain(**song).endswith(words)

    def test_begins_with_the_two_features_that_are_closest(self):
        song = {"tempo": 106.0, "energy": 0.97, "loudness": -5.1, "duration_ms": 203_000.0}
        assert self.explain(**song) == "closest on loudness and duration, 14 BPM slower"

    def test_names_only_what_is_alike(self):
        explained = self.explain(tempo=180.0, energy=0.1, loudness=-20.0)
        assert explained == "closest on duration, energy 0.80 lower"
        assert self.explain(tempo=0.0, energy=0.1, loudness=-20.0, duration_ms=1.0) == "120 BPM slower"

    def test_never_calls_the_largest_difference_close(self):
        spreads = {"energy": 0.2, "valence": 0.2}
        seed, song = {"energy": 0.5, "valence": 0.5}, {"energy": 0.52, "valence": 0.58}
        assert explain(list(spreads), seed, song, spreads) == "closest on energy, valence 0.08 higher"

    @pytest.mark.parametrize(
        ("name", "gap", "words"),
        [
            ("tempo", 0.3, "0.3 BPM faster"),
            ("loudness", -0.04, "0.04 dB quieter"),
            ("duration_ms", 40.0, "40 ms longer"),
        ],
    )
    def test_never_says_that_nothing_is_a_difference(self, name, gap, words):
        assert explain([name], {name: 100.0}, {name: 100.0 + gap}, {name: abs(gap)}) == words

    def test_says_when_there_is_no_difference(self):
        assert self.explain(tempo=121.0) == "nearly the same in every feature"
