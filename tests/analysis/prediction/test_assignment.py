"""Placing later songs: as scikit-learn's own models predict."""

import json

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from clustering.analysis import AnalysisError
from clustering.analysis.partition import fit_partition
from clustering.analysis.prediction.assignment import assign_songs
from clustering.analysis.prediction.fitted_model import FittedModel
from clustering.analysis.projection import fit_projection
from clustering.analysis.run_settings import RunSettings
from clustering.analysis.scaling import fit_scaling

BLOBS = np.array([[0.0, 0.0, 0.0], [6.0, 0.0, 1.0], [0.0, 7.0, -1.0]])


def songs(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (BLOBS[rng.integers(0, 3, count)] + rng.normal(0, 1.2, (count, 3))).astype(np.float32)


def model_of(scaled: np.ndarray, algorithm: str) -> tuple[FittedModel, np.ndarray]:
    """Group songs and return what a run stores of it, and the songs' labels."""
    found = fit_partition(scaled, RunSettings(algorithm=algorithm, n_clusters=3, seed=1))
    model = FittedModel.of(found, fit_projection(scaled), fit_scaling(scaled, ["a", "b", "c"]), medians={})
    return FittedModel.from_dict(json.loads(json.dumps(model.to_dict()))), found.labels


@pytest.mark.parametrize("algorithm", ["kmeans", "mixture"])
def test_the_songs_of_the_run_come_where_they_were(algorithm):
    scaled = songs(400, seed=3)
    model, labels = model_of(scaled, algorithm)
    places = assign_songs(scaled, model, algorithm=algorithm)
    assert places.labels.tolist() == labels.tolist()
    assert places.coordinates == pytest.approx(fit_projection(scaled).coordinates, abs=1e-5)


def test_a_mixture_agrees_with_scikit_learn():
    model, _ = model_of(songs(400, seed=3), "mixture")
    later = songs(200, seed=4)
    places = assign_songs(later, model, algorithm="mixture")
    own = GaussianMixture(3)
    learned = model.parameters
    own.weights_, own.means_ = np.array(learned["weights"]), np.array(learned["means"])
    own.covariances_ = np.array(learned["covariances"])
    own.precisions_cholesky_ = np.linalg.inv(np.linalg.cholesky(own.covariances_)).transpose(0, 2, 1)
    expected = own.predict_proba(later)
    assert places.labels.tolist() == expected.argmax(axis=1).tolist()
    assert places.membership == pytest.approx(expected.max(axis=1), abs=1e-6)
    assert places.second.tolist() == np.argsort(-expected, axis=1)[:, 1].tolist()


def test_distances_are_to_the_own_center():
    model, _ = model_of(songs(400, seed=3), "ward")
    later = songs(50, seed=5)
    places = assign_songs(later, model, algorithm="ward")
    every = np.linalg.norm(later[:, None] - model.centroids, axis=2)
    assert places.distances == pytest.approx(every.min(axis=1), abs=1e-5)
    assert places.second.tolist() == np.argsort(every, axis=1)[:, 1].tolist()


def test_hdbscan_has_no_rule():
    with pytest.raises(AnalysisError, match="songs that are added later"):
        assign_songs(songs(5, seed=1), model_of(songs(9, seed=1), "ward")[0], algorithm="hdbscan")
