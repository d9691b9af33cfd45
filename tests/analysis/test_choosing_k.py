"""The number of clusters with the highest silhouette."""

import numpy as np
import pytest

from clustering.analysis import AnalysisError, choosing_k
from clustering.analysis.choosing_k import best_silhouette_k


@pytest.fixture
def songs() -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(center, 0.3, (60, 2)) for center in (0, 4, 8, 12)])


class TestBestSilhouetteK:
    def test_finds_the_groups_that_are_there(self, songs: np.ndarray) -> None:
        choice = best_silhouette_k(songs, seed=0, high=6)
        assert choice.k == 4
        assert [candidate.k for candidate in choice.candidates] == [2, 3, 4, 5, 6]
        assert choice.candidates[2].smallest_cluster == 60

    def test_finds_them_in_a_sample(self, songs: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(choosing_k, "CHOOSING_SONGS", 120)
        assert best_silhouette_k(songs, seed=0, high=5).k == 4

    def test_stops_at_the_number_of_distinct_songs(self) -> None:
        choice = best_silhouette_k(np.array([[0.0], [0.0], [1.0], [5.0], [5.0]]), seed=0)
        assert [candidate.k for candidate in choice.candidates] == [2, 3]

    def test_reports_each_candidate(self, songs: np.ndarray) -> None:
        calls = []
        best_silhouette_k(songs, seed=0, high=4, progress=lambda *call: calls.append(call))
        assert sorted(set(calls)) == [(0, 3), (1, 3), (2, 3), (3, 3)]

    def test_refuses_an_empty_range_and_equal_songs(self, songs: np.ndarray) -> None:
        with pytest.raises(AnalysisError, match="Cannot try 5 to 3"):
            best_silhouette_k(songs, seed=0, low=5, high=3)
        with pytest.raises(AnalysisError, match="only 1 distinct"):
            best_silhouette_k(np.ones((9, 2)), seed=0)
