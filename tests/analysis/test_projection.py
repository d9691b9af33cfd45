"""The projection agrees with scikit-learn's PCA."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from clustering.analysis import AnalysisError
from clustering.analysis.projection import axis_words, fit_projection


@pytest.fixture
def correlated_songs() -> np.ndarray:
    return np.random.default_rng(2).normal(size=(400, 5)) @ np.random.default_rng(3).normal(size=(5, 5))


class TestFitProjection:
    def test_agrees_with_scikit_learn(self, correlated_songs: np.ndarray) -> None:
        found, reference = fit_projection(correlated_songs), PCA().fit(correlated_songs)
        np.testing.assert_allclose(found.explained_variance, reference.explained_variance_ratio_, atol=1e-9)
        np.testing.assert_allclose(np.abs(found.axes), np.abs(reference.components_[:2]), atol=1e-6)
        np.testing.assert_allclose(
            np.abs(found.coordinates), np.abs(reference.transform(correlated_songs)[:, :2]), atol=1e-5
        )

    def test_points_each_axis_at_its_largest_loading(self, correlated_songs: np.ndarray) -> None:
        first, mirrored = fit_projection(correlated_songs), fit_projection(-correlated_songs)
        np.testing.assert_allclose(first.axes, mirrored.axes, atol=1e-9)
        assert (first.axes.max(axis=1) >= -first.axes.min(axis=1)).all()

    def test_draws_one_feature_on_a_line(self) -> None:
        found = fit_projection(np.array([[1.0], [3.0]]))
        assert found.coordinates.tolist() == [[-1, 0], [1, 0]]
        assert found.explained_variance == (1.0, 0.0)
        assert axis_words(found, ["energy"]) == ("less energy ↔ more energy", "")

    def test_draws_equal_songs_on_one_point(self) -> None:
        assert fit_projection(np.ones((3, 2))).explained_variance == (0.0, 0.0)

    def test_needs_two_songs(self) -> None:
        with pytest.raises(AnalysisError, match="at least 2 songs"):
            fit_projection(np.ones((1, 2)))
