"""Orders of songs: what each promises, on songs whose best order is known."""

import itertools
from collections import Counter

import numpy as np
import pytest

from clustering.analysis.playlists.camelot import CamelotKey, camelot_key
from clustering.analysis.playlists.sequencing import (
    around_locked,
    energy_arc,
    harmonic_path,
    keep_apart,
    similarity_path,
    tempo_ramp,
)


def nobody(n):
    return [""] * n


def neighbors(order, artists):
    return sum(artists[a] == artists[b] for a, b in itertools.pairwise(order))


def some_artists(rng, n, many=3):
    return [f"artist {x}" for x in rng.integers(0, many, n)]


class TestSimilarityPath:
    def test_walks_a_line_from_its_end(self):
        line = np.random.default_rng(1).permutation(40).astype(float)
        line = np.concatenate([[-1.0], line])
        assert (np.diff(line[similarity_path(line[:, None], nobody(41))]) > 0).all()

    def test_walks_round_a_circle(self):
        places = np.random.default_rng(2).permutation(24)
        angles = 2 * np.pi * places / 24
        path = similarity_path(np.column_stack([np.cos(angles), np.sin(angles)]), nobody(24))
        assert set(np.diff(places[path]) % 24) <= {1, 23}

    def test_is_no_longer_than_the_nearest_neighbors_alone(self):
        points = np.random.default_rng(3).normal(size=(60, 9))
        apart = np.linalg.norm(points[:, None] - points[None], axis=2)
        greedy, left = [0], set(range(1, 60))
        while left:
            greedy.append(min(left, key=lambda song: apart[greedy[-1], song]))
            left.remove(greedy[-1])
        path = similarity_path(points, nobody(60))
        assert sorted(path) == list(range(60))
        assert apart[path[:-1], path[1:]].sum() < apart[greedy[:-1], greedy[1:]].sum()

    def test_keeps_artists_apart(self):
        points = np.repeat([[0.0], [5.0]], 10, axis=0) + np.arange(20)[:, None] / 100
        artists = ["Ada"] * 10 + ["Bob"] * 10
        assert neighbors(similarity_path(points, artists), artists) == 0

    @pytest.mark.parametrize("n", [0, 1, 2])
    def test_takes_as_few_songs_as_there_are(self, n):
        assert similarity_path(np.zeros((n, 2)), nobody(n)).tolist() == list(range(n))


class TestTempoRamp:
    def test_is_sorted(self):
        tempo = np.random.default_rng(4).uniform(60, 200, 50)
        assert (np.diff(tempo[tempo_ramp(tempo, ["Ada"] * 50)]) >= 0).all()

    def test_uses_equal_tempos_to_keep_artists_apart(self):
        tempo, artists = np.array([90.0, 100, 100, 110]), ["Ada", "Ada", "Bob", "Cid"]
        order = tempo_ramp(tempo, artists)
        assert neighbors(order, artists) == 0
        assert (np.diff(tempo[order]) >= 0).all()


class TestEnergyArc:
    def test_rises_and_then_falls(self):
        energy = np.random.default_rng(5).uniform(size=41)
        arc = energy[energy_arc(energy, nobody(41))]
        peak = int(np.argmax(arc))
        assert (np.diff(arc[: peak + 1]) > 0).all()
        assert (np.diff(arc[peak:]) < 0).all()
        assert peak == 20

    def test_has_as_few_neighbors_of_one_artist_as_any_arc(self):
        rng = np.random.default_rng(6)
        for _ in range(40):
            energy, artists = rng.permutation(7) / 7, some_artists(rng, 7)
            *rest, peak = np.argsort(energy)
            sides = itertools.product([True, False], repeat=6)
            arcs = (
                [
                    *itertools.compress(rest, up),
                    peak,
                    *reversed(list(itertools.compress(rest, [not u for u in up]))),
                ]
                for up in sides
            )
            best = min(neighbors(arc, artists) for arc in arcs)
            assert neighbors(energy_arc(energy, artists), artists) == best

    def test_songs_without_energy_come_last(self):
        order = energy_arc(np.array([np.nan, 0.2, 0.9, np.nan, 0.4]), nobody(5))
        assert set(order[-2:]) == {0, 3}


class TestHarmonicPath:
    def clashes(self, order, keys):
        return sum(not keys[a].goes_with(keys[b]) for a, b in itertools.pairwise(order))

    def test_has_no_clash_where_the_whole_wheel_is_there(self):
        keys = [camelot_key(note, mode) for note in range(12) for mode in (0, 1)] * 2
        order = harmonic_path(keys, np.full(48, 120.0), nobody(48))
        assert sorted(order) == list(range(48))
        assert self.clashes(order, keys) == 0

    def test_has_hardly_more_clashes_than_any_order(self):
        rng = np.random.default_rng(7)
        found = best = 0
        for _ in range(30):
            keys = [camelot_key(int(rng.integers(12)), int(rng.integers(2))) for _ in range(6)]
            found += self.clashes(harmonic_path(keys, rng.uniform(80, 160, 6), nobody(6)), keys)
            best += min(self.clashes(order, keys) for order in itertools.permutations(range(6)))
        assert best <= found <= best * 1.03

    def test_changes_the_tempo_gently_within_a_key(self):
        tempo = np.array([100.0, 140.0, 120.0, 160.0])
        order = harmonic_path([CamelotKey(8, False)] * 4, tempo, nobody(4))
        assert np.abs(np.diff(tempo[order])).max() == 20

    def test_songs_without_a_key_come_last(self):
        keys = [None, CamelotKey(8, False), None, CamelotKey(9, False)]
        assert set(harmonic_path(keys, np.full(4, np.nan), nobody(4))[-2:]) == {0, 2}


class TestKeepApart:
    def test_leaves_no_more_neighbors_than_there_must_be(self):
        rng = np.random.default_rng(8)
        for n in range(1, 60):
            artists = some_artists(rng, n, many=2 + n % 3)
            most = max(Counter(artists).values())
            order = keep_apart(np.arange(n), artists)
            assert sorted(order) == list(range(n))
            assert neighbors(order, artists) == max(0, most - 1 - (n - most))

    def test_songs_by_nobody_may_follow_each_other(self):
        assert keep_apart(np.arange(3), nobody(3)).tolist() == [0, 1, 2]


class TestAroundLocked:
    def test_locked_songs_have_their_places(self):
        order = around_locked(np.arange(10), {7: 0, 2: 9, 4: 4}, nobody(10))
        assert (order[0], order[9], order[4]) == (7, 2, 4)
        assert [song for song in order if song not in (7, 2, 4)] == [0, 1, 3, 5, 6, 8, 9]

    def test_changes_places_where_one_artist_would_follow_themselves(self):
        artists = ["Ada", "Bob", "Ada", "Cid"]
        order = around_locked(np.arange(4), {2: 1}, artists)
        assert order[1] == 2
        assert neighbors(order, artists) == 0
