"""A database of the first released schema, with rows in it, comes to the present one without losing any."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from clustering.models import Assignment, Cluster, Dataset, Job, Run, RunComparison, Song, Sweep
from tests.factories import make_comparison, make_dataset, make_report, make_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FIRST = ("clustering", "0001_initial")
SONGS = 12


@pytest.fixture
def released():
    """Go back to the tables of the first release; they are empty."""
    executor = MigrationExecutor(connection)
    executor.migrate([FIRST])
    yield executor.loader.project_state([FIRST]).apps
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def fill(apps) -> int:
    """Write what the first release wrote: a dataset with its songs, a finished run, a job."""
    user = User.objects.create_user("ada", password="a long password")
    models = {name: apps.get_model("clustering", name) for name in
              ("Dataset", "Upload", "Song", "Run", "RunCandidate", "Cluster", "Assignment", "Job")}  # fmt: skip
    dataset = models["Dataset"].objects.create(
        owner_id=user.pk,
        name="From the first release",
        songs_count=SONGS,
        features=["energy", "tempo"],
        report=make_report(SONGS),
    )
    models["Upload"].objects.create(
        dataset=dataset, file=f"uploads/{dataset.pk}/x", original_name="songs.csv", bytes=10, sha256="0" * 64
    )
    first = dataset.song_block * 2**32
    songs = [
        models["Song"](
            id=first + row,
            dataset=dataset,
            row_number=row,
            title=f"Song {row}",
            artist="Ada",
            genres=["pop"],
            energy=row / SONGS,
            tempo=100 + row,
        )
        for row in range(1, SONGS + 1)
    ]
    models["Song"].objects.bulk_create(songs)
    numbers = {"energy": 0.5, "tempo": 106.0}
    run = models["Run"].objects.create(
        dataset=dataset, owner_id=user.pk, features=["energy", "tempo"], k_requested=2, k=2, songs_count=SONGS,
        finished_at="2026-11-23T12:00:00Z", silhouette=0.4, silhouette_low=0.4, silhouette_high=0.4,
        silhouette_songs=SONGS, davies_bouldin=1.0, calinski_harabasz=50.0, inertia=3.0,
        explained_variance=[0.7, 0.3], model={"axis_words": ["energy", "tempo"]},
        overall={name: {"edges": [0, 1, 2], "mean": mean, "deviation": 1.0} for name, mean in numbers.items()},
    )  # fmt: skip
    for index in range(2):
        models["Cluster"].objects.create(
            run=run, index=index, size=SONGS // 2, share=0.5, generated_name=f"Group {index}", sentence="A group.",
            own_name="Mine" if index else "", color_index=index, means=numbers, medians=numbers,
            deviations=numbers, z=numbers, effects=numbers, scaled_means=numbers,
            histograms={name: [1, 2] for name in numbers}, exemplars=[first + 1], popular=[first + 1],
            borderline=[first + 2],
        )  # fmt: skip
    models["Assignment"].objects.bulk_create(
        models["Assignment"](
            run=run,
            song_id=song.id,
            cluster=place % 2,
            second=1 - place % 2,
            distance=0.5,
            x=place,
            y=-place,
            sampled=True,
        )
        for place, song in enumerate(songs)
    )
    models["Job"].objects.create(
        kind="cluster", owner_id=user.pk, dataset=dataset, run=run, subject="x", status="succeeded"
    )
    return run.pk


def make_automatic(apps, run_id: int) -> None:
    """Let a run's number of groups have been chosen automatically, and write what was tried for it."""
    run = apps.get_model("clustering", "Run").objects.get(pk=run_id)
    run.k_requested, run.scaler, run.missing, run.seed = None, "minmax", "median", 7
    run.save()
    for k in (2, 3, 4):
        apps.get_model("clustering", "RunCandidate").objects.create(
            run=run, k=k, silhouette=k / 10, silhouette_low=k / 10, silhouette_high=k / 10, davies_bouldin=1.0,
            calinski_harabasz=50.0, inertia=3.0 / k, smallest_cluster=SONGS // k,
        )  # fmt: skip


def test_what_automatic_runs_tried_becomes_their_sweep(released):
    automatic = fill(released)
    make_automatic(released, automatic)
    first = released.get_model("clustering", "Run").objects.get()
    by_hand = type(first).objects.create(
        dataset=first.dataset, owner_id=first.owner_id, features=["energy"], k_requested=2
    )
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    sweep = Sweep.objects.get()
    assert Run.objects.get(pk=automatic).sweep == sweep
    assert Run.objects.get(pk=by_hand.pk).sweep is None
    assert sweep.features == ["energy", "tempo"]
    assert (sweep.scaler, sweep.missing, sweep.seed) == ("minmax", "median", 7)
    assert (sweep.k_low, sweep.k_high, sweep.tried, sweep.recommended_k, sweep.verdict) == (2, 4, 3, 2, "")
    assert list(sweep.candidates.values_list("k", "silhouette", "null_silhouette")) == [
        (2, 0.2, None),
        (3, 0.3, None),
        (4, 0.4, None),
    ]
    client = Client()
    client.force_login(User.objects.get())
    for name, pk in (("sweep", sweep.pk), ("sweeps", sweep.dataset_id), ("run_metrics", automatic)):
        assert client.get(reverse(name, args=[pk])).status_code == 200, name


def test_comparisons_know_what_the_scores_of_both_runs_count():
    """The numbers that comparisons had before the column was there, once with songs that were added to one run."""
    dataset = make_dataset(songs=SONGS)
    first, second = make_run(dataset), make_run(dataset)
    third = make_run(dataset, additions=[{"songs": 2, "left_out": 0, "after_row": SONGS - 2}])
    before = {
        make_comparison(first, run).pk: counted for run, counted in ((second, SONGS), (third, SONGS - 2))
    }
    RunComparison.objects.create(first=second, second=third)
    MigrationExecutor(connection).migrate([("clustering", "0026_places_checked_by_counting")])
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    counted = dict(RunComparison.objects.exclude(finished_at=None).values_list("pk", "measured_songs"))
    assert counted == before
    assert RunComparison.objects.get(finished_at=None).measured_songs == 0


def test_rows_of_the_first_release_are_kept_and_shown(released):
    run_id = fill(released)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    counts = {
        model.__name__: model.objects.count() for model in (Dataset, Song, Run, Cluster, Assignment, Job)
    }
    expected = {"Dataset": 1, "Song": SONGS, "Run": 1, "Cluster": 2, "Assignment": SONGS}
    assert {name: counts[name] for name in expected} == expected
    assert Cluster.objects.get(index=1).name == "Mine"
    assert json.dumps(Run.objects.get().model) == '{"axis_words": ["energy", "tempo"]}'
    client = Client()
    client.force_login(User.objects.get())
    for name in ("run_overview", "run_metrics", "run_pictures", "run_insights"):
        answer = client.get(reverse(name, args=[run_id]))
        assert answer.status_code == 200, name
    assert "Mine" in answer.content.decode()
    assert client.get(reverse("dataset", args=[Dataset.objects.get().pk])).status_code == 200
    songs = [
        client.get(reverse("cluster_songs", args=[run_id, index])).context["page"].songs for index in (0, 1)
    ]
    assert [len(found) for found in songs] == [SONGS // 2] * 2
