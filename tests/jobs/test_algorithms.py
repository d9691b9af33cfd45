"""Every way to group songs goes from the settings to every page and file, songs of no group included."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import scipy
from django.test import Client
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from clustering.analysis.partition import ALGORITHMS
from clustering.exports.csv import export_csv
from clustering.exports.parquet import export_parquet
from clustering.exports.summaries import profiles_json
from clustering.jobs.fitting.preparation import prepare_songs
from clustering.models import Assignment, Dataset, Run
from clustering.web.charts import NOISE_COLOR
from tests.factories import make_user
from tests.made_once import MadeOnce
from tests.pipeline import cluster_songs, import_dataset
from tests.songtables import song_rows

pytestmark = pytest.mark.django_db(transaction=True)
ODD = {"tempo": "290", "duration_ms": "4000000", "loudness": "-59"}


def odd_rows() -> list[dict[str, str]]:
    """Return ninety songs in three groups, and two that are in none."""
    rows = [row | {"key": str(place % 12)} for place, row in enumerate(song_rows(92))]
    rows[90] |= ODD | {"energy": "0.99", "valence": "0.01"}
    rows[91] |= ODD | {"energy": "0.01", "valence": "0.99", "speechiness": "0.99"}
    return rows


@pytest.fixture
def dataset_with_outliers(made_once: MadeOnce, tmp_path: Path) -> Dataset:
    return made_once(lambda: import_dataset(make_user("ada"), tmp_path, odd_rows()))


@pytest.fixture
def grouped_by(made_once: MadeOnce, dataset_with_outliers: Dataset) -> Callable[[str], Run]:
    """Give the run of an algorithm."""
    return lambda algorithm: made_once(lambda: grouped(dataset_with_outliers, algorithm), algorithm)


def grouped(dataset: Dataset, algorithm: str) -> Run:
    run = cluster_songs(
        dataset, algorithm=algorithm, n_clusters=3 if ALGORITHMS[algorithm].needs_n_clusters else None
    )
    assert run.is_finished, run.jobs.get().error
    return run


def places(run: Run) -> np.ndarray:
    """Return the cluster of each song, −1 where it is in none."""
    found = np.array(Assignment.objects.filter(run=run).order_by("song").values_list("cluster", flat=True))
    return np.where(found == run.k, -1, found)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
class TestEveryAlgorithm:
    def test_agrees_with_scikit_learns_scores(self, grouped_by: Callable[[str], Run], algorithm: str) -> None:
        run = grouped_by(algorithm)
        labels, scaled = (
            places(run),
            prepare_songs(run.dataset, run.settings, lambda done, total: None).scaled.astype(np.float64),
        )
        inside = labels >= 0
        assert run.silhouette == pytest.approx(silhouette_score(scaled[inside], labels[inside]), abs=1e-6)
        assert run.davies_bouldin == pytest.approx(
            davies_bouldin_score(scaled[inside], labels[inside]), abs=1e-6
        )
        assert run.calinski_harabasz == pytest.approx(
            calinski_harabasz_score(scaled[inside], labels[inside]), rel=1e-6
        )

    def test_keeps_the_versions_of_what_it_rests_on(
        self, grouped_by: Callable[[str], Run], algorithm: str
    ) -> None:
        versions = grouped_by(algorithm).versions
        assert set(versions) == {"python", "numpy", "scipy", "scikit-learn", "pandas"}
        assert versions["scipy"] == scipy.__version__

    def test_is_compared_with_shuffled_songs_unless_it_leaves_songs_out(
        self, grouped_by: Callable[[str], Run], algorithm: str
    ) -> None:
        assert (grouped_by(algorithm).null_silhouette is None) == (algorithm == "hdbscan")

    def test_gives_the_same_labels_again(self, grouped_by: Callable[[str], Run], algorithm: str) -> None:
        first = grouped_by(algorithm)
        second = grouped(first.dataset, algorithm)
        np.testing.assert_array_equal(places(first), places(second))

    def test_shows_every_page(self, grouped_by: Callable[[str], Run], algorithm: str) -> None:
        run = grouped_by(algorithm)
        client = Client()
        client.force_login(run.owner)
        pages = ["", "metrics/", "pictures/", "insights/", "insights/?order=popular"]
        pages += [f"clusters/{cluster.index}/" for cluster in run.clusters.all()]
        for page in pages:
            answer = client.get(f"/runs/{run.pk}/{page}")
            assert answer.status_code == 200, page
            assert ALGORITHMS[algorithm].label in client.get(f"/runs/{run.pk}/").content.decode()
        assert client.get(f"/datasets/{run.dataset_id}/").status_code == 200
        assert client.get("/").status_code == 200

    def test_is_in_the_files(self, grouped_by: Callable[[str], Run], algorithm: str) -> None:
        run = grouped_by(algorithm)
        rows = list(csv.DictReader(io.StringIO(b"".join(export_csv(run)).decode())))
        assert [int(row["cluster"]) for row in rows] == places(run).tolist()
        assert ("membership" in rows[0]) == run.has_membership == (algorithm in {"mixture", "hdbscan"})
        table = pyarrow.parquet.read_table(io.BytesIO(b"".join(export_parquet(run))))
        assert table["cluster"].to_pylist() == places(run).tolist()
        assert {one["index"] for one in profiles_json(run)["clusters"]} == set(places(run).tolist())


class TestNoGroup:
    def test_is_a_group_of_its_own_that_no_score_counts(self, grouped_by: Callable[[str], Run]) -> None:
        run = grouped_by("hdbscan")
        assert (run.k, run.noise_count) == (3, 2)
        assert places(run)[-2:].tolist() == [-1, -1]
        last = run.clusters.last()
        assert last is not None
        assert (last.index, last.is_noise, last.name, last.size) == (3, True, "No group", 2)
        assert (last.color_index, last.silhouette, last.exemplars) == (NOISE_COLOR, None, [])
        assert run.clusters.filter(is_noise=True).count() == 1

    def test_is_grey_and_called_so_on_the_pages_and_in_the_file(
        self, grouped_by: Callable[[str], Run]
    ) -> None:
        run = grouped_by("hdbscan")
        client = Client()
        client.force_login(run.owner)
        overview = client.get(f"/runs/{run.pk}/").content.decode()
        assert "cluster-none" in overview
        assert "2 songs in no group" in overview
        assert "cluster:none" in client.get(f"/runs/{run.pk}/pictures/").content.decode()
        assert "are in no group" in client.get(f"/runs/{run.pk}/metrics/").content.decode()
        rows = list(csv.DictReader(io.StringIO(b"".join(export_csv(run)).decode())))
        assert (rows[-1]["cluster"], rows[-1]["cluster_name"]) == ("-1", "No group")


class TestWhatOnlySomeFind:
    def test_a_mixture_says_how_surely_songs_belong(self, grouped_by: Callable[[str], Run]) -> None:
        run = grouped_by("mixture")
        assert run.bic is not None
        assert sum(run.model["membership"]["counts"]) == 92
        assert np.array(run.model["parameters"]["covariances"]).shape == (3, 10, 10)
        surely = Assignment.objects.filter(run=run).values_list("membership", flat=True)
        assert all(one is not None and 0 <= one <= 1 for one in surely)

    def test_wards_tree_is_kept(self, grouped_by: Callable[[str], Run]) -> None:
        tree = grouped_by("ward").model["tree"]
        assert sum(tree["sizes"]) == 92
        assert len(tree["merges"]) == len(tree["sizes"]) - 1

    def test_a_mixture_chooses_its_number_of_groups_too(self, dataset_with_outliers: Dataset) -> None:
        run = cluster_songs(dataset_with_outliers, algorithm="mixture", n_clusters=None)
        assert run.is_finished
        assert run.k is not None

    def test_songs_that_do_not_crowd_are_said_to(self, dataset_with_outliers: Dataset) -> None:
        run = cluster_songs(dataset_with_outliers, algorithm="hdbscan", min_cluster_size=90)
        assert not run.is_finished
        assert "don't form separate dense areas" in run.jobs.get().error


class TestFeatures:
    def test_key_lies_on_a_circle_and_popularity_and_year_can_be_features(
        self, dataset_with_outliers: Dataset, client: Client
    ) -> None:
        run = cluster_songs(
            dataset_with_outliers,
            features=["energy", "key", "popularity", "label_code"],
            n_clusters=3,
            weights={"key": 0.5},
        )
        assert run.is_finished, run.jobs.get().error
        assert np.array(run.model["centroids"]).shape == (3, 5)
        client.force_login(dataset_with_outliers.owner)
        for page in ("", "metrics/", "pictures/", "pictures/?feature=key", "insights/", "clusters/0/"):
            assert client.get(f"/runs/{run.pk}/{page}").status_code == 200
        assert "Key 0.5 times" in client.get(f"/runs/{run.pk}/").content.decode()

    def test_weights_change_the_groups_as_scaled_columns_would(self, dataset_with_outliers: Dataset) -> None:
        run = cluster_songs(
            dataset_with_outliers, features=["energy", "valence"], n_clusters=3, weights={"energy": 3.0}
        )
        prepared = prepare_songs(run.dataset, run.settings, lambda done, total: None)
        assert prepared.scaled.std(axis=0) == pytest.approx([3, 1], rel=1e-5)
