"""A run whose groups are found on a sample: every song is placed, and all that is said of all songs is true of all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from django.db import IntegrityError
from django.test import Client
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    pairwise_distances_argmin,
    silhouette_samples,
)

from clustering.actions.comparisons import compare_runs
from clustering.actions.runs import run_again, start_run
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import RunSettings
from clustering.analysis.scaling import Scaling
from clustering.exports.csv import export_csv
from clustering.exports.summaries import profiles_json
from clustering.jobs import runner as jobs
from clustering.jobs.fitting import preparation
from clustering.models import Assignment, Dataset, Run
from clustering.storage.matrix import load_matrix
from tests.factories import make_user
from tests.made_once import MadeOnce
from tests.pipeline import add_rows, cluster_songs, fresh, import_dataset, place_songs
from tests.songtables import FEATURES, song_rows

pytestmark = pytest.mark.django_db(transaction=True)
SONGS, SAMPLE, BATCH = 3_000, 500, 700


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "BATCH_SONGS", BATCH)


def gappy_rows() -> list[dict[str, str]]:
    rows = song_rows(SONGS, groups=4, seed=5)
    for place_, row in enumerate(rows):
        row["release_date"] = str(1960 + place_ % 60)
    for gap in range(0, SONGS, 11):
        rows[gap]["energy"] = ""
    rows.insert(40, dict.fromkeys(rows[0], ""))  # no song: places among songs are not row numbers
    return rows


@pytest.fixture
def gappy_dataset(made_once: MadeOnce, tmp_path: Path) -> Dataset:
    return made_once(lambda: import_dataset(make_user("ada"), tmp_path, gappy_rows()))


@pytest.fixture
def run(made_once: MadeOnce, gappy_dataset: Dataset) -> Run:
    return made_once(lambda: sampled(gappy_dataset))


def sampled(dataset: Dataset, **settings: object) -> Run:
    run = cluster_songs(dataset, **{"n_clusters": 4, "sample_size": SAMPLE} | settings)
    assert run.is_finished, run.jobs.latest("created_at").error
    return run


def table(run: Run) -> pd.DataFrame:
    """Return the assignments of songs, in the order of their rows."""
    return pd.DataFrame(list(Assignment.objects.filter(run=run).order_by("song").values()))


def songs_of(run: Run) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ids, real and scaled values of all songs that take part, done without the code under test."""
    matrix = load_matrix(run.dataset, run.features)
    values = matrix.values
    if run.missing == "median":
        middle = np.array([run.model["medians"][name] for name in run.features], dtype=np.float32)
        values = np.where(np.isnan(values), middle, values)
    keep = ~np.isnan(values).any(axis=1)
    return (
        matrix.song_ids[keep],
        values[keep],
        Scaling.from_dict(run.model["scaling"]).transform(values[keep]),
    )


