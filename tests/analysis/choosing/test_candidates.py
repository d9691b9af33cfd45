"""How well one number of clusters does."""

import numpy as np
import pytest
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from clustering.analysis import AnalysisError
from clustering.analysis.choosing.candidates import draw_songs, score_k, score_reference
from clustering.analysis.choosing.starts import starts_for
from clustering.analysis.partition import fit_kmeans


@pytest.fixture
def four_blobs() -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(center, 0.3, (60, 2)) for center in (0, 4, 8, 12)])


class TestDrawSongs:
    def test_takes_all_where_there_are_few(self) -> None:
        assert draw_songs(5, seed=0, size=5).tolist() == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("count", [101, 250, 999])
    def test_takes_one_song_of_each_stretch_of_the_file(self, count: int) -> None:
        rows = draw_songs(count, seed=3, size=100)
        edges = np.arange(101) * count // 100
        assert (rows >= edges[:-1]).all()
        assert (rows < edges[1:]).all()

    def test_is_the_same_again_with_the_same_seed(self) -> None:
        assert (draw_songs(1000, seed=1, size=50) == draw_songs(1000, seed=1, size=50)).all()
        assert (draw_songs(1000, seed=1, size=50) != draw_songs(1000, seed=2, size=50)).any()

    def test_gives_every_song_the_same_chance(self) -> None:
        counts = np.bincount(
            np.concatenate([draw_songs(10, seed=s, size=3) for s in range(3000)]), minlength=10
        )
        assert counts.sum() == 9000
        assert counts.min() > 600


class TestScoreK:
    def test_agrees_with_scikit_learn(self, four_blobs: np.ndarray) -> None:
        found = score_k(four_blobs, 5, seed=7)
        labels = fit_kmeans(four_blobs, 5, seed=7, starts=starts_for(5)).labels
        assert (
            found.silhouette
            == found.silhouette_low
            == pytest.approx(silhouette_score(four_blobs, labels), abs=1e-6)
        )
        assert found.davies_bouldin == pytest.approx(davies_bouldin_score(four_blobs, labels), rel=1e-6)
        assert found.calinski_harabasz == pytest.approx(calinski_harabasz_score(four_blobs, labels), rel=1e-6)
        assert found.smallest_cluster == np.bincount(labels).min()

    def test_the_right_number_repeats_itself_and_is_above_the_null(self, four_blobs: np.ndarray) -> None:
        right, wrong = score_k(four_blobs, 4, seed=0), score_k(four_blobs, 6, seed=0)
        assert right.stability == 1
        assert right.jaccard == (1, 1, 1, 1)
        assert wrong.stability < 0.9
        chance, of_wrong = score_reference(four_blobs, 4, seed=0), score_reference(four_blobs, 6, seed=0)
        assert right.silhouette > chance.null_silhouette + 0.2 > chance.uniform_silhouette
        assert chance.gap > of_wrong.gap

    def test_says_how_many_parts_stand_apart(self, four_blobs: np.ndarray) -> None:
        right, fine = score_k(four_blobs, 4, seed=0), score_k(four_blobs, 6, seed=0)
        assert (right.parts_apart, fine.parts_apart) == (4, 4)
        assert right.softest_border > 0.9
        assert fine.softest_border < 0.5

    def test_knows_what_one_cloud_scores(self, four_blobs: np.ndarray) -> None:
        # the two features are one: in two halves, a cloud along a line is far above shuffled songs
        found, chance = score_k(four_blobs, 2, seed=0), score_reference(four_blobs, 2, seed=0)
        assert chance.null_silhouette + 0.1 < chance.null_cloud_silhouette < found.silhouette
        assert chance.null_cloud_deviation > 0

    def test_is_the_same_again_with_the_same_seed(self, four_blobs: np.ndarray) -> None:
        assert score_k(four_blobs, 3, seed=5) == score_k(four_blobs, 3, seed=5)

    def test_can_be_stopped_in_every_step(self, four_blobs: np.ndarray) -> None:
        calls: list[tuple[int, int]] = []
        score_k(four_blobs, 2, seed=0, progress=lambda *call: calls.append(call))
        assert len(calls) > 25

    def test_bears_as_many_clusters_as_songs(self) -> None:
        found = score_k(np.arange(6.0)[:, None] ** 2, 6, seed=0)
        assert found.smallest_cluster == 1
        assert 0 <= found.stability <= 1

    def test_refuses_more_clusters_than_distinct_songs(self) -> None:
        with pytest.raises(AnalysisError, match="only 2 distinct"):
            score_k(np.array([[0.0], [0.0], [1.0], [1.0]]), 3, seed=0)
