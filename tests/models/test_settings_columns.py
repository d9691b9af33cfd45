"""Settings pass through JSON, and the columns of tables, unchanged."""

import json

from clustering.analysis.run_settings import RunSettings
from clustering.models import Run, Sweep

SETTINGS = RunSettings(
    features=("energy", "tempo"),
    weights={"energy": 2.0},
    scaler="robust",
    missing="median",
    algorithm="minibatch",
    n_clusters=5,
    seed=7,
    sample_size=600,
)


def test_survive_json() -> None:
    assert RunSettings.from_dict(json.loads(json.dumps(SETTINGS.to_dict()))) == SETTINGS


def test_survive_the_columns_of_a_run() -> None:
    assert Run(**Run.columns_of(SETTINGS)).settings == SETTINGS


def test_of_a_sweep_are_those_of_runs_by_k_means_into_any_number_of_groups() -> None:
    found = Sweep(**Sweep.columns_of(SETTINGS)).settings
    assert (found.algorithm, found.n_clusters, found.min_cluster_size) == ("kmeans", None, None)
    assert (found.features, found.weights, found.sample_size) == (("energy", "tempo"), {"energy": 2.0}, 600)