class TestPlaces:
    @pytest.mark.parametrize("algorithm", ["kmeans", "minibatch"])
    @pytest.mark.parametrize("missing", ["drop", "median"])
    def test_are_the_nearest_of_the_stored_centers_for_all_songs(
        self, gappy_dataset: Dataset, algorithm: str, missing: str
    ) -> None:
        run = sampled(gappy_dataset, algorithm=algorithm, missing=missing)
        ids, _, scaled = songs_of(run)
        found = table(run)
        assert found["song_id"].tolist() == ids.tolist()
        centers = np.array(run.model["centroids"])
        np.testing.assert_array_equal(found["cluster"], pairwise_distances_argmin(scaled, centers))
        apart = np.linalg.norm(scaled - centers[found["cluster"]], axis=1)
        np.testing.assert_allclose(found["distance"], apart, rtol=1e-4, atol=1e-5)
        on_map = (scaled - np.array(run.model["pca_mean"])) @ np.array(run.model["axes"]).T
        np.testing.assert_allclose(found[["x", "y"]], on_map, atol=1e-4)
        assert run.left_out == SONGS - len(ids)
        assert (run.left_out == 0) == (missing == "median")

    def test_come_from_songs_drawn_by_the_seed(self, gappy_dataset: Dataset, run: Run) -> None:
        drawn = np.sort(np.random.default_rng(42).choice(SONGS, SAMPLE, replace=False, shuffle=False))
        values = load_matrix(gappy_dataset, run.features).values[drawn]
        values = values[~np.isnan(values).any(axis=1)].astype(np.float64)
        assert run.fitted_songs == len(values) < SAMPLE
        np.testing.assert_allclose(run.model["scaling"]["center"], values.mean(axis=0))
        np.testing.assert_allclose(run.model["scaling"]["spread"], values.std(axis=0))

    def test_are_the_same_again_and_whatever_the_batches(
        self, gappy_dataset: Dataset, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = run
        monkeypatch.setattr(preparation, "BATCH_SONGS", 100_000)
        second = sampled(gappy_dataset)
        np.testing.assert_array_equal(table(first)["cluster"], table(second)["cluster"])
        assert [c.exemplars for c in first.clusters.all()] == [c.exemplars for c in second.clusters.all()]
        assert [c.histograms for c in first.clusters.all()] == [c.histograms for c in second.clusters.all()]
        assert first.inertia == pytest.approx(second.inertia, rel=1e-12)
        other = sampled(gappy_dataset, seed=7)
        assert other.model["scaling"]["center"] != first.model["scaling"]["center"]

    def test_of_a_sample_of_all_songs_are_those_of_any_run(self, gappy_dataset: Dataset) -> None:
        run, ordinary = sampled(gappy_dataset, sample_size=SONGS), sampled(gappy_dataset, sample_size=None)
        assert (run.sample_size, run.fitted_songs) == (None, None)
        np.testing.assert_array_equal(table(run)["cluster"], table(ordinary)["cluster"])
        assert run.silhouette == ordinary.silhouette


class TestWhatIsSaidOfAllSongs:
    @pytest.fixture
    def sampled_run(self, made_once: MadeOnce, gappy_dataset: Dataset) -> Run:
        return made_once(lambda: sampled(gappy_dataset, n_clusters=6))

    def test_sizes_add_up_and_the_largest_comes_first(self, sampled_run: Run) -> None:
        sizes = [cluster.size for cluster in sampled_run.clusters.order_by("index")]
        assert sizes == np.bincount(table(sampled_run)["cluster"]).tolist() == sorted(sizes, reverse=True)
        assert sum(sizes) == sampled_run.songs_count == SONGS - sampled_run.left_out
        assert sum(c.share for c in sampled_run.clusters.all()) == pytest.approx(1)

    def test_means_spreads_and_bars_are_numpys(self, sampled_run: Run) -> None:
        _, values, scaled = songs_of(sampled_run)
        labels, exact = table(sampled_run)["cluster"].to_numpy(), values.astype(np.float64)
        overall, spread = exact.mean(axis=0), exact.std(axis=0)
        for place_, name in enumerate(sampled_run.features):
            assert sampled_run.overall[name]["mean"] == pytest.approx(overall[place_])
            assert sampled_run.overall[name]["deviation"] == pytest.approx(spread[place_])
        for cluster in sampled_run.clusters.all():
            own, others = exact[labels == cluster.index], exact[labels != cluster.index]
            pooled = np.sqrt(
                (own.var(axis=0) * len(own) + others.var(axis=0) * len(others)) / (len(exact) - 2)
            )
            for place_, name in enumerate(sampled_run.features):
                assert cluster.means[name] == pytest.approx(own[:, place_].mean())
                assert cluster.deviations[name] == pytest.approx(own[:, place_].std(), rel=1e-6)
                assert cluster.z[name] == pytest.approx(
                    (own[:, place_].mean() - overall[place_]) / spread[place_], abs=1e-9
                )
                gap = own[:, place_].mean() - others[:, place_].mean()
                assert cluster.effects[name] == pytest.approx(
                    np.clip(gap / pooled[place_], -10, 10), abs=1e-6
                )
                low, high = sampled_run.overall[name]["edges"][0], sampled_run.overall[name]["edges"][-1]
                bars = np.histogram(np.clip(own[:, place_], low, high), sampled_run.overall[name]["edges"])[0]
                assert np.abs(np.array(cluster.histograms[name]) - bars).sum() <= 2  # on an edge
                assert sum(cluster.histograms[name]) == cluster.size
            means = scaled[labels == cluster.index].mean(axis=0, dtype=np.float64)
            assert [cluster.scaled_means[name] for name in sampled_run.features] == pytest.approx(
                means.tolist(), abs=1e-9
            )

    def test_scores_by_centers_are_scikit_learns(self, sampled_run: Run) -> None:
        _, _, scaled = songs_of(sampled_run)
        labels = table(sampled_run)["cluster"].to_numpy()
        exact = scaled.astype(np.float64)
        assert sampled_run.davies_bouldin == pytest.approx(davies_bouldin_score(exact, labels), rel=1e-6)
        assert sampled_run.calinski_harabasz == pytest.approx(
            calinski_harabasz_score(exact, labels), rel=1e-6
        )
        centers = np.array(sampled_run.model["centroids"])
        assert sampled_run.inertia == pytest.approx(np.square(exact - centers[labels]).sum(), rel=1e-5)

    def test_typical_popular_and_borderline_songs_are_among_all(self, sampled_run: Run) -> None:
        found = table(sampled_run)
        for cluster in sampled_run.clusters.all():
            own = found[found["cluster"] == cluster.index]
            nearest = own.sort_values(["distance", "song_id"])["song_id"].tolist()
            assert cluster.exemplars == nearest[:100]
            popularity = sampled_run.dataset.songs.in_bulk(own["song_id"].tolist())
            best = sorted(popularity.values(), key=lambda song: (-(song.popularity or 0), song.pk))
            assert cluster.popular == [song.pk for song in best[:100]]
            assert len(cluster.borderline) == 50
            seconds = own["second"].value_counts()
            assert {one["index"]: one["count"] for one in cluster.neighbors} == seconds.to_dict()

    def test_genres_and_decades_are_counted_of_all(self, sampled_run: Run) -> None:
        counts = np.array(list(sampled_run.genre_counts.counts.values()))
        assert counts.sum() == sampled_run.songs_count
        assert counts.sum(axis=0).tolist() == [c.size for c in sampled_run.clusters.order_by("index")]
        decades = sum(row["count"] for c in sampled_run.clusters.all() for row in c.decades)
        assert decades == sampled_run.songs_count

    def test_silhouettes_are_of_songs_drawn_from_all_and_compared_with_all(self, sampled_run: Run) -> None:
        _, _, scaled = songs_of(sampled_run)
        found = table(sampled_run)
        measured = found["silhouette"].notna().to_numpy()
        assert sampled_run.silhouette_songs == measured.sum() == pytest.approx(1_000, abs=5)
        exact = silhouette_samples(scaled.astype(np.float64), found["cluster"])
        np.testing.assert_allclose(found["silhouette"][measured], exact[measured], atol=1e-4)
        assert sampled_run.silhouette_low < exact.mean() < sampled_run.silhouette_high
        for cluster in sampled_run.clusters.all():
            assert cluster.silhouette_songs == (measured & (found["cluster"] == cluster.index)).sum() >= 100


class TestAfterwards:
    def test_every_page_and_file_is_there(self, gappy_dataset: Dataset, run: Run, client: Client) -> None:
        client.force_login(gappy_dataset.owner)
        pages = ["", "metrics/", "pictures/", "insights/", "insights/?order=popular", "clusters/0/"]
        for page in pages:
            assert client.get(f"/runs/{run.pk}/{page}").status_code == 200, page
        overview = client.get(f"/runs/{run.pk}/").content.decode()
        assert f"groups found on {run.fitted_songs} of them" in overview
        assert f"come from a random sample of {run.fitted_songs} songs" in overview
        assert (
            "only stability and the random baseline"
            in client.get(f"/runs/{run.pk}/metrics/").content.decode()
        )
        assert "fitted on 500" in client.get(f"/datasets/{gappy_dataset.pk}/runs/").content.decode()
        rows = list(csv.DictReader(io.StringIO(b"".join(export_csv(run)).decode())))
        placed = [int(row["cluster"]) for row in rows if row["cluster"]]
        assert placed == table(run)["cluster"].tolist()
        assert len(rows) == SONGS
        summary = profiles_json(run)["run"]
        assert (summary["fit_on"], summary["fitted_songs"]) == (SAMPLE, run.fitted_songs)

    def test_further_songs_are_placed_by_its_model(
        self, gappy_dataset: Dataset, run: Run, tmp_path: Path
    ) -> None:
        add_rows(gappy_dataset, tmp_path, song_rows(SONGS + 200, groups=4, seed=5)[SONGS:])
        assert fresh(run).unplaced_songs == 200
        assert place_songs(fresh(run)).status == "succeeded"
        assert fresh(run).added_songs == 200
        ids, _, scaled = songs_of(fresh(run))
        labels = pairwise_distances_argmin(scaled, np.array(run.model["centroids"]))
        np.testing.assert_array_equal(table(run)["cluster"], labels)
        assert len(ids) == run.songs_count + 200

    def test_it_is_compared_with_a_run_on_all_but_by_no_score(
        self, gappy_dataset: Dataset, run: Run, client: Client
    ) -> None:
        first, second = run, sampled(gappy_dataset, sample_size=None)
        comparison = compare_runs(gappy_dataset.owner, [first, second])
        assert comparison.job is not None
        jobs.run(comparison.job.pk)
        client.force_login(gappy_dataset.owner)
        page = client.get(f"/comparisons/{comparison.pk}/").content.decode()
        assert "a random sample of 500" in page
        assert "groups were found on different songs" in page

    def test_it_is_done_again_with_the_same_sample(self, gappy_dataset: Dataset, run: Run) -> None:
        assert run_again(gappy_dataset.owner, run).sample_size == SAMPLE


class TestAdvice:
    def test_on_the_number_of_groups_is_asked_of_the_sample(self, gappy_dataset: Dataset) -> None:
        run = sampled(gappy_dataset, n_clusters=None)
        assert run.sweep is not None
        assert (run.sweep.sample_size, run.sweep.songs_count) == (SAMPLE, run.fitted_songs)
        assert run.k == run.sweep.recommended_k


class TestRefusals:
    @pytest.mark.parametrize("algorithm", ["bisecting", "mixture", "ward", "hdbscan"])
    def test_come_from_what_does_not_go_by_centers(self, gappy_dataset: Dataset, algorithm: str) -> None:
        with pytest.raises(AnalysisError, match="can’t be fitted on a sample"):
            start_run(
                gappy_dataset.owner,
                gappy_dataset,
                RunSettings(algorithm=algorithm, n_clusters=3, sample_size=SAMPLE),
            )

    def test_say_what_is_too_small(self, gappy_dataset: Dataset) -> None:
        with pytest.raises(AnalysisError, match=r"499 songs is too small. Use 500 or more"):
            start_run(gappy_dataset.owner, gappy_dataset, RunSettings(sample_size=499))

    def test_are_the_databases_too(self, gappy_dataset: Dataset) -> None:
        columns = Run.columns_of(
            RunSettings(features=tuple(FEATURES), min_cluster_size=5, sample_size=SAMPLE)
        )
        with pytest.raises(IntegrityError, match="run_sample_large_enough"):
            Run.objects.create(dataset=gappy_dataset, owner=gappy_dataset.owner, **columns)
