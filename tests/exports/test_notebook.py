"""The notebook comes to the run's groups and scores with pandas and scikit-learn alone, for every setting."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from clustering.analysis import partition
from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.scaling import SCALERS
from clustering.exports.csv import export_csv
from clustering.exports.notebook import cells, notebook_json, notebook_script
from clustering.models import Dataset, Run
from clustering.songfiles.columns import ColumnMap
from tests.factories import make_user
from tests.made_once import MadeOnce
from tests.pipeline import cluster_songs, import_dataset, import_rows
from tests.songtables import song_rows

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "songs.csv"


def odd_rows() -> list[dict[str, str]]:
    """Return 150 songs, of which two have a gap, and one of them again."""
    rows = [row | {"key": str(place % 12)} for place, row in enumerate(song_rows(150, groups=5, seed=2))]
    rows[3]["energy"] = ""
    rows[4]["tempo"] = "0"  # impossible, so missing
    return [*rows, dict(rows[0])]


@pytest.fixture
def notebook_dataset(made_once: MadeOnce, tmp_path: Path) -> Dataset:
    return made_once(lambda: import_dataset(make_user("ada"), tmp_path, odd_rows()))


def run_script(run: Run, folder: Path) -> str:
    """Run the script beside the exported CSV, in a process that knows nothing of the project."""
    assert run.is_finished, run.jobs.get().error
    folder.mkdir()
    (folder / NAME).write_bytes(b"".join(export_csv(run)))
    (folder / "again.py").write_text(notebook_script(run, csv_name=NAME), encoding="utf-8")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))
    }
    done = subprocess.run(
        [sys.executable, "-I", "again.py"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_same(run: Run, said: str) -> None:
    """The script says the page's scores and sizes, and finds every song where the run put it."""
    assert f"Silhouette {run.silhouette:,.4f}" in said
    assert f"Davies-Bouldin {run.davies_bouldin:,.4f}" in said
    assert f"Calinski-Harabasz {run.calinski_harabasz:,.4f}" in said
    for cluster in run.clusters.filter(is_noise=False):
        assert f"Group {cluster.index}: {cluster.size:,} songs" in said
    found = re.search(r"([\d,]+) of ([\d,]+) songs are in the group", said)
    assert found is not None
    assert found.group(1) == found.group(2) == f"{run.songs_count:,}"


class TestScript:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_does_every_algorithm_again(
        self, notebook_dataset: Dataset, tmp_path: Path, algorithm: str
    ) -> None:
        run = cluster_songs(
            notebook_dataset,
            algorithm=algorithm,
            n_clusters=4 if ALGORITHMS[algorithm].needs_n_clusters else None,
        )
        assert_same(run, run_script(run, tmp_path / "bare"))

    @pytest.mark.parametrize("scaler", [value for value in SCALERS if value != "standard"])
    def test_does_every_scaler_again_with_weights_and_the_key(
        self, notebook_dataset: Dataset, tmp_path: Path, scaler: str
    ) -> None:
        features = ["energy", "valence", "loudness", "key", "popularity", "label_code"]
        run = cluster_songs(
            notebook_dataset,
            features=features,
            n_clusters=4,
            scaler=scaler,
            missing="median",
            weights={"energy": 2.5},
        )
        assert_same(run, run_script(run, tmp_path / "bare"))


class TestSampled:
    @pytest.mark.slow
    def test_draws_the_same_songs_as_the_run(self, tmp_path: Path) -> None:
        rows = song_rows(20_400, groups=6, seed=3)
        job = import_rows(User.objects.create_user("ada"), tmp_path, rows, then_cluster=False)
        run = cluster_songs(Dataset.objects.get(pk=job.dataset_id), n_clusters=5)
        assert run.silhouette_songs < run.songs_count
        assert_same(run, run_script(run, tmp_path / "bare"))


class TestFittedOnASample:
    @pytest.mark.parametrize(
        ("algorithm", "scaler", "missing"),
        [
            ("kmeans", "standard", "drop"),
            ("minibatch", "yeo-johnson", "median"),
            ("kmeans", "robust", "median"),
        ],
    )
    def test_draws_the_same_sample_and_places_all_songs_by_it(
        self, tmp_path: Path, algorithm: str, scaler: str, missing: str
    ) -> None:
        rows = [row | {"key": str(i % 12)} for i, row in enumerate(song_rows(1_500, groups=5, seed=2))]
        for place in range(0, 1_500, 9):
            rows[place]["energy"] = ""
        rows.insert(2, dict.fromkeys(rows[0], ""))
        job = import_rows(User.objects.create_user("ada"), tmp_path, rows, then_cluster=False)
        run = cluster_songs(
            Dataset.objects.get(pk=job.dataset_id),
            features=["energy", "valence", "loudness", "tempo", "key"],
            n_clusters=5, algorithm=algorithm, scaler=scaler, missing=missing, sample_size=600,
        )  # fmt: skip
        assert_same(run, run_script(run, tmp_path / "bare"))


class TestNotebook:
    def test_is_the_same_in_cells(self, notebook_dataset: Dataset) -> None:
        run = cluster_songs(notebook_dataset, n_clusters=3)
        found = notebook_json(run, csv_name=NAME)
        assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
        script = notebook_script(run, csv_name=NAME)
        assert all(cell["source"] in script for cell in found["cells"] if cell["cell_type"] == "code")
        assert json.loads(json.dumps(found)) == found

    def test_takes_no_name_in_a_file_for_code(self, notebook_dataset: Dataset) -> None:
        upload = notebook_dataset.uploads.get()
        hostile = '"""\n__import__("os").system("x")\n#'
        column_map = ColumnMap.from_dict(upload.column_map).to_dict()
        for match in column_map["matches"]:
            if match["field"] == "energy":
                match["column"] = hostile
        run = cluster_songs(notebook_dataset, n_clusters=3)
        upload.choose_columns(column_map)
        settings = notebook_json(Run.objects.get(pk=run.pk), csv_name=NAME)["cells"][2]["source"]
        names: dict[str, object] = {}
        exec(settings, {}, names)  # noqa: S102 – that is what the test is about
        assert names["FEATURES"]["energy"][0] == hostile  # type: ignore[index]
        assert "\n__import__" not in settings


class TestConstants:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_are_those_of_the_mathematics(self, algorithm: str) -> None:
        module = getattr(partition, algorithm)
        for name, value in ALGORITHMS[algorithm].notebook.constants.items():
            assert getattr(module, name) == value


class TestReaders:
    def test_need_nothing_that_is_not_in_the_notebook(self) -> None:
        names: dict[str, Any] = {}
        exec("import math, re\n" + cells.READERS, names)  # noqa: S102 – as the notebook does
        texts = ("60s", "1967-05-01", "never")
        assert [names["year"](text) for text in texts] == [1960, 1967, None]
