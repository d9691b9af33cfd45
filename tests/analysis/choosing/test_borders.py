"""Whether the songs thin out between clusters."""

import numpy as np
import pytest

from clustering.analysis.choosing.borders import Borders, measure_borders, spread_steps
from clustering.analysis.partition import fit_kmeans


def borders(songs: np.ndarray, k: int, seed: int = 0) -> Borders:
    """Measure the borders of K-Means."""
    return measure_borders(songs, fit_kmeans(songs, k, seed=seed, starts=8).centroids, seed=seed)


def two_groups(distance: float, songs: int = 600, features: int = 4) -> np.ndarray:
    """Make two round groups, so many deviations apart."""
    made = np.random.default_rng(0).normal(size=(songs, features))
    made[::2, 0] += distance
    return made


class TestParts:
    @pytest.mark.parametrize("k", [2, 3, 5, 9])
    def test_one_cloud_is_one_part_however_it_is_cut(self, k: int) -> None:
        cloud = np.random.default_rng(0).normal(size=(800, 5)) @ np.diag([3, 1, 1, 1, 0.5])
        assert borders(cloud, k).parts_apart == 1

    @pytest.mark.parametrize("k", [2, 3, 6])
    def test_two_groups_are_two_parts_however_they_are_cut(self, k: int) -> None:
        assert borders(two_groups(8), k).parts_apart == 2

    def test_names_the_clusters_of_each_part(self) -> None:
        songs = two_groups(20)
        centroids = np.array([[0, -1, 0, 0], [20, 0, 0, 0], [0, 1, 0, 0]])
        first, second, third = measure_borders(songs, centroids, seed=0).parts
        assert first == third != second

    def test_a_small_group_stands_apart_too(self) -> None:
        songs = two_groups(0, songs=1000)
        songs[:15, 1] += 12
        assert borders(songs, 2).parts_apart == 2

    def test_one_song_far_away_is_no_group(self) -> None:
        songs = two_groups(0)
        songs[0, 1] = 200
        assert borders(songs, 2).parts_apart == 1

    def test_groups_that_overlap_are_one(self) -> None:
        assert borders(two_groups(1.5), 2).parts_apart == 1

    def test_a_ring_is_one_part_though_it_has_a_hollow(self) -> None:
        rng = np.random.default_rng(0)
        angle = rng.uniform(0, 2 * np.pi, 1500)
        ring = np.c_[np.cos(angle), np.sin(angle)] * 5 + rng.normal(0, 0.6, (1500, 2))
        assert [borders(ring, k).parts_apart for k in (2, 3, 8)] == [1, 1, 1]

    @pytest.mark.parametrize("songs", [250, 500])
    def test_a_ring_of_few_songs_too(self, songs: int) -> None:
        rng = np.random.default_rng(1)
        angle = rng.uniform(0, 2 * np.pi, songs)
        ring = np.c_[np.cos(angle), np.sin(angle)] * 5 + rng.normal(0, 0.6, (songs, 2))
        assert [borders(ring, k).parts_apart for k in (2, 3, 8)] == [1, 1, 1]

    def test_songs_of_a_third_group_do_not_fill_the_valley_of_two(self) -> None:
        """Five groups 4.5 deviations apart in all directions: those of three lie halfway between the other two."""
        rng = np.random.default_rng(0)
        songs = 4.5 / np.sqrt(2) * np.eye(10)[np.arange(1500) % 5] + rng.normal(size=(1500, 10))
        assert borders(songs, 5).parts_apart == 5

    def test_repeats_count_once(self) -> None:
        songs = np.random.default_rng(0).normal(size=(100, 5))
        once, often = borders(songs, 4), borders(np.repeat(songs, 20, axis=0), 4)
        assert once.parts_apart == often.parts_apart == 1

    def test_a_feature_of_two_values_makes_no_groups(self) -> None:
        songs = two_groups(0)
        songs[:, 1] = 9 * (np.arange(600) % 3 == 0)
        assert borders(songs, 2).parts_apart == 1

    def test_few_songs_show_nothing(self) -> None:
        assert borders(two_groups(9, songs=6), 2).parts_apart == 1

    def test_bears_as_many_clusters_as_songs(self) -> None:
        assert (
            measure_borders(np.arange(6.0)[:, None] ** 2, np.arange(6.0)[:, None] ** 2, seed=0).parts_apart
            == 1
        )

    def test_is_the_same_again_with_the_same_seed(self) -> None:
        songs = two_groups(5)
        assert borders(songs, 3) == borders(songs, 3)


class TestStandsApart:
    def test_is_a_cluster_alone_in_its_part(self) -> None:
        found = Borders((), (0, 0, 1))
        assert [found.stands_apart(cluster) for cluster in range(3)] == [False, False, True]

    def test_is_no_cluster_where_all_are_connected(self) -> None:
        assert not Borders((), (0,)).stands_apart(0)

    def test_survives_json(self) -> None:
        found = borders(two_groups(8), 3)
        assert Borders.from_dict(found.to_dict()) == found


class TestSharpness:
    def test_grows_with_the_distance(self) -> None:
        found = [borders(two_groups(distance), 2).between[0].sharpness for distance in (0, 3.5, 5, 8)]
        assert found == sorted(found)
        assert found[0] < 0.1
        assert found[-1] > 0.95

    def test_is_of_neighbors_only(self) -> None:
        line = np.random.default_rng(0).random((300, 1))
        found = measure_borders(line, np.array([[0.1], [0.5], [0.9]]), seed=0)
        assert [(one.first, one.second) for one in found.between] == [(0, 1), (1, 2)]


def test_reports_every_fold() -> None:
    calls: list[tuple[int, int]] = []
    songs = two_groups(5)
    measure_borders(songs, songs[:2], seed=0, progress=lambda *call: calls.append(call))
    assert calls == [(done, 5) for done in range(6)]


def test_spreads_steps_without_changing_the_order() -> None:
    column = np.repeat([0.0, 1.0, 5.0], 40)
    spread = spread_steps(column, np.random.default_rng(0))
    assert (np.diff([spread[column == value].max() for value in (0, 1, 5)]) > 0).all()
    assert spread[column == 0].max() < 0.5 <= spread[column == 1].min()
